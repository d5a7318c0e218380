"""A check of a paragraph for weak spots: with the text before it read already, and with nothing read."""

from __future__ import annotations

import engine
from engine import Span
from engine.models.writer.denoiser import WriterDenoiser
from tests.bench.timing import STORY, row, seconds

PARAGRAPH = (
    "We left the house early in the morning, before the sun had come up, and walked along teh beach for an hour. The tide was "
    "out, and there was nobody to be seen but a man with two dogs, who greeted us as if we were old friends. Then it began to "
    "rain, so we went back too the house and made coffee."
)
WORDS = len(PARAGRAPH.split())
BEFORE = (0, 256, 1024)
"""tokens of text before the paragraph"""
WIDTHS = (8, 10, 10, 10, 8)


def table(d: WriterDenoiser) -> None:
    print(f"\na check of a paragraph of {WORDS} words, ms (median)")
    print(row("before", "warm", "cold", "heat", "spots", widths=WIDTHS))
    for size in BEFORE:
        before = STORY * (size // 25)
        text = f"{before}\n\n{PARAGRAPH}" if before else PARAGRAPH
        span = Span(len(text) - len(PARAGRAPH), len(text))

        def check(text: str = text, span: Span = span) -> int:
            return len(engine.check(d, text, span))

        def cold(check: object = check) -> None:
            d.causal.reader.forget()
            assert callable(check)
            check()

        found = check()
        warm, anew = seconds(check, 5), seconds(cold, 3)
        heat = seconds(lambda text=text, span=span: engine.heat(d, text, span), 3)  # type: ignore[misc]
        print(row(size, warm * 1e3, anew * 1e3, heat * 1e3, found, widths=WIDTHS), flush=True)

"""Texts of a length, and how long something takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from engine import Denoiser, Span

STORY = "We left the house early in the morning, before the sun had come up, and walked along the beach for an hour. "
BEHIND = 200
"""characters of text behind the span"""


def seconds(action: Callable[[], object], repeats: int) -> float:
    """The median of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def document(denoiser: Denoiser, size: int, tokens: int) -> tuple[str, Span]:
    """(a text of about ``size`` tokens, a span of ``tokens`` tokens near its end)."""
    encode, decode = denoiser.tokenizer.encode, denoiser.tokenizer.decode
    ids = encode(STORY * (size // 20 + tokens // 20 + 10))
    before = decode(ids[: max(1, size - tokens - 50)])
    old = decode(ids[max(1, size - tokens - 50) :][:tokens])
    lead = len(old) - len(old.lstrip())
    text = before + old + " and then we went home. " + STORY[:BEHIND]
    return text, Span(len(before) + lead, len(before) + len(old.rstrip()))


def row(*cells: object, widths: tuple[int, ...]) -> str:
    """One line of a table; numbers are rounded to three figures."""
    shown = [f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells]
    return " ".join(
        cell.rjust(width) if at else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(shown, widths, strict=True))
    )

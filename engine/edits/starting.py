"""What a run begins with where old words are kept: how much of each span is scraped, and the slots of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.denoising.denoiser import Denoiser
from engine.errors import PinUnfit, UnreadableText
from engine.systems.parameters import STRENGTH
from engine.text.boundaries import Range
from engine.text.context import Context, Gap
from engine.text.slots import Start, blank, plain, roomy, words_of
from engine.text.spans import Span


def strength_of(span: Span, usual: float) -> float:
    """How much of a span is scraped: all where it may be something only, and at a caret there is nothing to begin with.
    Raises StrengthOutOfRange."""
    own = usual if span.strength is None else float(STRENGTH.checked(span.strength))
    return 1.0 if span.caret or span.only else own


def start_of(denoiser: Denoiser, text: str) -> Start:
    """The slots of a text that is to be revised. Raises UnreadableText: what the tokenizer has no token for would be lost."""
    start = (roomy if denoiser.revises else plain)(denoiser, text)
    for character in sorted(set(text) - set(denoiser.tokenizer.decode(start.slots))):
        raise UnreadableText(
            f"the model cannot read {character!r} (U+{ord(character):04X}), which is selected; leave it out of the selection"
        )
    return start


def started(
    denoiser: Denoiser, text: str, spans: Sequence[Span], context: Context, strengths: Sequence[float],
    kept: Sequence[Range] = (),
) -> tuple[Context, Start]:  # fmt: skip
    """(context, slots) of a run that starts from the old words of some spans. What of them lies in ``kept`` stays."""
    gaps, starts = [], []
    for span, gap, strength in zip(spans, context.gaps, strengths, strict=True):
        if strength == 1:
            gaps.append(gap)
            starts.append(blank(denoiser, gap.slots))
            continue
        old = (" " if gap.leading_space else "") + text[span.start : span.end]
        starts.append(start_of(denoiser, old))
        if kept:
            held = held_words(old, span.start - gap.leading_space, kept)
            starts[-1] = starts[-1].keeping(denoiser.null_id, held)
        size = len(starts[-1].slots)
        gaps.append(
            Gap(size, None, gap.leading_space, gap.multiline, roomy=denoiser.revises, exact=not denoiser.revises)
        )
    return replace(context, gaps=tuple(gaps)), Start.joined(starts)


def held_words(old: str, at: int, kept: Sequence[Range]) -> list[bool]:
    """Which words of a piece of text, that begins at a character of the whole, lie in ranges, or some of each does."""
    held = []
    for word in words_of(old):
        start, at = at + len(word) - len(word.lstrip()), at + len(word)
        held.append(any(a < at and start < b for a, b in kept))
    return held


def staying(
    text: str, spans: Sequence[Span], within: Sequence[Range] | None, kept: Sequence[Range], *, afresh: bool
) -> list[Range]:
    """What of the spans is to stay: what lies in none of the ranges that are gone over, and what is kept. Raises PinUnfit where
    words are pinned ``afresh``, on masks: nobody knows where on them what stays would stand."""
    found = [*kept, *(_outside(text, spans, within) if within is not None else ())]
    if found and afresh:
        raise PinUnfit(
            "words cannot be pinned where all of a selection is scraped and only parts of it may change; choose a "
            "strength below 1"
        )
    return found


def _outside(text: str, spans: Sequence[Span], within: Sequence[Range]) -> list[Range]:
    """What of the spans lies in none of the ranges, which are in order; white space is left out."""
    found = []
    for span in spans:
        at = span.start
        for start, end in [*((a, b) for a, b in within if a < span.end and span.start < b), (span.end, span.end)]:
            if text[at : max(at, start)].strip():
                found.append((at, start))
            at = max(at, end)
    return found

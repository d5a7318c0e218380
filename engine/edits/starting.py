"""What a run begins with where old words are kept: how much of each span is scraped, and the slots of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.denoising.denoiser import Denoiser
from engine.errors import UnreadableText
from engine.systems.parameters import STRENGTH
from engine.text.context import Context, Gap
from engine.text.slots import Start, blank, plain, roomy
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
    denoiser: Denoiser, text: str, spans: Sequence[Span], context: Context, strengths: Sequence[float]
) -> tuple[Context, Start]:
    """(context, slots) of a run that starts from the old words of some spans."""
    gaps, starts = [], []
    for span, gap, strength in zip(spans, context.gaps, strengths, strict=True):
        if strength == 1:
            gaps.append(gap)
            starts.append(blank(denoiser, gap.slots))
            continue
        starts.append(start_of(denoiser, (" " if gap.leading_space else "") + text[span.start : span.end]))
        size = len(starts[-1].slots)
        gaps.append(
            Gap(size, None, gap.leading_space, gap.multiline, roomy=denoiser.revises, exact=not denoiser.revises)
        )
    return replace(context, gaps=tuple(gaps)), Start.joined(starts)

"""What a denoising step reads and writes. All frozen; a step makes a new canvas.

Shapes: B rows (candidates), L slots (all spans of one edit, joined in document order).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

Guesses = tuple[tuple[tuple[int, float], ...], ...]
"""For each slot, its likeliest tokens as (id, probability), best first."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One span to be written: its number of slots and what is known of the fill."""

    slots: int
    expected: int | None = None
    """Tokens the fill is expected to have (the old text's); None leaves the length to the judge alone."""
    leading_space: bool = False
    """The text before ended with a space, which was moved into the first token of the fill."""
    multiline: bool = False
    """Whether the fill may hold line breaks."""
    roomy: bool = False
    """Whether NULL may stand between words, where one can be put in (see revision.py), or only behind the last."""


@dataclass(frozen=True, slots=True)
class Context:
    """The fixed text around the spans: one token segment before, between and after the gaps (gaps + 1 of them)."""

    segments: tuple[tuple[int, ...], ...]
    gaps: tuple[Gap, ...]

    def __post_init__(self) -> None:
        assert len(self.segments) == len(self.gaps) + 1

    @property
    def slots(self) -> int:
        """L: the slots of all gaps together."""
        return sum(gap.slots for gap in self.gaps)

    def ranges(self) -> list[tuple[int, int]]:
        """The half-open slot range of each gap on the joint canvas."""
        ends, at = [], 0
        for gap in self.gaps:
            ends.append((at, at + gap.slots))
            at += gap.slots
        return ends


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """The text being written. ``noisy`` says which slots are undecided; it is carried, never inferred from the ids,
    because uniform corruption has no mask token to recognise them by."""

    ids: Tensor
    """(B, L) int64"""
    noisy: Tensor
    """(B, L) bool: still to be written"""
    frozen: Tensor
    """(B, L) bool: given by the user, never written; disjoint from noisy"""
    order: Tensor | None = None
    """(B, L) the rank in which each slot is generated, for rules that fix it beforehand (Eso-LM)"""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What the model would write now. All (B, L)."""

    ids: Tensor
    confidence: Tensor
    """probability of the proposed token, 0..1"""
    entropy: Tensor
    """nats, of the untempered distribution"""
    current: Tensor
    """probability of the token that stands on the slot, 0..1"""
    judged: bool = False
    """whether a judge looks over what is changed"""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What a sampler makes of a proposal: bool (B, L) each."""

    accept: Tensor
    """write the proposed token on a noisy slot"""
    remask: Tensor
    """scrape a written slot again"""
    revise: Tensor
    """write the proposed token over a written one"""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of the loop, small enough to keep: never (L, V)."""

    index: int
    """0 before the first decision, then 1, 2, ..."""
    t: float
    """noise level reached: 1 all noise, 0 done"""
    phase: str
    """"read" (the context is being encoded), "draft" (proposals are being drawn), "denoise" (a decision was made)"""
    canvas: Canvas
    changed: Tensor
    """(B, L) bool: written, revised or scraped in this step"""
    confidence: Tensor
    """(B, L): of the token that stands there, 0 where nothing stands"""
    alternatives: tuple[Guesses, ...]
    """per row, per slot: the likeliest tokens now"""
    progress: tuple[int, int] = (0, 0)
    """work done and work to do inside a "read" or "draft" phase"""
    done: bool = False
    """no step comes after this one"""

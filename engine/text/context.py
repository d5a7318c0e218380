"""The fixed text around the spans of an edit, as tokens, and what is known of each span."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.text.only.only import Only
from engine.text.places.place import Place

LOOKED, MOST = 1_000_000, 256
"""characters of whole texts that are looked at for one drawing, and how many texts at the most"""


@dataclass(frozen=True, slots=True)
class InText:
    """A fill of one gap in the whole text, the other gaps as they were, and who says whether that will do. Equal ones say the
    same."""

    before: str
    after: str
    accepts: Callable[[str], bool]

    def __call__(self, fill: str) -> bool:
        return self.accepts(self.before + fill + self.after)

    @property
    def tries(self) -> int:
        """How many fills of one drawing are looked at: in a long text fewer."""
        return max(4, min(MOST, LOOKED // (len(self.before) + len(self.after) + 1)))


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
    """Whether NULL may stand between words, where one can be put in (see slots.py), or only behind the last."""
    exact: bool = False
    """Whether the fill takes every slot: somebody decided its length."""
    least: int = 1
    """Tokens that the fill has at the least."""
    known: bool = True
    """Whether the expected length is that of old words, and not only what is usual."""
    front: str = ""
    behind: str = ""
    """What the segments hold and people see as part of the span: marks that stay, what parts a fill from the text."""
    place: Place | None = None
    """What the text asks of the fill; None: nothing is known of it."""
    ends: bool = False
    """Whether the model may end the fill by the token with which it ends an answer."""
    only: Only | None = None
    """What the fill may be and nothing else."""
    accepts: InText | None = None
    """Whether the text will do with a fill; None: any will."""
    evidence: Callable[[str, str], float] | None = None
    """Nats that a change of what stands must give beyond what any must, by the text before and after it."""


@dataclass(frozen=True, slots=True)
class Context:
    """The fixed text around the spans: one token segment before, between and after the gaps (gaps + 1 of them)."""

    segments: tuple[tuple[int, ...], ...]
    gaps: tuple[Gap, ...]
    blank: bool = False
    """Whether nothing is known of the text: its tokens stand for their number alone."""
    language: str = ""
    """Of a program, as the fence of a code block names it; "" where it is prose or nobody knows."""

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

"""How long should a fill be? Four ways, by what the model has.

- judge: an untouched causal model weighs fills of every length by the text on both sides.
- null: the model writes NULL on the slots that it does not need.
- tokens: the model writes expand and delete tokens (DreamOn), which the loop carries out.
- search: the model has nothing of the kind; lengths are tried on canvases of masks alone, one forward pass each.

A user's wish moves the expected length or fixes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from engine.canvas import Canvas, Gap
from engine.errors import LengthOutOfRange, shown

LengthBy = Literal["judge", "null", "tokens", "search"]
Wish = int | Literal["auto", "shorter", "same", "longer"]
WISHES: tuple[str, ...] = ("auto", "shorter", "same", "longer")
FACTORS = {"shorter": 0.5, "same": 1.0, "longer": 2.0}
"""what a wish makes of the old length"""
DIGITS = 9
"""of a length at the most: far more than any canvas holds, and quickly read"""
REASONS: dict[LengthBy, str] = {
    "judge": "fills of every length were judged by the text on both sides",
    "null": "the model left the other slots empty",
    "tokens": "the model added and removed slots itself",
    "search": "the length at which the model was surest of its first step, beside the usual for that length",
}


def wish(value: object) -> Wish:
    """A length wish from what a caller gave. Raises LengthOutOfRange."""
    text = "" if isinstance(value, bool) else shown(value) if isinstance(value, int) else str(value).strip()
    if text in WISHES:
        return text  # type: ignore[return-value]
    if text.isdecimal() and len(text) <= DIGITS and int(text) > 0:
        return int(text)
    raise LengthOutOfRange(f"a length is a number of tokens or one of {', '.join(WISHES)}; got {shown(value)}")


def gap_of(old: int, wished: Wish, spare: Callable[[int], int]) -> tuple[int, int | None, bool]:
    """(slots, expected tokens, exact) of a gap whose old text has ``old`` tokens."""
    if isinstance(wished, int):
        return wished, wished, True
    expected = old if wished == "auto" else max(1, round(old * FACTORS[wished]))
    return spare(max(expected, old if wished != "shorter" else 1)), expected, False


# ---- expand and delete ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Resizing:
    """The length tokens of a model, the slot that is not there, and where each gap lies."""

    expand_id: int | None
    delete_id: int | None
    null_id: int
    ranges: tuple[tuple[int, int], ...]

    @property
    def tokens(self) -> list[int]:
        return [i for i in (self.expand_id, self.delete_id) if i is not None]


def resize(canvas: Canvas, changed: Tensor, confidence: Tensor, by: Resizing) -> tuple[Canvas, Tensor, Tensor]:
    """Carry out the length tokens that were written: expand becomes two noisy slots where the gap has room, else one; delete
    goes. What is behind moves; slots that are not there hold NULL at the gap's end. ``canvas.scraped`` moves along."""
    ids, noisy, marked, sure = (x.clone() for x in (canvas.ids, canvas.noisy, changed, confidence))
    scraped = None if canvas.scraped is None else canvas.scraped.clone()
    for row in range(len(ids)):
        for start, end in by.ranges:
            moves = _moves(ids[row, start:end].tolist(), noisy[row, start:end].tolist(), by)
            if moves is None:
                continue
            source = torch.tensor([max(at, 0) for at, _ in moves], device=ids.device) + start
            here = torch.tensor([at >= 0 for at, _ in moves], device=ids.device)
            fresh = torch.tensor([new for _, new in moves], device=ids.device)
            ids[row, start:end] = ids[row, source].where(here, by.null_id)
            noisy[row, start:end] = (noisy[row, source] & here) | fresh
            marked[row, start:end] = (marked[row, source] & here) | fresh
            sure[row, start:end] = sure[row, source].where(here & ~fresh, 0.0)
            if scraped is not None:
                scraped[row, start:end] = scraped[row, source].where(here, 0)
    return replace(canvas, ids=ids, noisy=noisy, scraped=scraped), marked, sure


def _moves(ids: list[int], noisy: list[bool], by: Resizing) -> list[tuple[int, bool]] | None:
    """For every slot of a gap: (the slot whose content it takes, or -1 for none; whether it is a fresh mask). None: as it is."""
    written = [None if hidden else token for token, hidden in zip(ids, noisy, strict=True)]
    if not any(token in by.tokens for token in written if token is not None):
        return None
    kept = [at for at, token in enumerate(written) if token not in (by.delete_id, by.null_id) or token is None]
    room = len(ids) - len(kept)
    moves: list[tuple[int, bool]] = []
    for at in kept:
        expands = written[at] is not None and written[at] == by.expand_id
        moves.append((at, expands))
        if expands and room > 0:
            moves.append((at, True))
            room -= 1
    return moves + [(-1, False)] * (len(ids) - len(moves))


# ---- search --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Probe:
    """One length that was tried."""

    slots: int
    score: float
    """mean first-step confidence, over that without any text around"""


def search(start: int, most: int, score: Callable[[int], float], budget: int = 12) -> Iterator[Probe]:
    """Climb from the old length to a local maximum of ``score`` in both directions; the last probe yielded is the best again.

    Steps grow while the score does, and shrink to one around the best. At most ``budget`` lengths are scored.
    """
    known: dict[int, float] = {}

    def at(slots: int) -> float:
        if slots not in known:
            known[slots] = score(slots)
        return known[slots]

    best = min(max(1, start), most)
    at(best)
    yield Probe(best, known[best])
    stride = max(1, best // 4)
    while len(known) < budget:
        tried = [slots for slots in (best - stride, best + stride) if 1 <= slots <= most and slots not in known]
        for slots in tried[: budget - len(known)]:
            yield Probe(slots, at(slots))
        better = max(known, key=lambda slots: (known[slots], -abs(slots - start)))
        if better != best:
            best = better
        elif stride > 1:
            stride //= 2
        elif not [slots for slots in (best - 1, best + 1) if 1 <= slots <= most and slots not in known]:
            break
    yield Probe(best, known[best])


def exact(gap: Gap, slots: int) -> Gap:
    """The gap with its length decided."""
    return replace(gap, slots=slots, expected=slots, exact=True)

"""Where a run begins that does not begin with nothing: at a step of an earlier run, with words pinned by the user, or both.

What is pinned is frozen on the canvas: it is written from the start and no rule may scrape it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.diffusion.canvas import Canvas, Guesses, Ranked
from engine.errors import BeginningUnfit, PinUnfit
from engine.text.context import Context, Gap

At = int | Literal["anywhere", "start", "end"]
PLACES: tuple[str, ...] = ("anywhere", "start", "end")


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands on one slot. ``token`` None: it is noisy."""

    token: int | None
    frozen: bool = False
    confidence: float = 0.0
    """probability with which it was written"""
    alternatives: Ranked = ()


@dataclass(frozen=True, slots=True)
class Beginning:
    """A canvas to go on from: for each span what stands on its slots, and the share of the way that lies behind, 0..1."""

    spans: tuple[tuple[Placed, ...], ...]
    behind: float = 0.0

    def pinned(self, span: int, slot: int, token: int) -> Beginning:
        """The same with a token pinned on one slot. Raises PinUnfit."""
        if not 0 <= span < len(self.spans) or not 0 <= slot < len(self.spans[span]):
            raise PinUnfit(f"there is no slot {slot} in span {span} to pin a word on; run again")
        slots = list(self.spans[span])
        slots[slot] = Placed(token, frozen=True, confidence=1.0, alternatives=slots[slot].alternatives)
        return replace(self, spans=(*self.spans[:span], tuple(slots), *self.spans[span + 1 :]))


@dataclass(frozen=True, slots=True)
class Pin:
    """Words that a span must contain: anywhere, at its start or end, or behind so many tokens."""

    span: int
    text: str
    at: At = "anywhere"


def fitting(beginning: Beginning, spans: int) -> None:
    """Raise BeginningUnfit where it is not one of so many spans."""
    if len(beginning.spans) != spans or not all(beginning.spans):
        raise BeginningUnfit(
            f"the earlier run wrote {len(beginning.spans)} spans and {spans} are selected; select the same words"
        )


def sized(context: Context, beginning: Beginning, width: int, exact: bool) -> Context:
    """The context with gaps as long as the beginning's spans; ``exact``: their length is found already.
    Raises BeginningUnfit."""
    fitting(beginning, len(context.gaps))
    tokens = [slot.token for span in beginning.spans for slot in span if slot.token is not None]
    if any(not 0 <= token < width for token in tokens):
        raise BeginningUnfit("the earlier run was made by another model; run again from the start")
    gaps = tuple(
        replace(gap, slots=len(span), exact=gap.exact or exact)
        for gap, span in zip(context.gaps, beginning.spans, strict=True)
    )
    return replace(context, gaps=gaps)


def put(canvas: Canvas, beginning: Beginning) -> Canvas:
    """Every row of the canvas as the beginning has it; noisy slots keep the canvas's noise."""
    slots = [slot for span in beginning.spans for slot in span]
    written = torch.tensor([slot.token is not None for slot in slots], device=canvas.ids.device)
    ids = torch.tensor([slot.token or 0 for slot in slots], device=canvas.ids.device)
    frozen = torch.tensor([slot.frozen for slot in slots], device=canvas.ids.device)
    return replace(
        canvas,
        ids=torch.where(written, ids, canvas.ids),
        noisy=(~written).expand_as(canvas.noisy).clone(),
        frozen=frozen.expand_as(canvas.noisy).clone(),
    )


def known(beginning: Beginning) -> tuple[list[float], Guesses]:
    """Confidence and alternatives of every slot."""
    slots = [slot for span in beginning.spans for slot in span]
    return [slot.confidence for slot in slots], tuple(slot.alternatives for slot in slots)


def pin(canvas: Canvas, context: Context, pins: Sequence[Pin], denoiser: Denoiser) -> Canvas:
    """Put the pinned words on every row. Where the place is left open each row tries another, evenly spread.

    Raises PinUnfit where they find no room.
    """
    ids, noisy, frozen = canvas.ids.clone(), canvas.noisy.clone(), canvas.frozen.clone()
    for wanted in pins:
        if not wanted.text.strip():
            raise PinUnfit("nothing is given to be pinned; write the words that the text must contain")
        if not 0 <= wanted.span < len(context.gaps):
            raise PinUnfit(f"{wanted.text!r} is pinned in mask {wanted.span + 1}, and there are {len(context.gaps)}")
        gap, (start, end) = context.gaps[wanted.span], context.ranges()[wanted.span]
        usual = gap.slots if gap.exact or gap.expected is None else min(gap.slots, max(gap.expected, 1))
        words = words_of(wanted, gap, denoiser)
        for row in range(len(ids)):
            taken = frozen[row] if canvas.final is None else frozen[row] | canvas.final[row]
            at = _free(wanted.at, max(0, usual - len(words)), row, len(ids), len(words), taken[start:end])
            at = at if at is None else slice(start + at.start, start + at.stop)
            if at is None:
                raise PinUnfit(
                    f"{wanted.text.strip()!r} takes {_tokens(len(words))} and finds no room{_where(wanted.at)} among the "
                    f"{gap.slots} of this mask; pin less, elsewhere, or ask for a longer text"
                )
            ids[row, at] = torch.tensor(words, device=ids.device)
            noisy[row, at], frozen[row, at] = False, True
            if wanted.at == "end":
                rest = slice(at.stop, end)
                ids[row, rest], noisy[row, rest], frozen[row, rest] = denoiser.null_id, False, True
    return replace(canvas, ids=ids, noisy=noisy, frozen=frozen)


def _between(wanted: Pin, gap: Gap) -> str:
    """The pinned words without the marks that stay at their end of the gap."""
    text = wanted.text.strip()
    if wanted.at in ("start", 0):
        text = text.removeprefix(gap.front.strip()).lstrip() or text
    return text.removesuffix(gap.behind.strip()).rstrip() or text if wanted.at == "end" else text


def least(context: Context, pins: Sequence[Pin], denoiser: Denoiser) -> list[int]:
    """For every gap the fewest slots that its pins can stand on."""
    found = [1] * len(context.gaps)
    for index, gap in enumerate(context.gaps):
        own = [pin for pin in pins if pin.span == index]
        sizes = [len(words_of(wanted, gap, denoiser)) for wanted in own]
        places = [wanted.at + size for wanted, size in zip(own, sizes, strict=True) if isinstance(wanted.at, int)]
        found[index] = max(gap.least, sum(sizes), *places)
    return found


def words_of(wanted: Pin, gap: Gap, denoiser: Denoiser) -> list[int]:
    """The tokens of a pin. Behind others they begin with a space."""
    lead = gap.leading_space or wanted.at not in ("start", 0)
    return denoiser.tokenizer.encode((" " if lead else "") + _between(wanted, gap))


def _place(at: At, room: int, row: int, rows: int) -> int:
    """The slot at which words begin that leave ``room`` slots free."""
    if isinstance(at, int):
        return at
    share = {"start": 0.0, "end": 1.0, "anywhere": row / (rows - 1) if rows > 1 else 0.5}
    return round(room * share[at])


def _free(at: At, room: int, row: int, rows: int, size: int, taken: Tensor) -> slice | None:
    """The slots of a gap on which so many tokens are pinned; None where no place is free. What may stand anywhere is put as near
    to its place as it can."""
    place = _place(at, room, row, rows)
    places = sorted(range(room + 1), key=lambda other: abs(other - place)) if at == "anywhere" else [place]
    slots = (slice(first, first + size) for first in places)
    return next(
        (one for one in slots if one.start >= 0 and one.stop <= len(taken) and not bool(taken[one].any())), None
    )


def _where(at: At) -> str:
    named = {"anywhere": "", "start": " at the start", "end": " at the end"}
    return named[at] if isinstance(at, str) else f" behind {_tokens(at)}"


def _tokens(count: int) -> str:
    return f"{count} token{'s' * (count != 1)}"

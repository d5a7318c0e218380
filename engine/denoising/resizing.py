"""The length of a gap as its model writes it: tokens that make a canvas longer or shorter (DreamOn, arXiv 2602.01326), and tokens
that end a text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Guesses


@dataclass(frozen=True, slots=True)
class Resizing:
    """The length tokens of a model, the slot that is not there, and where each gap lies."""

    expand_id: int | None
    delete_id: int | None
    null_id: int
    ranges: tuple[tuple[int, int], ...]
    end_ids: tuple[int, ...] = ()
    """tokens that end what is written: nothing stands on their slot and behind it. They are chosen last (LLaDA, appendix B.4)"""
    open_ended: tuple[bool, ...] = ()
    """whether each gap may end so"""

    @property
    def tokens(self) -> list[int]:
        return [i for i in (self.expand_id, self.delete_id) if i is not None]

    def fits(self, canvas: Canvas, steps_left: int) -> bool:
        """Whether what length tokens make could still be written. Where turns are fixed, every slot that is due may become two,
        each with a turn of its own."""
        if canvas.turn is None:
            return steps_left > 1
        return turns(canvas) + 2 * int(canvas.due.sum(-1).max()) <= steps_left


def turns(canvas: Canvas) -> int:
    """Steps that a canvas with fixed turns still takes."""
    assert canvas.turn is not None
    pairs = zip(canvas.turn, canvas.noisy, strict=True)
    return max((len(turn[noisy].unique()) for turn, noisy in pairs), default=0)


def resize(
    canvas: Canvas, changed: Tensor, guesses: tuple[Guesses, ...], by: Resizing
) -> tuple[Canvas, Tensor, tuple[Guesses, ...]]:
    """Carry out the length tokens that were written: expand becomes two noisy slots where the gap has room, else one; delete
    goes. What is behind moves, with all that is known of it; slots that are not there hold NULL at the gap's end. Where turns are
    fixed, new slots come next, from left to right."""
    slots = torch.arange(canvas.ids.shape[1], device=canvas.ids.device)
    source, fresh = slots.repeat(len(canvas.ids), 1), torch.zeros_like(canvas.noisy)
    for row in range(len(source)):
        for start, end in by.ranges:
            moves = _moves(canvas, row, start, end, by)
            for at, (old, new) in enumerate(moves or (), start):
                source[row, at], fresh[row, at] = (start + old if old >= 0 else -1), new
    if not fresh.any() and bool((source == slots).all()):
        return canvas, changed, guesses
    canvas = canvas.moved(source, by.null_id)
    final = None if canvas.final is None else canvas.final & ~fresh
    sure = None if canvas.confidence is None else canvas.confidence.masked_fill(fresh, 0.0)
    canvas = _in_turn(replace(canvas, noisy=canvas.noisy | fresh, final=final, confidence=sure), fresh)
    changed = (changed.gather(1, source.clamp_min(0)) & (source >= 0)) | fresh
    listed = zip(guesses, source.tolist(), strict=True)
    return canvas, changed, tuple(tuple(() if at < 0 else row[at] for at in places) for row, places in listed)


def ended(canvas: Canvas, by: Resizing) -> Canvas:
    """The canvas cut behind the first end of text that was written for good in each gap that may end. What the user pinned
    stays, and so does what stands before it."""
    if not by.end_ids or not any(by.open_ended) or canvas.final is None:
        return canvas
    ends = torch.isin(canvas.ids, torch.tensor(by.end_ids, device=canvas.ids.device)) & canvas.final & ~canvas.frozen
    gone = torch.zeros_like(ends)
    for (start, end), may in zip(by.ranges, by.open_ended, strict=True):
        if may and start < end:
            pinned = canvas.frozen[:, start:end].flip(1).cumsum(1).flip(1) > 0
            gone[:, start:end] = ends[:, start:end] | ((ends[:, start:end].cumsum(1) > 0) & ~pinned)
    ids, noisy = canvas.ids.masked_fill(gone, by.null_id), canvas.noisy & ~gone
    return replace(canvas, ids=ids, noisy=noisy, final=canvas.final | gone)


def _moves(canvas: Canvas, row: int, start: int, end: int, by: Resizing) -> list[tuple[int, bool]] | None:
    """For every slot of a gap: (the slot whose content it takes, or -1 for none; whether it is a fresh mask). None: as it is."""
    ids, noisy, frozen = (x[row, start:end].tolist() for x in (canvas.ids, canvas.noisy, canvas.frozen))
    written = [None if hidden or pinned else token for token, hidden, pinned in zip(ids, noisy, frozen, strict=True)]
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


def _in_turn(canvas: Canvas, fresh: Tensor) -> Canvas:
    """New slots at the head of what waits, each in a turn of its own."""
    if canvas.order is None or canvas.turn is None:
        return canvas
    count, place = fresh.sum(-1, keepdim=True), fresh.cumsum(-1) - 1
    waits = canvas.noisy & ~fresh

    def put(ranks: Tensor) -> Tensor:
        done = ranks.masked_fill(canvas.noisy, -1).amax(-1, keepdim=True) + 1
        return torch.where(fresh, done + place, torch.where(waits, ranks + count, ranks))

    return replace(canvas, order=put(canvas.order), turn=put(canvas.turn))

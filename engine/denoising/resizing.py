"""Length tokens carried out: a model that writes expand and delete tokens (DreamOn) makes its canvas longer and shorter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas


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
    frozen, scraped = canvas.frozen.clone(), None if canvas.scraped is None else canvas.scraped.clone()
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
            frozen[row, start:end] = frozen[row, source] & here & ~fresh  # what is pinned moves with its words
            if scraped is not None:
                scraped[row, start:end] = scraped[row, source].where(here, 0)
    return replace(canvas, ids=ids, noisy=noisy, frozen=frozen, scraped=scraped), marked, sure


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

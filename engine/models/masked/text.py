"""A text with its gaps open, as a masked network reads it.

Shapes: N rows, S tokens of the longest row, L slots.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.text.context import Context

Fill = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Tokens that a model wants around every text: beginning and end of text, [CLS] and [SEP]."""

    before: Fill = ()
    after: Fill = ()


BARE = Frame()


@dataclass(frozen=True, slots=True, eq=False)
class MaskedRow:
    """Rows as a network reads them."""

    ids: Tensor
    """(N, S)"""
    there: Tensor
    """(N, S) bool"""
    at: Tensor
    """(N, L) the position of every slot; 0 where the slot is not there"""
    gone: Tensor
    """(N, L) bool: slots that are not there"""


class Text:
    """A context laid out with its gaps open."""

    def __init__(
        self, context: Context, frame: Frame, mask_id: int, null_id: int, device: torch.device, *, raw: int = 0
    ) -> None:
        """``raw``: ids below it are read as they are on a noisy slot, too, and a mask as one of them, drawn for its place."""
        self.context = context
        self._mask_id, self._null_id, self._raw = mask_id, null_id, raw
        ids: list[int] = [*frame.before]
        slots: list[int] = []
        for segment, gap in zip(context.segments, (*context.gaps, None), strict=True):
            ids += segment
            if gap is not None:
                slots += range(len(ids), len(ids) + gap.slots)
                ids += [mask_id] * gap.slots
        ids += frame.after
        self.ids = torch.tensor(ids, dtype=torch.long, device=device)
        """(S,) with masks on the slots"""
        self.slots = torch.tensor(slots, dtype=torch.long, device=device)
        """(L,) their positions"""
        drawn = torch.randint(max(1, raw), (len(slots),), generator=torch.Generator().manual_seed(0))
        self._noise = drawn.to(device)

    def _stand_in(self, ids: Tensor) -> Tensor | int:
        """What is read on a noisy slot."""
        return torch.where(ids < self._raw, ids, self._noise) if self._raw else self._mask_id

    def row(self, ids: Tensor, noisy: Tensor) -> MaskedRow:
        """Canvases (N, L) in their text. Whatever noise a canvas shows, a noisy slot is read as MASK, unless it is read raw."""
        n = len(ids)
        read = self.ids.expand(n, -1).clone()
        read[:, self.slots] = torch.where(noisy, self._stand_in(ids), ids)
        gone = ~noisy & (ids == self._null_id)
        kept = torch.ones_like(read, dtype=torch.bool)
        if not gone.any():
            return MaskedRow(read, kept, self.slots.expand(n, -1), gone)
        kept[:, self.slots] = ~gone
        width = int(kept.sum(1).max())
        order = (~kept).to(torch.uint8).argsort(dim=1, stable=True)[:, :width]
        there = torch.arange(width, device=read.device) < kept.sum(1, keepdim=True)
        at = (kept.cumsum(1) - 1)[:, self.slots].masked_fill(gone, 0)
        return MaskedRow(read.gather(1, order).masked_fill(~there, 0 if self._raw else self._mask_id), there, at, gone)

"""Embedding and head: one matrix, as rows to look up and laid out as a product, shared by models that differ in few rows."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from engine.models.lean.projections import Late, Layout

FEW = 16
"""rows in which two vocabularies may differ and still share the others"""


class PackedHead(nn.Module):
    """The head, its matrix laid out for the processor when it is first asked, or before, by ``lay_out``."""

    def __init__(self, head: nn.Linear, lay: Layout) -> None:
        super().__init__()
        self.lay_out = Late(lambda: lay(head.weight.detach(), None if head.bias is None else head.bias.detach()))

    def forward(self, hidden: Tensor) -> Tensor:
        """(..., V)"""
        return self.lay_out()(hidden)


class OtherRows(nn.Module):
    """An embedding that has some rows of its own."""

    def __init__(self, base: nn.Module, ids: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.base, self._ids, self._rows = base, ids, rows

    def forward(self, ids: Tensor) -> Tensor:
        """(..., E)"""
        found: Tensor = self.base(ids)
        for token, row in zip(self._ids, self._rows, strict=True):
            found = torch.where((ids == token)[..., None], row, found)
        return found


class OtherScores(nn.Module):
    """A head that has some rows of its own."""

    def __init__(self, base: nn.Module, ids: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.base, self._ids, self._rows = base, ids, rows

    def forward(self, hidden: Tensor) -> Tensor:
        """(..., V)"""
        scores: Tensor = self.base(hidden)
        scores[..., self._ids] = linear(hidden, self._rows)
        return scores


def differing(own: Tensor, other: Tensor) -> Tensor | None:
    """The rows in which two matrices (V, E) differ, where they are few."""
    if own.shape != other.shape or own.dtype != other.dtype:
        return None
    ids = (own != other).any(-1).nonzero().flatten()
    return ids if len(ids) <= FEW else None

"""What DiT networks read of rows of text: inputs with positions of their own, so that some can be left out or reordered.

Shapes: N rows, Q inputs, S inputs kept from earlier passes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from engine.models.dit import Layers
from engine.models.masked_text import Row


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Inputs of a pass, (N, Q) each."""

    ids: Tensor
    positions: Tensor
    there: Tensor
    """bool: nothing sees the others"""
    noisy: Tensor
    """bool: masks"""
    ranks: Tensor
    """when each was or will be written, where a network's attention asks for that"""

    @property
    def width(self) -> int:
        """Q"""
        return self.ids.shape[1]

    def part(self, start: int, end: int | None = None) -> Inputs:
        """Some of the inputs."""
        return Inputs(*(x[:, start:end] for x in self.columns()))

    def then(self, other: Inputs) -> Inputs:
        """Both, one behind the other; one row stands for as many as there are."""
        n = max(len(self.ids), len(other.ids))
        pairs = zip(self.columns(), other.columns(), strict=True)
        return Inputs(*(torch.cat([x.expand(n, -1), y.expand(n, -1)], 1) for x, y in pairs))

    def chosen(self, which: Tensor) -> tuple[Inputs, Tensor]:
        """The inputs ``which`` (N, Q) by rank, and their places here (N, K). Rows that have fewer are filled up with such as are
        not there."""
        width = int(which.sum(-1).max()) if which.numel() else 0
        last = torch.iinfo(self.ranks.dtype).max
        at = self.ranks.masked_fill(~which, last).argsort(dim=-1, stable=True)[:, :width]
        found = Inputs(*(x.gather(1, at) for x in self.columns()))
        there = torch.arange(width, device=at.device) < which.sum(-1, keepdim=True)
        return Inputs(found.ids, found.positions, there, found.noisy, found.ranks), at

    def columns(self) -> list[Tensor]:
        """All of its tensors."""
        return [getattr(self, field.name) for field in fields(self)]


def inputs_of(row: Row, noisy: Tensor) -> Inputs:
    """The inputs of rows in reading order. noisy: (N, L) slots. Ranks are places."""
    places = torch.arange(row.ids.shape[1], device=row.ids.device).expand(row.ids.shape)
    return Inputs(row.ids, places, row.there, on_slots(row, noisy & ~row.gone), places)


def on_slots(row: Row, values: Tensor) -> Tensor:
    """(N, S) bool of values (N, L) bool at their slots' places, False elsewhere."""
    return torch.zeros_like(row.ids).scatter_add(1, row.at, values.long()) > 0


def behind(a: Layers | None, b: Layers) -> Layers:
    """Keys and values behind others; one row stands for as many as there are."""
    if a is None:
        return b
    return [(_joined(ka, kb), _joined(va, vb)) for (ka, va), (kb, vb) in zip(a, b, strict=True)]


def _joined(a: Tensor, b: Tensor) -> Tensor:
    n = max(len(a), len(b))
    return torch.cat([a.expand(n, -1, -1, -1), b.expand(n, -1, -1, -1)], 2)


def with_itself(visible: Tensor) -> Tensor:
    """(N, Q, S + Q) bool with every input seen by itself: one that sees nothing has no answer."""
    q, keys = visible.shape[1:]
    own = torch.zeros(q, keys, dtype=torch.bool, device=visible.device)
    own[:, keys - q :] = torch.eye(q, dtype=torch.bool, device=visible.device)
    return visible | own

"""The inputs of a pass with places and positions of their own, so that some can be left out, reordered or kept.

Shapes: N rows, Q inputs, S inputs kept from earlier passes, K key heads, D head size.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

Layers = list[tuple[Tensor, Tensor]]
"""Per layer: keys and values (N, K, S, D); N may be 1 where all rows share them."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Inputs of a pass, (N, Q) each."""

    ids: Tensor
    positions: Tensor
    places: Tensor
    """the slot that each carries or scores; what is no slot has a number behind them. Where two gaps touch, two places share a
    position."""
    there: Tensor
    """bool: nothing sees the others"""
    noisy: Tensor
    """bool: masks"""
    ranks: Tensor
    """when each was or will be written, where a network's attention asks for that"""
    sequential: Tensor
    """bool: written left to right behind what diffusion writes (Eso-LM A): of the clean inputs only such see it"""

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

    def chosen(self, which: Tensor) -> Inputs:
        """The inputs ``which`` (N, Q) by rank. Rows that have fewer are filled up with such as are not there."""
        count = which.sum(-1, keepdim=True)
        width = int(count.max()) if which.numel() else 0
        last = torch.iinfo(self.ranks.dtype).max
        at = self.ranks.masked_fill(~which, last).argsort(dim=-1, stable=True)[:, :width]
        found = Inputs(*(x.gather(1, at) for x in self.columns()))
        return replace(found, there=torch.arange(width, device=at.device) < count)

    def same(self, other: Inputs) -> bool:
        """Whether what is there is the same."""
        if self.ids.shape != other.ids.shape:
            return False
        there = self.there | other.there
        pairs = zip(self.columns(), other.columns(), strict=True)
        return bool(torch.stack([((x == y) | ~there).all() for x, y in pairs]).all())

    def columns(self) -> list[Tensor]:
        """All of its tensors."""
        return [getattr(self, field.name) for field in fields(self)]


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

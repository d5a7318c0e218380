"""What noise looks like: the tokens that stand on an undecided slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.dice import Dice


class Corruption(Protocol):
    def noise(self, ids: Tensor, dice: Dice) -> Tensor:
        """Pure noise of the shape of ``ids`` (B, L)."""
        ...


@dataclass(frozen=True, slots=True)
class Absorbing:
    """Every noisy slot holds the mask token (D3PM's absorbing state, arXiv 2107.03006)."""

    mask_id: int

    def noise(self, ids: Tensor, dice: Dice) -> Tensor:
        return torch.full_like(ids, self.mask_id)


@dataclass(frozen=True, slots=True, eq=False)
class Uniform:
    """Every noisy slot holds a uniform random token out of ``ids``: those that ordinary text is made of."""

    ids: Tensor
    """(N,)"""

    def noise(self, ids: Tensor, dice: Dice) -> Tensor:
        drawn = dice.integers(len(self.ids), ids.shape[1])
        return self.ids[drawn].to(ids.device)

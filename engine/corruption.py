"""What noise looks like: the tokens that stand on an undecided slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor


class Corruption(Protocol):
    def noise(self, ids: Tensor, rng: Generator) -> Tensor:
        """Pure noise of the shape of ``ids`` (B, L)."""
        ...


@dataclass(frozen=True, slots=True)
class Absorbing:
    """Every noisy slot holds the mask token (D3PM's absorbing state, arXiv 2107.03006)."""

    mask_id: int

    def noise(self, ids: Tensor, rng: Generator) -> Tensor:
        return torch.full_like(ids, self.mask_id)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every noisy slot holds a uniform random token below ``vocab_size``."""

    vocab_size: int

    def noise(self, ids: Tensor, rng: Generator) -> Tensor:
        return torch.randint(self.vocab_size, ids.shape, generator=rng, device=ids.device)

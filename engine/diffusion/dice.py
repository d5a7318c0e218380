"""The randomness of a run: one generator per row, so that a row's steps do not depend on the batch it is in."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Generator, Tensor


class Dice:
    """B generators. They draw on the CPU, so that a seed means the same on every device."""

    def __init__(self, seeds: Sequence[int]) -> None:
        self.rows = [Generator().manual_seed(seed) for seed in seeds]

    def uniform(self, *shape: int) -> Tensor:
        """(B, *shape) float64 in 0..1."""
        return torch.stack([torch.rand(shape, dtype=torch.float64, generator=row) for row in self.rows])

    def exponential(self, counts: Sequence[int], size: int) -> Tensor:
        """(sum of ``counts``, size) float64, minus the logarithms of uniform numbers: ``counts[b]`` lines for row b."""
        shapes = zip(counts, self.rows, strict=True)
        drawn = [torch.empty(n, size, dtype=torch.float64).exponential_(generator=row) for n, row in shapes]
        return drawn[0] if len(drawn) == 1 else torch.cat(drawn)

    def integers(self, high: int, *shape: int) -> Tensor:
        """(B, *shape) int64 in 0..high - 1."""
        return torch.stack([torch.randint(high, shape, generator=row) for row in self.rows])

"""How freely tokens are drawn as a run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.dice import Dice


@dataclass(frozen=True, slots=True)
class Temperature:
    """How freely tokens are drawn: from ``start`` at t = 1 in a straight line to ``end`` at t = 0."""

    start: float = 0.0
    end: float = 0.0
    others: float = 0.0
    """the least for every row but the first: candidates that are all drawn the same way are all the same"""
    top_p: float = 1.0
    """drawn from the likeliest tokens that have this share together (nucleus sampling, arXiv 1904.09751)"""
    top_k: int = 0
    """drawn from so many of the likeliest; 0: from all"""

    def at(self, t: float) -> float:
        return self.end + (self.start - self.end) * t

    def rows(self, t: float, rows: int) -> list[float]:
        """That of every row."""
        first = self.at(t)
        return [first] + [max(first, self.others)] * (rows - 1)

    def narrowed(self, scores: Tensor) -> Tensor:
        """(M, V) scores, over the temperature, of the tokens that may be drawn; the others are out of reach."""
        if self.top_p < 1:
            ranked, at = scores.sort(-1, descending=True)
            before = ranked.softmax(-1).cumsum(-1) - ranked.softmax(-1)
            scores = scores.masked_fill(
                torch.zeros_like(before, dtype=torch.bool).scatter(-1, at, before >= self.top_p), OUT
            )
        if 0 < self.top_k < scores.shape[-1]:
            scores = scores.masked_fill(scores < scores.topk(self.top_k, -1).values[:, -1:], OUT)
        return scores

    def drawn(self, scores: Tensor, narrowed: Tensor, heat: Tensor, counts: Sequence[int], dice: Dice) -> Tensor:
        """(M,) tokens by Gumbel noise on the scores (M, V), at temperatures (M, 1) above 0; ``counts[b]`` lines are of row b."""
        kept, ids = scores.double().masked_fill(narrowed <= OUT / 2, -torch.inf), None
        if (
            0 < self.top_k < kept.shape[-1]
        ):  # random numbers for these alone: a number for each token is a third of a step
            kept, ids = kept.topk(self.top_k, -1)
        noise = dice.exponential(counts, kept.shape[-1]).to(scores.device)
        won = (kept - heat.double() * noise.log_()).argmax(-1)
        return won if ids is None else ids.gather(-1, won[:, None])[:, 0]


COLD = Temperature()
OUT = -1e9
"""what is not drawn: finite, so that an entropy stays a number"""

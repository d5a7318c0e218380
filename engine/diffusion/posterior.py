"""q(x_s | x_t, x_0): what a token was at a lower noise level s, from what is seen at t and what it was at first.

By Bayes from the forward process itself, for both kinds of noise (D3PM, arXiv 2107.03006, equation 3). Between s and t a token
is kept with probability alpha_t / alpha_s. Ids are 0..size - 1; the mask is the id ``size``.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.diffusion import uniform

MASKS, UNIFORM = "masks", "uniform"
"""what stands where a token was lost"""


def forward(noise: str, start: int, alpha: float, size: int) -> Tensor:
    """(size + 1,) q(x | start) where a share ``alpha`` is kept and the rest is noise, MASKS or UNIFORM."""
    found = torch.zeros(size + 1, dtype=torch.float64)
    found[start] = 1
    if noise == UNIFORM:
        found[:size] = uniform.noised(found[:size], alpha)
        return found
    found[size] += 1 - alpha
    found[start] -= 1 - alpha
    return found


def posterior(noise: str, alpha_t: float, alpha_s: float, seen: int, start: int, size: int) -> Tensor:
    """(size + 1,) the posterior of x_s, from the token that is seen at t. All 0 where the process cannot give what is seen."""
    before = forward(noise, start, alpha_s, size)
    if noise == UNIFORM:
        if seen < size:
            clean = forward(noise, start, 1.0, size)[:size]
            before[:size] = uniform.posterior(clean, torch.tensor(seen), alpha_t, alpha_s)
        return before if seen < size else torch.zeros_like(before)
    kept = alpha_t / alpha_s if alpha_s else 0.0
    onward = torch.zeros(size + 1, dtype=torch.float64)  # q(seen | x_s), for every x_s
    onward[seen] = kept
    if seen == size:
        onward[:size], onward[size] = 1 - kept, 1
    both = onward * before
    total = both.sum()
    return both / total if total > 0 else both

"""Uniform noise: a token that is lost becomes any of the N tokens, all alike, and nobody can see which ones are true.

Of x_t alone a slot says p_t(y) = alpha_t p(y) + (1 - alpha_t) / N, where p is what a model says of the slot from everything but
the token that stands there. So a distribution p (UDLM, arXiv 2412.10193) and the ratios s(y) = p_t(y) / p_t(x) of a score
model (SEDD, arXiv 2310.16834) say the same, and both take the same steps.

Everything is in float64. Shapes: N tokens, the last dimension of scores (..., N); ``seen`` (...) is the token that stands there.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.diffusion.objectives import score_entropy
from engine.diffusion.schedules import NoiseSchedule


def noised(p: Tensor, alpha: float | Tensor) -> Tensor:
    """(..., N) p_t: what is left of a distribution where a share ``alpha`` is kept."""
    return alpha * p + (1 - alpha) / p.shape[-1]


def onward(seen: Tensor, kept: float, size: int) -> Tensor:
    """(..., N) q(x_t = seen | x_s) for every x_s, where a token is kept with probability ``kept`` between s and t."""
    found = torch.full((*seen.shape, size), (1 - kept) / size, dtype=torch.float64, device=seen.device)
    return found.scatter_add_(-1, seen[..., None], torch.full_like(found[..., :1], kept))


def posterior(p: Tensor, seen: Tensor, alpha_t: float, alpha_s: float) -> Tensor:
    """(..., N) the distribution of x_s: q(x_s | x_t, x_0) with p in place of x_0 (UDLM)."""
    kept = alpha_t / alpha_s if alpha_s else 0.0
    return _normal(noised(p.double(), alpha_s) * onward(seen, kept, p.shape[-1]))


def log_ratios(p: Tensor, seen: Tensor, alpha: float | Tensor) -> Tensor:
    """(..., N) log s of a distribution p at a level of noise; 0 at the token that stands there."""
    log = noised(p.double(), alpha).log()
    return log - log.gather(-1, seen[..., None])


def at_level(log_s: Tensor, alpha: float | Tensor) -> Tensor:
    """(..., N) the inverse of ``log_ratios``: p, which sums to 1. Only true ratios leave nothing below 0."""
    share = (log_s.double() - log_s.double().logsumexp(-1, keepdim=True)).exp()
    return (share - (1 - alpha) / log_s.shape[-1]) / alpha


def analytic(log_s: Tensor, seen: Tensor, distance: float) -> Tensor:
    """(..., N) the distribution of x_s by SEDD's analytic step, d = sigma(t) - sigma(s): the ratios at s times q(x_t | x_s)
    (arXiv 2310.16834, section 4.2). With d = sigma(t) it is Tweedie's denoising step. By true ratios it is ``posterior``."""
    return _normal(staggered(log_s, distance) * onward(seen, math.exp(-distance), log_s.shape[-1]))


def staggered(log_s: Tensor, distance: float) -> Tensor:
    """(..., N) p_s up to a factor, from the ratios at t: the noise of a distance d taken off. What falls below 0 is
    never drawn."""
    share = (log_s.double() - log_s.double().logsumexp(-1, keepdim=True)).exp()
    # e^d share - (e^d - 1) / N, over e^d: that is a large number where the noise was nearly all
    return (share + math.expm1(-distance) / log_s.shape[-1]).clamp_min(0.0)


def euler(log_s: Tensor, seen: Tensor, way: float) -> Tensor:
    """(..., N) the distribution after a step along the reverse rate at t, s(y) / N times ``way`` = (t - s) sigma'(t) (SEDD)."""
    leaves = (log_s.double().exp() * (way / log_s.shape[-1])).scatter(-1, seen[..., None], 0.0)
    return _normal(leaves.scatter(-1, seen[..., None], (1 - leaves.sum(-1, keepdim=True)).clamp_min(0.0)))


def sedd(log_s: Tensor, ids: Tensor, seen: Tensor, sigma: Tensor, dsigma: Tensor) -> Tensor:
    """(B,) the diffusion-weighted denoising score entropy of the uniform graph at one sigma (B,), summed over the slots.

    Every token turns into every other at the rate dsigma / N, so each of them counts, with the true ratio q(y | x_0) / q(x_t |
    x_0). ``ids`` (B, L) is the clean text and ``seen`` the noisy one. Its mean over t and draws bounds -log p(ids), for alpha(1)
    near 0.
    """
    size = log_s.shape[-1]
    clean = torch.nn.functional.one_hot(ids, size)
    ratio = log_ratios(clean, seen, torch.exp(-sigma.double())[:, None, None]).exp()
    weight = (dsigma.double()[:, None, None] / size).expand_as(ratio).scatter(-1, seen[..., None], 0.0)
    return score_entropy(log_s.double(), ratio, weight).sum(-1)


def udlm(log_p: Tensor, ids: Tensor, seen: Tensor, t: Tensor, schedule: NoiseSchedule) -> Tensor:
    """(B,) the NELBO of uniform diffusion at one t (B,) and one noisy text (UDLM): the score entropy of the model's ratios."""
    alpha = schedule.alpha(t.double())
    log_s = log_ratios(log_p.double().exp(), seen, alpha[:, None, None])
    return sedd(log_s, ids, seen, -alpha.log(), -schedule.alpha_dot(t.double()) / alpha)


def _normal(p: Tensor) -> Tensor:
    return p / p.sum(-1, keepdim=True).clamp_min(1e-300)

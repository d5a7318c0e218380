"""How many slots a step writes, and writing the best of them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision
from engine.diffusion.schedules import NoiseSchedule, alpha_at


def alphas(schedule: NoiseSchedule, t: float, s: float) -> tuple[float, float]:
    """(alpha_t, alpha_s)."""
    return alpha_at(schedule, t), alpha_at(schedule, s)


def share(schedule: NoiseSchedule, t: float, s: float) -> float:
    """The expected share of the noisy slots that a step writes: (alpha_s - alpha_t) / (1 - alpha_t)."""
    a_t, a_s = alphas(schedule, t, s)
    return min(1.0, (a_s - a_t) / max(1 - a_t, 1e-12))


def quota(schedule: NoiseSchedule, noisy: int, t: float, s: float) -> int:
    """Slots to write when going from t to s: the expected share, rounded up.

    On evenly spaced times under the linear schedule this is LLaDA's rule (arXiv 2502.09992, appendix B): masked // steps
    each, the remainder over the first steps.
    """
    return max(1, min(noisy, math.ceil(noisy * share(schedule, t, s) - 1e-6)))


def write_best(canvas: Canvas, score: Tensor, schedule: NoiseSchedule, t: float, s: float) -> Decision:
    """Accept, in each row, the quota of noisy slots with the highest score (B, L)."""
    accept = torch.zeros_like(canvas.noisy)
    ranked = score.masked_fill(~canvas.noisy, -torch.inf)
    for row, noisy in enumerate(canvas.noisy.sum(-1).tolist()):
        if noisy:
            accept[row, ranked[row].topk(quota(schedule, noisy, t, s)).indices] = True
    return accepting(accept)


def accepting(accept: Tensor) -> Decision:
    """A decision that only writes noisy slots."""
    none = torch.zeros_like(accept)
    return Decision(accept, none, none)

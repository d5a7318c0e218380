"""Ancestral sampling of masked diffusion: every noisy slot is written with the chance that the reverse process gives it."""

import math
from dataclasses import dataclass, field, replace

import torch

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting, alphas, share
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, LogLinear, NoiseSchedule, noise_at, rate_at


@dataclass(frozen=True, slots=True)
class Ancestral(Sampler):
    """q(x_s | x_t, x_0): written with probability (alpha_s - alpha_t) / (1 - alpha_t) (MDLM, arXiv 2406.07524, equation 7)."""

    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        chance = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device)
        return accepting(canvas.noisy & (chance < share(self.schedule, t, s)))

    def level(self, t: float) -> float | None:
        return noise_at(self.schedule, t)


@dataclass(frozen=True, slots=True)
class Analytic(Sampler):
    """SEDD's analytic step for absorbing noise (arXiv 2310.16834, section 4.2; Tweedie's formula at the last step).

    With d = sigma(t) - sigma(s), P(y) = (e^d - 1) s(y) at a masked slot, and it stays masked with what is left. A masked model
    gives the ratios by log s = log p - log(e^sigma - 1), so their sum is mass / (e^sigma - 1). At the last step d = sigma and the
    mask's column is dropped: the loop writes whatever is still noisy. ``euler`` goes along the rate at t instead, SEDD's other
    predictor: P(y) = (t - s) sigma'(t) s(y).
    """

    schedule: NoiseSchedule = field(default_factory=LogLinear)
    euler: bool = False

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        # alpha = exp(-sigma)
        sigma_t, sigma_s = (-math.log(max(alpha, 1e-300)) for alpha in alphas(self.schedule, t, s))
        way = (t - s) * rate_at(self.schedule, t) if self.euler else math.expm1(sigma_t - sigma_s)
        leaves = proposal.mass * (way / max(math.expm1(sigma_t), 1e-12))
        chance = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device)
        return accepting(canvas.noisy & (chance < leaves))

    def level(self, t: float) -> float | None:
        return noise_at(self.schedule, t)


@dataclass(frozen=True, slots=True)
class FirstHitting(Sampler):
    """One slot a step, any of them alike (arXiv 2409.02908): ``Ancestral`` with endlessly many steps, without those that write
    nothing. There is no error of discretisation; for a model that hears no time the moments themselves do not matter."""

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        chance = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device).masked_fill(~canvas.noisy, 2.0)
        ranks = chance.argsort(-1).argsort(-1).masked_fill(~canvas.noisy, -1)
        planned = replace(canvas, order=ranks, turn=ranks, sequential=torch.zeros_like(canvas.noisy))
        return planned, max(1, int(canvas.noisy.sum(-1).max()) if canvas.noisy.numel() else 1)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(canvas.due)

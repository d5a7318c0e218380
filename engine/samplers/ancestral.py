"""Ancestral sampling of masked diffusion: every noisy slot is written with the chance that the reverse process gives it."""

import math
from dataclasses import dataclass, field

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting, alphas, share
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, LogLinear, NoiseSchedule, noise_at


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
    mask's column is dropped: the loop writes whatever is still noisy.
    """

    schedule: NoiseSchedule = field(default_factory=LogLinear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        # alpha = exp(-sigma)
        sigma_t, sigma_s = (-math.log(max(alpha, 1e-300)) for alpha in alphas(self.schedule, t, s))
        leaves = proposal.mass * (math.expm1(sigma_t - sigma_s) / max(math.expm1(sigma_t), 1e-12))
        chance = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device)
        return accepting(canvas.noisy & (chance < leaves))

    def level(self, t: float) -> float | None:
        return noise_at(self.schedule, t)

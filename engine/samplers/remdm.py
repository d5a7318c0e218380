"""Masked diffusion that scrapes written tokens again (ReMDM, arXiv 2503.00307)."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import alphas
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule, noise_at, time_of

Remasking = Literal["cap", "rescale", "conf", "loop"]


@dataclass(frozen=True, slots=True)
class Remdm(Sampler):
    """A written token is scraped with probability sigma <= sigma_max = min(1, (1 - alpha_s) / alpha_t), a noisy one written with
    probability (alpha_s - (1 - sigma) alpha_t) / (1 - alpha_t). A canvas that is full is no end: what is scraped and written
    again until the last step is what more steps are for.

    - cap: sigma = min(eta, sigma_max)
    - rescale: sigma = eta sigma_max
    - conf: sigma_max shared out over the written tokens, each weighed by the softmax of minus the confidence it was written with
    - loop: nothing is scraped before ``loop_from`` and after ``loop_to``; between them alpha stays at ``held`` while tokens are
      scraped and written again (cap)
    """

    afresh: ClassVar[bool] = True
    remasking: Remasking = "cap"
    eta: float = 0.05
    loop_from: float = 0.55
    """time at which the loop begins"""
    loop_to: float = 0.05
    """time at which it ends"""
    held: float = 0.9
    """share that is clean during the loop"""
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        sigma, a_t, a_s = self._rates(t, s)
        written = ~canvas.noisy & ~canvas.frozen
        rate, back = torch.full_like(proposal.standing, sigma), sigma
        if self.remasking == "conf":
            rate, back = sigma * (-proposal.standing).masked_fill(~written, -torch.inf).softmax(-1).nan_to_num(), 0.0
        chance = dice.uniform(2, canvas.noisy.shape[-1]).to(canvas.noisy.device)
        accept = canvas.noisy & (chance[:, 0] < (a_s - (1 - back) * a_t) / max(1 - a_t, 1e-12))
        return Decision(accept, written & (chance[:, 1] < rate), torch.zeros_like(accept))

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        return torch.zeros_like(canvas.noisy)

    def level(self, t: float) -> float | None:
        return noise_at(self.schedule, self._slowed(t) if self.remasking == "loop" else t)

    def _rates(self, t: float, s: float) -> tuple[float, float, float]:
        """(sigma, alpha_t, alpha_s) of a step."""
        looping = t <= self.loop_from + 1e-9 and s >= self.loop_to - 1e-9
        if self.remasking == "loop":
            t, s = self._slowed(t), self._slowed(s)
        a_t, a_s = alphas(self.schedule, t, s)
        most = min(1.0, (1 - a_s) / max(a_t, 1e-12))
        rates = {"cap": min(self.eta, most), "rescale": self.eta * most, "conf": most}
        return rates.get(self.remasking, min(self.eta, most) if looping else 0.0), a_t, a_s

    def _slowed(self, t: float) -> float:
        """Time on the schedule, which stands still during the loop."""
        still = time_of(self.schedule, self.held)
        if t >= self.loop_from:
            return still + (t - self.loop_from) / (1 - self.loop_from) * (1 - still)
        return min(still, still * t / self.loop_to)

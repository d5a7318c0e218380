"""Ancestral sampling: every slot takes a step of the reverse process, by chance. Of masks a noisy one is written, or not; under
uniform noise what stands is drawn anew from what it may have been before."""

import math
from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Tensor

from engine.diffusion import uniform
from engine.diffusion.canvas import Canvas, Decision, Proposal, Said
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


LEAST = LogLinear().eps
"""the least share that is clean by which ratios are read: no network hears of more noise"""


@dataclass(frozen=True, slots=True)
class UniformReverse(Sampler):
    """UDLM's posterior (arXiv 2412.10193), which SEDD's analytic step is by ratios; with ``euler`` SEDD's Euler predictor, and
    the analytic step at last, which takes off what noise is left (arXiv 2310.16834).

    Which tokens are noise is not known to anybody. For the eye a slot counts as written where its token is likelier to come from
    the text than from the noise that is left; the rule itself treats all alike, and any token can change until the last step.
    """

    revises: ClassVar[bool] = True
    afresh: ClassVar[bool] = True
    holds: ClassVar[bool] = True
    size: int = 0
    """N: tokens that the noise is drawn from, the ids below it; 0: all that are scored"""
    schedule: NoiseSchedule = field(default_factory=LogLinear)
    euler: bool = False

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        open_ = ~canvas.closed & (canvas.noisy | (canvas.ids < self._size(proposal.said)))
        p = self.step(proposal.said, canvas.ids, t, s)
        now = torch.where(p.sum(-1) > 0, self._drawn(p, dice), proposal.ids)  # poor ratios may leave nothing to draw
        ids = torch.where(open_, now, canvas.ids)
        word = self._words(proposal.said, ids, t, s)
        return Decision(word & open_, ~word & open_, word & open_, ids)

    def step(self, said: tuple[Said, ...], ids: Tensor, t: float, s: float) -> Tensor:
        """(B, L, N) what stands after the step from t to s, up to a factor; where one guides another, the product (UDLM's
        guidance without a classifier)."""
        seen = ids.clamp_max(self._size(said) - 1)
        parts = [(one.weight, self._step(one, seen, t, s)) for one in said]
        p = parts[0][1]
        if len(parts) > 1:
            p = torch.stack([weight * part.clamp_min(1e-30).log() for weight, part in parts]).sum(0).softmax(-1)
        barred = said[0].barred
        return p if barred is None else p.masked_fill(barred[..., : p.shape[-1]], 0.0)

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        """At the last step only: what stands may change until then."""
        return torch.zeros_like(canvas.noisy)

    def level(self, t: float) -> float | None:
        return noise_at(self.schedule, t)

    def _size(self, said: tuple[Said, ...]) -> int:
        return self.size or said[0].scores.shape[-1]

    def _step(self, said: Said, seen: Tensor, t: float, s: float) -> Tensor:
        scores = said.scores[..., : self._size((said,))].double()
        a_t, a_s = alphas(self.schedule, t, s)
        if self.euler and s > 0:
            log_s = scores if said.ratios else uniform.log_ratios(scores.softmax(-1), seen, a_t)
            return uniform.euler(log_s, seen, (t - s) * rate_at(self.schedule, t))
        if said.ratios:
            return uniform.analytic(scores, seen, math.log(a_s / max(a_t, LEAST)))
        return uniform.posterior(scores.softmax(-1), seen, a_t, a_s)

    def _words(self, said: tuple[Said, ...], ids: Tensor, t: float, s: float) -> Tensor:
        """(B, L) bool: tokens that are likelier to come from the text than from what noise is left at s."""
        a_t, a_s = alphas(self.schedule, t, s)
        size = self._size(said)
        scores = said[0].scores[..., :size].double()
        if said[0].ratios:
            left = uniform.staggered(scores, math.log(a_s / max(a_t, LEAST)))
            left = left / left.sum(-1, keepdim=True).clamp_min(1e-300)
        else:
            left = uniform.noised(scores.softmax(-1), a_s)
        own = left.gather(-1, ids.clamp_max(size - 1)[..., None]).squeeze(-1)
        return (own >= 2 * (1 - a_s) / size) | (ids >= size)

    def _drawn(self, p: Tensor, dice: Dice) -> Tensor:
        chance = dice.exponential([p.shape[1]] * len(p), p.shape[-1]).view(p.shape).to(p.device)
        return (p / chance).argmax(-1)

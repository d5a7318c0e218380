"""Overwrite written tokens that the model would now write otherwise (token editing; Gemini's Instant Edit)."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.groups import groups
from engine.diffusion.sampler import Sampler, unchanged
from engine.samplers.low_confidence import LowConfidence


@dataclass(frozen=True, slots=True)
class TokenEditing(Sampler):
    """Neighbouring slots that would change do so together: half of a new word helps nobody."""

    revises: ClassVar[bool] = True
    threshold: float = 0.9
    """geometric mean of the probabilities of a group's new tokens from which on it is written"""
    suspicion: float = 0.2
    """the same where a judge looks over every change: it can be shown more"""
    inner: Sampler = field(default_factory=LowConfidence)
    """the rule for slots that are still noise"""

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return self.inner.plan(canvas, steps, dice)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        inner = self.inner.decide(canvas, proposal, t, s, dice)
        other = (proposal.ids != canvas.ids) & ~canvas.noisy & ~canvas.frozen
        sure = proposal.confidence.clamp_min(1e-12).log()
        bound = self.suspicion if proposal.judged else self.threshold
        revise = torch.zeros_like(other)
        for row, start, end in groups(other):
            revise[row, start:end] = float(sure[row, start:end].mean().exp()) >= bound
        return replace(inner, revise=inner.revise | revise)

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        return unchanged(canvas, changed)

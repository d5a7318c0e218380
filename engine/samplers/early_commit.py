"""Fewer steps without training: write everything once the model has made up its mind (Prophet, arXiv 2508.19982)."""

from dataclasses import dataclass, field, replace

import torch

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler, Wrapping
from engine.samplers.low_confidence import LowConfidence


@dataclass(frozen=True, slots=True)
class EarlyCommit(Wrapping):
    """Where the likeliest tokens of a row's noisy slots lead the next ones by so many nats on average, all of them are written.
    The lead that is asked for falls as the run goes on: what is early has more to lose."""

    gaps: tuple[float, float, float] = (7.5, 5.0, 2.5)
    """nats in the first, the second and the last third of the way"""
    inner: Sampler = field(default_factory=LowConfidence)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        made = self.inner.decide(canvas, proposal, t, s, dice)
        due = canvas.due
        lead = torch.where(due, proposal.gap, 0.0).sum(-1) / due.sum(-1).clamp_min(1)
        asked = self.gaps[min(2, int((1 - t) * 3 + 1e-9))]
        sure = (lead >= asked)[:, None] & due
        return replace(made, accept=made.accept | sure)

    def level(self, t: float) -> float | None:
        return None  # the canvas runs ahead of its time

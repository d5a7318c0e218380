"""Scrape again what the model no longer believes (Mercury's error correction; the open form of it here)."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler
from engine.samplers.threshold import Threshold


@dataclass(frozen=True, slots=True)
class Correcting(Sampler):
    """A written token whose probability fell below ``floor`` while another's reaches ``tau`` becomes a mask again, at most
    ``most`` times for each slot, so that a run ends."""

    revises: ClassVar[bool] = True
    floor: float = 0.05
    tau: float = 0.9
    most: int = 2
    inner: Sampler = field(default_factory=Threshold)

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return self.inner.plan(canvas, steps, dice)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        made = self.inner.decide(canvas, proposal, t, s, dice)
        doubted = (proposal.current < self.floor) & (proposal.top >= self.tau) & (proposal.best != canvas.ids)
        spared = torch.zeros_like(doubted) if canvas.scraped is None else canvas.scraped >= self.most
        remask = made.remask | (doubted & ~canvas.noisy & ~canvas.frozen & ~spared)
        return replace(made, remask=remask)

"""Scrape again what is no longer believed (Mercury's error correction; the open form of it here)."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler, unchanged
from engine.samplers.remdm import Remdm
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
        return replace(made, remask=made.remask | (doubted & _spared(canvas, self.most)))

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        return unchanged(canvas, changed)


@dataclass(frozen=True, slots=True)
class Remasking(Sampler):
    """The same for a model that carries written tokens over, so that its scores say nothing of them: ReMDM's form of it. As long
    as a row is being written, its doubtful tokens are scraped by chance, those that were written with little confidence first
    (arXiv 2503.00307, the schedule by confidence), each slot at most ``most`` times."""

    afresh: ClassVar[bool] = True
    most: int = 2
    inner: Sampler = field(default_factory=Threshold)

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return self.inner.plan(canvas, steps, dice)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        made = self.inner.decide(canvas, proposal, t, s, dice)
        doubted = Remdm("conf").decide(canvas, proposal, t, s, dice).remask
        return replace(made, remask=made.remask | (doubted & _spared(canvas, self.most)))

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        return ~canvas.noisy.any(-1, keepdim=True).expand_as(canvas.noisy)


def _spared(canvas: Canvas, most: int) -> Tensor:
    """(B, L) bool: written slots that may be scraped once more."""
    open_ = ~canvas.noisy & ~canvas.closed
    return open_ if canvas.scraped is None else open_ & (canvas.scraped < most)

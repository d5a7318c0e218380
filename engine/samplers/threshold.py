"""Write every slot whose confidence reaches a bound, and at least the best one: a fixed bound, or one that grows with the
number of slots written at once (Fast-dLLM, arXiv 2505.22618)."""

from dataclasses import dataclass

import torch

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting
from engine.diffusion.sampler import Sampler


@dataclass(frozen=True, slots=True)
class Threshold(Sampler):
    tau: float = 0.9
    """confidence from which on a slot is written"""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        confidence = proposal.confidence.masked_fill(~canvas.noisy, -1.0)
        best = confidence == confidence.amax(-1, keepdim=True)
        first_best = best & (best.cumsum(-1) == 1)
        return accepting(canvas.noisy & ((confidence >= self.tau) | first_best))


@dataclass(frozen=True, slots=True)
class Factor(Sampler):
    """The n surest slots for the largest n with confidence_n >= 1 - f / (n + 1)."""

    factor: float = 1.0
    """f: the larger, the more is written at once"""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        ranked, slots = proposal.confidence.masked_fill(~canvas.noisy, -1.0).sort(dim=-1, descending=True, stable=True)
        n = torch.arange(1, ranked.shape[-1] + 1, device=ranked.device)
        clears = (ranked >= 1 - self.factor / (n + 1)) | (n == 1)
        accept = torch.zeros_like(canvas.noisy).scatter(-1, slots, clears.cumprod(-1).bool())
        return accepting(canvas.noisy & accept)


@dataclass(frozen=True, slots=True)
class Anchors(Sampler):
    """Slots that reach ``tau`` are anchors; within ``reach`` slots of one the bound is ``relaxed``: a model is more often right
    beside what it is sure of (LocalLeap, arXiv 2510.07081). Written slots are no anchors; the best is written at any rate."""

    tau: float = 0.9
    relaxed: float = 0.75
    reach: int = 4

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        made = Threshold(self.tau).decide(canvas, proposal, t, s, dice)
        sure = canvas.noisy & (proposal.confidence >= self.tau)
        width = 2 * self.reach + 1
        near = torch.nn.functional.max_pool1d(sure[:, None].float(), width, 1, self.reach)[:, 0] > 0
        return accepting(made.accept | (canvas.noisy & near & (proposal.confidence >= self.relaxed)))

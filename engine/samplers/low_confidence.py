"""Write the surest predictions first, discard the rest (LLaDA's low-confidence remasking, arXiv 2502.09992; Dream's orders, arXiv
2508.15487)."""

from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import write_best
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule

SURE = 0.9
"""confidence from which on a slot that says nothing is left empty beside what a step writes"""
Sureness = Literal["confidence", "margin", "entropy"]


def sureness(proposal: Proposal, by: Sureness) -> Tensor:
    """(B, L) what is written first: the drawn token's probability, the lead of the likeliest over the next (topk_margin), or
    little entropy of what was drawn from."""
    if by == "margin":
        return proposal.top * -(-proposal.gap).expm1()
    return -proposal.entropy if by == "entropy" else proposal.confidence


@dataclass(frozen=True, slots=True)
class LowConfidence(Sampler):
    """So many of the surest in every step. Slots that are surely left empty do not count: where a model chooses the length of
    a fill they are the surest, and the first steps would write nothing else."""

    schedule: NoiseSchedule = field(default_factory=Linear)
    by: Sureness = "confidence"

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        score, free = sureness(proposal, self.by), torch.zeros_like(canvas.noisy)
        if proposal.empty is not None:
            free = canvas.due & proposal.empty & (proposal.confidence >= SURE)
        made = write_best(replace(canvas, noisy=canvas.noisy & ~free), score, self.schedule, t, s)
        return replace(made, accept=made.accept | free)

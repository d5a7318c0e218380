"""Write the surest predictions first, discard the rest (LLaDA's low-confidence remasking, arXiv 2502.09992; Dream's orders, arXiv
2508.15487)."""

from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import write_best
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule

Sureness = Literal["confidence", "margin", "entropy"]


def sureness(proposal: Proposal, by: Sureness) -> Tensor:
    """(B, L) what is written first: the drawn token's probability, the lead of the likeliest over the next (topk_margin), or
    little entropy of what was drawn from."""
    if by == "margin":
        return proposal.top * -(-proposal.gap).expm1()
    return -proposal.entropy if by == "entropy" else proposal.confidence


@dataclass(frozen=True, slots=True)
class LowConfidence(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)
    by: Sureness = "confidence"

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return write_best(canvas, sureness(proposal, self.by), self.schedule, t, s)

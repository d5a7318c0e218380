"""Write the most confident predictions first, discard the rest (LLaDA's low-confidence remasking, arXiv 2502.09992)."""

from dataclasses import dataclass, field

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import write_best
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class LowConfidence(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return write_best(canvas, proposal.confidence, self.schedule, t, s)

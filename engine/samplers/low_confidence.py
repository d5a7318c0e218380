"""Write the most confident predictions first, discard the rest (LLaDA's low-confidence remasking, arXiv 2502.09992)."""

from dataclasses import dataclass, field

from engine.canvas import Canvas, Decision, Proposal
from engine.dice import Dice
from engine.samplers.protocol import Sampler
from engine.samplers.quota import write_best
from engine.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class LowConfidence(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return write_best(canvas, proposal.confidence, self.schedule, t, s)

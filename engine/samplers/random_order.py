"""Write uniformly random slots (LLaDA's random remasking, arXiv 2502.09992, algorithm 4)."""

from dataclasses import dataclass, field

from engine.canvas import Canvas, Decision, Proposal
from engine.dice import Dice
from engine.samplers.protocol import Sampler
from engine.samplers.quota import write_best
from engine.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class RandomOrder(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        score = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device)
        return write_best(canvas, score, self.schedule, t, s)

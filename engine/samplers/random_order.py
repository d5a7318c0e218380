"""Write uniformly random slots (LLaDA's random remasking, arXiv 2502.09992, algorithm 4)."""

from dataclasses import dataclass, field

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import write_best
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class RandomOrder(Sampler):
    schedule: NoiseSchedule = field(default_factory=Linear)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        score = dice.uniform(canvas.noisy.shape[-1]).to(canvas.noisy.device)
        return write_best(canvas, score, self.schedule, t, s)

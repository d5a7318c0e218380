"""One slot a step from left to right: the autoregressive order, alpha_0 = 0 of Eso-LM (arXiv 2506.01928)."""

from dataclasses import dataclass

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting
from engine.diffusion.sampler import Sampler
from engine.samplers.eso import Eso


@dataclass(frozen=True, slots=True)
class LeftToRight(Sampler):
    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return Eso(alpha_0=0.0).plan(canvas, 0, dice)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(canvas.due)

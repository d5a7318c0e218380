"""What every sampling rule is."""

from typing import Protocol

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice


class Sampler(Protocol):
    """A pure policy: no model, no state of its own, randomness passed in."""

    @property
    def revises(self) -> bool:
        """Whether it changes what is written, so that a run goes on until nothing changes."""
        return False

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        """The canvas with the order that the rule fixes beforehand, if it does, and the most steps the run will take."""
        return canvas, steps

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        """What to write in the step from t to s. Times are evenly spaced between 1 and 0."""
        ...

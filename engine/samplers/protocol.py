"""What every sampling rule is."""

from typing import ClassVar, Protocol

from torch import Generator

from engine.canvas import Canvas, Decision, Proposal


class Sampler(Protocol):
    """A pure policy: no model, no state of its own, randomness passed in."""

    revises: ClassVar[bool] = False
    """whether it overwrites what is written, so that a run goes on until nothing changes"""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, rng: Generator) -> Decision: ...

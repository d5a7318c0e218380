"""What every sampling rule is."""

from typing import Protocol

from torch import Generator

from engine.canvas import Canvas, Decision, Proposal


class Sampler(Protocol):
    """A pure policy: no model, no state of its own, randomness passed in."""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, rng: Generator) -> Decision: ...

"""What every sampling rule is."""

from typing import Protocol

from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice


class Sampler(Protocol):
    """A pure policy: no model, no state of its own, randomness passed in."""

    @property
    def revises(self) -> bool:
        """Whether it looks at the scores of what is written, to scrape it or to write over it."""
        return False

    @property
    def afresh(self) -> bool:
        """Whether it decides on written slots without regard to how they came to stand there: by chance, or all of them anew.
        Words that are to stay are kept out of its reach."""
        return False

    @property
    def holds(self) -> bool:
        """Whether the tokens of noise are a part of the state, as under uniform noise: it says itself what stands on every slot
        after a step, drawing from all that the model says. Elsewhere what stays noisy is noise anew in every step."""
        return False

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        """The canvas with the order that the rule fixes beforehand, if it does, and the most steps the run will take."""
        return canvas, steps

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        """What to write in the step from t to s. Times are evenly spaced between 1 and 0."""
        ...

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        """(B, L) bool: the slots that are written for good after a step which changed ``changed`` (B, L). A row ends when no slot
        of it is open, and at the last step at any rate."""
        return ~canvas.noisy

    def level(self, t: float) -> float | None:
        """The share of slots that are noise at time t, where the rule's time is a measure of it; None: look at the canvas."""
        return None


class Wrapping(Sampler):
    """A rule around another: what it does not say itself is as the inner rule says it."""

    inner: Sampler

    @property
    def revises(self) -> bool:
        return self.inner.revises

    @property
    def afresh(self) -> bool:
        return self.inner.afresh

    @property
    def holds(self) -> bool:
        return self.inner.holds

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        return self.inner.plan(canvas, steps, dice)

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        return self.inner.ends(canvas, changed)

    def level(self, t: float) -> float | None:
        return self.inner.level(t)


def unchanged(canvas: Canvas, changed: Tensor) -> Tensor:
    """(B, L) bool: the end of a rule that goes on until a step changes nothing: rows with nothing noisy and nothing changed."""
    over = ~canvas.noisy.any(-1) & ~changed.any(-1)
    return over[:, None].expand_as(canvas.noisy)

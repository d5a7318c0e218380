"""Write the slots whose joint entropy stays under a bound (EB-Sampler, arXiv 2505.24857)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting
from engine.diffusion.sampler import Sampler


def within(entropy: Tensor, among: Tensor, bound: float) -> Tensor:
    """(B, L) bool: the slots ``among``, by rising entropy, whose cumulative entropy minus their own stays <= bound. That
    difference bounds what they tell about one another. The surest slot always is."""
    ranked, slots = entropy.masked_fill(~among, torch.inf).sort(dim=-1, stable=True)
    before = ranked.nan_to_num(posinf=0.0).cumsum(-1) - ranked.nan_to_num(posinf=0.0)
    return torch.zeros_like(among).scatter(-1, slots, before <= bound) & among


@dataclass(frozen=True, slots=True)
class EntropyBound(Sampler):
    """Written slots stay."""

    bound: float = 0.1
    """nats"""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(within(proposal.entropy, canvas.noisy, self.bound))


@dataclass(frozen=True, slots=True)
class RenoisingEntropyBound(Sampler):
    """What is accepted is decided afresh in every step and the rest is noise again, so any token can change until the end.

    Ends when the likeliest canvas has not changed for a step and the mean entropy is low; the result is that canvas
    (DiffusionGemma's rule).
    """

    revises: ClassVar[bool] = True
    afresh: ClassVar[bool] = True
    bound: float = 0.1
    """nats"""
    confident: float = 0.005
    """nats: mean entropy under which a stable canvas is final; 0 goes on to the last step"""

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        free = ~canvas.closed
        kept = within(proposal.entropy, free, self.bound)
        mean = (proposal.entropy * free).sum(-1) / free.sum(-1).clamp_min(1)
        settled = (proposal.stable | ~free).all(-1) & (mean < self.confident)
        if s <= 0:
            settled = torch.ones_like(settled)
        over = settled[:, None].expand_as(free)
        ids = torch.where(over, proposal.best, proposal.ids)
        return Decision(kept | over, ~kept & ~over, kept | over, ids, over)

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        """Only what it settled: a canvas that is full, or that a step did not change, may change again."""
        return torch.zeros_like(canvas.noisy)

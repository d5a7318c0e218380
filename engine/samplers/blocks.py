"""Semi-autoregressive blocks around any rule (LLaDA, arXiv 2502.09992; BD3-LM, arXiv 2503.09573)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler
from engine.samplers.low_confidence import LowConfidence


@dataclass(frozen=True, slots=True)
class Blocks(Sampler):
    """Only the leftmost unfinished block of ``length`` slots is written, scraped or renoised. The steps are shared evenly, the
    remainder over the first blocks; a block that ends early leaves its steps to the next ones."""

    length: int = 32
    inner: Sampler = field(default_factory=LowConfidence)

    @property
    def revises(self) -> bool:
        return self.inner.revises

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        slots = canvas.ids.shape[-1]
        length = self._fitting(slots, steps)
        count = max(1, math.ceil(slots / length))
        planned, total = canvas, 0
        for block, share in enumerate(_shares(steps, count)):
            here = torch.zeros_like(canvas.noisy)
            here[:, block * length : (block + 1) * length] = True
            part, needed = self.inner.plan(replace(canvas, noisy=canvas.noisy & here), share, dice)
            planned = _joined(planned, part, here)
            total += needed
        return planned, total

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        if canvas.turn is not None:  # the plan went block by block
            return self.inner.decide(canvas, proposal, t, s, dice)
        slots = canvas.ids.shape[-1]
        steps = round(1 / (t - s))
        left = round(t * steps)
        length = self._fitting(slots, steps)
        shares = _shares(steps, max(1, math.ceil(slots / length)))
        number = torch.arange(slots, device=canvas.ids.device) // length
        unfinished = torch.where(canvas.noisy, number, len(shares)).amin(-1)  # (B,)
        decisions = {}
        for block in set(unfinished.tolist()) - {len(shares)}:
            mine = max(1, left - sum(shares[block + 1 :]))
            share = max(mine, shares[block])
            inside = replace(canvas, noisy=canvas.noisy & (number == block), frozen=canvas.frozen | (number != block))
            decisions[block] = self.inner.decide(inside, proposal, mine / share, (mine - 1) / share, dice), mine == 1
        return _by_row(canvas, decisions, unfinished, number)

    def _fitting(self, slots: int, steps: int) -> int:
        """The block length, longer where there would be more blocks than steps."""
        return max(self.length, math.ceil(slots / max(1, steps)), 1)


def _shares(steps: int, blocks: int) -> list[int]:
    return [steps // blocks + (block < steps % blocks) for block in range(blocks)]


def _joined(canvas: Canvas, part: Canvas, here: Tensor) -> Canvas:
    """The order of one block behind that of the blocks before it."""
    if part.order is None or part.turn is None:
        return canvas
    nothing = torch.full_like(canvas.ids, -1)
    order, turn = (nothing if x is None else x for x in (canvas.order, canvas.turn))
    mine = here & (part.order >= 0)
    after = [x.amax(-1, keepdim=True) + 1 for x in (order, turn)]
    return replace(
        canvas,
        order=torch.where(mine, part.order + after[0], order),
        turn=torch.where(mine, part.turn + after[1], turn),
    )


def _by_row(
    canvas: Canvas, decisions: dict[int, tuple[Decision, bool]], unfinished: Tensor, number: Tensor
) -> Decision:
    """Each row's decision is that of the block it is in. A block's last step writes all of it."""
    none = torch.zeros_like(canvas.noisy)
    accept, remask, revise = none, none, none
    ids: Tensor | None = None
    for block, (made, last) in decisions.items():
        mine = (unfinished == block)[:, None] & (number == block)
        accept = accept | (mine & (canvas.noisy if last else made.accept))
        remask = remask | (mine & made.remask & (not last))
        revise = revise | (mine & made.revise)
        if made.ids is not None:
            ids = torch.where(mine, made.ids, made.ids if ids is None else ids)
    return Decision(accept, remask, revise, ids)

"""Semi-autoregressive blocks around any rule (LLaDA, arXiv 2502.09992; BD3-LM, arXiv 2503.09573)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler, Wrapping
from engine.samplers.low_confidence import LowConfidence


@dataclass(frozen=True, slots=True)
class Blocks(Wrapping):
    """Only the leftmost unfinished block of ``length`` slots is written, scraped or renoised. The steps are shared evenly, the
    remainder over the first blocks; a block that ends early leaves its steps to the next ones. A model that writes in blocks of
    its own says on the canvas where they lie."""

    length: int = 32
    inner: Sampler = field(default_factory=LowConfidence)

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        number = self._numbered(canvas, steps)
        planned, total = replace(canvas, block=number), 0
        for block, share in enumerate(_shares(steps, _count(number))):
            here = number == block
            part, needed = self.inner.plan(replace(canvas, noisy=canvas.noisy & here), share, dice)
            planned = _joined(planned, part, here)
            total += needed
        return planned, total

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        if canvas.turn is not None:  # the plan went block by block
            return self.inner.decide(canvas, proposal, t, s, dice)
        steps = round(1 / (t - s))
        left = round(t * steps)
        number, current = self._current(canvas)
        shares = _shares(steps, _count(number))
        decisions = {}
        for block in set(current.tolist()) - {OVER}:
            mine = max(1, left - sum(shares[block + 1 :]))
            share = max(mine, shares[block])
            inside = _inside(canvas, number == block)
            decisions[block] = self.inner.decide(inside, proposal, mine / share, (mine - 1) / share, dice), mine == 1
        return _by_row(canvas, decisions, current, number)

    def ends(self, canvas: Canvas, changed: Tensor) -> Tensor:
        """As the inner rule ends, each row in its block; the blocks before it have ended."""
        number, current = self._current(canvas)
        here = number == current[:, None]
        return (number < current[:, None]) | (here & self.inner.ends(_inside(canvas, here), changed & here))

    def level(self, t: float) -> float | None:
        return None  # each block has a time of its own

    def _numbered(self, canvas: Canvas, steps: int) -> Tensor:
        """(B, L) the block of every slot: fewer and longer ones than asked for where there would be more of them than steps."""
        slots, steps = canvas.ids.shape[-1], max(1, steps)
        if canvas.block is None:
            length = max(self.length, math.ceil(slots / steps), 1)
            return (torch.arange(slots, device=canvas.ids.device) // length).expand_as(canvas.ids)
        count = _count(canvas.block)
        return canvas.block if count <= steps else canvas.block * steps // count

    def _current(self, canvas: Canvas) -> tuple[Tensor, Tensor]:
        """(the block of every slot, (B,) the leftmost block in which there is something to do; OVER: none)."""
        assert canvas.block is not None, "plan first"
        unfinished = canvas.noisy | ~canvas.closed if self.revises or self.afresh else canvas.noisy
        return canvas.block, torch.where(unfinished, canvas.block, OVER).amin(-1)


OVER = 1 << 30
"""behind every block"""


def _inside(canvas: Canvas, here: Tensor) -> Canvas:
    """The canvas with everything outside a block frozen."""
    return replace(canvas, noisy=canvas.noisy & here, frozen=canvas.frozen | ~here)


def _count(number: Tensor) -> int:
    return int(number.max()) + 1 if number.numel() else 1


def _shares(steps: int, blocks: int) -> list[int]:
    return [steps // blocks + (block < steps % blocks) for block in range(blocks)]


def _joined(canvas: Canvas, part: Canvas, here: Tensor) -> Canvas:
    """The order of one block behind that of the blocks before it."""
    if part.order is None or part.turn is None or part.sequential is None:
        return canvas
    nothing = torch.full_like(canvas.ids, -1)
    order, turn = (nothing if x is None else x for x in (canvas.order, canvas.turn))
    sequential = torch.zeros_like(here) if canvas.sequential is None else canvas.sequential
    mine = here & (part.order >= 0)
    after = [x.amax(-1, keepdim=True) + 1 for x in (order, turn)]
    return replace(
        canvas,
        order=torch.where(mine, part.order + after[0], order),
        turn=torch.where(mine, part.turn + after[1], turn),
        sequential=sequential | (mine & part.sequential),
    )


def _by_row(canvas: Canvas, decisions: dict[int, tuple[Decision, bool]], current: Tensor, number: Tensor) -> Decision:
    """Each row's decision is that of the block it is in. A block's last step writes all of it, and it is done."""
    none = torch.zeros_like(canvas.noisy)
    accept, remask, revise, final = none, none, none, none
    ids: Tensor | None = None
    for block, (made, last) in decisions.items():
        mine = (current == block)[:, None] & (number == block)
        accept = accept | (mine & (canvas.noisy if last else made.accept))
        remask = remask | (mine & made.remask & (not last))
        revise = revise | (mine & made.revise)
        if last:
            final = final | mine
        elif made.final is not None:
            final = final | (mine & made.final)
        if made.ids is not None:
            ids = torch.where(mine, made.ids, made.ids if ids is None else ids)
    return Decision(accept, remask, revise, ids, final)

"""Eso-LM's order: a share of the slots by diffusion, the rest left to right (arXiv 2506.01928)."""

from dataclasses import dataclass, field, replace

import torch

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.quota import accepting, alphas
from engine.diffusion.sampler import Sampler
from engine.diffusion.schedules import Linear, NoiseSchedule


@dataclass(frozen=True, slots=True)
class Eso(Sampler):
    """The order is drawn before the first step. Diffusion: in each of ``steps`` steps Binomial(remaining, (alpha_s - alpha_t) /
    (1 - alpha_t)) random slots with alpha_t = alpha_0 (1 - t); empty steps are dropped. Then what is left, one slot a step."""

    alpha_0: float = 0.5
    """share written by diffusion: 1 is masked diffusion, 0 left to right"""
    schedule: NoiseSchedule = field(default_factory=Linear)

    def plan(self, canvas: Canvas, steps: int, dice: Dice) -> tuple[Canvas, int]:
        noisy = canvas.noisy
        ranks, turns = torch.full_like(canvas.ids, -1), torch.full_like(canvas.ids, -1)
        # One draw for every step, as ``Ancestral`` does: alpha_0 = 1 is that rule. One more for the order within a step.
        chance = torch.stack([dice.uniform(noisy.shape[-1]) for _ in range(steps + 1)], 1)
        sequential, last = torch.zeros_like(noisy), 0
        for row in range(len(noisy)):
            waiting = noisy[row].cpu().nonzero().flatten()
            written: list[torch.Tensor] = []
            for step in range(steps):
                a_t, a_s = (self.alpha_0 * a for a in alphas(self.schedule, 1 - step / steps, 1 - (step + 1) / steps))
                drawn = chance[row, step, waiting] < (a_s - a_t) / max(1 - a_t, 1e-12)
                if bool(drawn.any()):
                    group = waiting[drawn]
                    written.append(group[chance[row, steps, group].argsort()])
                    waiting = waiting[~drawn]
            written += [slot[None] for slot in waiting]
            sequential[row, waiting] = True
            order = torch.cat(written) if written else waiting
            ranks[row, order] = torch.arange(len(order), device=ranks.device)
            sizes = torch.tensor([len(group) for group in written], dtype=torch.long)
            turns[row, order] = torch.repeat_interleave(torch.arange(len(written)), sizes).to(turns.device)
            last = max(last, len(written))
        return replace(canvas, order=ranks, turn=turns, sequential=sequential), max(1, last)

    def decide(self, canvas: Canvas, proposal: Proposal, t: float, s: float, dice: Dice) -> Decision:
        return accepting(canvas.due)

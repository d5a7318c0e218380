"""Eso-LM's order on a text: which tokens each pass runs, which keys it finds kept, and who sees whom, by the code that runs."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.context.inputs import Inputs
from engine.context.ordered import OrderedPasses
from engine.diffusion.attention import Attention
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.samplers import Eso


@dataclass(frozen=True, slots=True)
class StepPass:
    """One pass. Places are those of the text, from 0."""

    due: list[int]
    """written in this step"""
    sequential: bool
    """whether it belongs to the phase from left to right"""
    queries: list[int]
    """run in this pass: clean tokens, then the masks that are due"""
    keys: list[int]
    """what they may see: what is kept, then what is run"""
    kept: int
    """how many of the keys are kept from earlier passes"""
    visible: list[list[bool]]
    """whether each query sees each key"""


@dataclass(frozen=True, slots=True)
class OrderedRun:
    order: list[int]
    """the places in the order in which they are written"""
    diffused: int
    """how many of them diffusion writes"""
    passes: list[StepPass]

    @property
    def work(self) -> list[int]:
        """Tokens that each pass runs."""
        return [len(one.queries) for one in self.passes]


def ordered_run(size: int, attention: Attention, alpha_0: float, steps: int, seed: int) -> OrderedRun:
    """All passes over a text of ``size`` tokens that is written from nothing, under "eso-a" or "eso-b"."""
    blank, nothing = torch.zeros(1, size, dtype=torch.long), torch.zeros(1, size, dtype=torch.bool)
    canvas, _ = Eso(alpha_0).plan(Canvas(blank, ~nothing, nothing), steps, Dice([seed]))
    assert canvas.order is not None and canvas.turn is not None and canvas.sequential is not None
    places, run, passes = torch.arange(size)[None], OrderedPasses(attention, keep=True), []
    for turn in range(int(canvas.turn.max()) + 1):
        noisy, due = canvas.turn >= turn, canvas.turn == turn
        # A mask comes behind all that is clean, as in the network's own passes.
        ranks = canvas.order + 2 * size * noisy
        made = run.over(Inputs(blank, places, places, ~nothing, noisy, ranks, canvas.sequential), due)
        keys = made.positions[0].tolist()
        kept = len(keys) - made.inputs.width
        passes.append(
            StepPass(
                due[0].nonzero().flatten().tolist(), bool(canvas.sequential[0, due[0]].all()),
                made.inputs.places[0].tolist(), keys, kept, made.visible[0].tolist(),
            )
        )  # fmt: skip
        empty = torch.zeros(1, 1, made.inputs.width, 1)  # nothing is computed: the bookkeeping alone is looked at
        run.keep(made, [(empty, empty)])
    return OrderedRun(canvas.order[0].argsort().tolist(), int((~canvas.sequential).sum()), passes)

"""Diffusion against left to right: what is measured, and how it goes on for lengths that nobody waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.study.speed import Measured
from engine.study.writing.costs import Sizes
from engine.systems.parameters import ALPHA_0

ONE_WAY = "autoregressive"
ORDERED = ("eso-a", "eso-b")


def passes(system: str, tokens: int, steps: int) -> int:
    """Forward passes that write so many tokens, at the most: one for each from left to right, ``steps`` by diffusion, and for
    Eso-LM with its usual share half of the tokens by each."""
    if system == ONE_WAY:
        return tokens
    last = int(tokens * (1 - float(ALPHA_0.default))) if system in ORDERED else 0
    return last + min(tokens - last, steps)


def work(system: str, tokens: int, steps: int, around: int, sizes: Sizes | None) -> float:
    """What one of its passes computes, beside ``around`` tokens of text that are read and kept: floating-point operations, or
    tokens that are run where the sizes of the network are not known. Where the order is fixed a pass runs the tokens that were
    just written and those that are due; otherwise the canvas and the token before it, and half of it is scored on average."""
    due = -(-tokens // passes(system, tokens, steps))
    run, scored = (2 * due, due) if system in (*ORDERED, ONE_WAY) else (tokens + 1, (tokens + 1) // 2)
    return float(run if sizes is None else sizes.flops(run, around + tokens, scored))


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of a pass: something for every pass, and something for what it computes."""

    each: float
    rate: float

    def seconds(self, system: str, tokens: int, steps: int, around: int, sizes: Sizes | None) -> float:
        """Of a whole run, by the formula passes x (each + rate x work)."""
        return passes(system, tokens, steps) * (self.each + self.rate * work(system, tokens, steps, around, sizes))


def pace(runs: Sequence[tuple[Measured, int]], steps: int, around: int, sizes: Sizes | None) -> Pace:
    """The pace that fits measured runs best, by least squares; neither part is below 0. ``runs``: each with its length."""
    counts = torch.tensor([float(run.nfe) for run, _ in runs], dtype=torch.float64)
    amounts = torch.tensor(
        [run.nfe * work(run.system, size, steps, around, sizes) for run, size in runs], dtype=torch.float64
    )
    seconds = torch.tensor([run.seconds for run, _ in runs], dtype=torch.float64)
    # A long run counts as much as a short one: what is fitted are shares of the seconds.
    scaled = torch.stack([counts, amounts], 1) / seconds[:, None].clamp_min(1e-9)
    size = scaled.norm(dim=0).clamp_min(1e-300)
    ones = torch.ones(len(runs), dtype=torch.float64)
    each, rate = (torch.linalg.pinv(scaled / size) @ ones / size).tolist()
    if each < 0 or rate < 0:  # one part alone
        only = [float((column @ ones) / (column @ column).clamp_min(1e-300)) for column in scaled.T]
        errors = [float((column * one - 1).norm()) for column, one in zip(scaled.T, only, strict=True)]
        each, rate = (only[0], 0.0) if errors[0] <= errors[1] else (0.0, only[1])
    return Pace(each, rate)

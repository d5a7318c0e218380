"""Classifier-free guidance around any denoiser (LLaDA, arXiv 2502.09992, appendix A; arXiv 2207.12598)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from engine.denoising.correction import Judge
from engine.denoising.denoiser import Conditioned, Draft, Telling
from engine.diffusion.canvas import Canvas, Said
from engine.text.allowed import NEVER


class Guided:
    """logits = un + (scale + 1) (cond - un), ``un`` of the same canvas with nothing known around it. Two passes a step."""

    def __init__(self, conditional: Conditioned, unconditional: Conditioned, scale: float) -> None:
        self._with = conditional
        self._without = unconditional
        self._scale = scale

    @property
    def nfe(self) -> int:
        return self._with.nfe + self._without.nfe

    @property
    def judge(self) -> Judge | None:
        return self._with.judge

    @property
    def normalised(self) -> bool:
        return self._with.normalised

    @property
    def divergence(self) -> float | None:
        return self._with.divergence

    @property
    def timeless(self) -> bool:
        return self._with.timeless and self._without.timeless

    @property
    def grid(self) -> Tensor | None:
        return self._with.grid

    @property
    def said(self) -> tuple[Said, ...]:
        """Both, where both say more than their logits: their steps are multiplied, not their scores (UDLM, arXiv 2412.10193)."""
        pair = (self._with, self._scale + 1), (self._without, -self._scale)
        known = [(one.said, weight) for one, weight in pair if isinstance(one, Telling)]
        return tuple(replace(said, weight=weight) for part, weight in known if len(known) == 2 for said in part)

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        yield from self._with.draft(canvas)
        for draft in self._without.draft(canvas):  # what it would write by itself is nobody's proposal
            yield Draft(draft.phase, draft.done, draft.total)

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        known, without = self._with.logits(canvas, t), self._without.logits(canvas, t)
        guided = (without + (self._scale + 1) * (known - without)).nan_to_num(nan=NEVER, neginf=NEVER)
        # The rules of a fill depend on the text, so one side may forbid what the other allows. The text decides.
        guided = torch.where(without <= NEVER / 2, known, guided)
        return guided.masked_fill(known <= NEVER / 2, NEVER)

"""Classifier-free guidance around any denoiser (LLaDA, arXiv 2502.09992, appendix A; arXiv 2207.12598)."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from engine.canvas import Canvas
from engine.correction import Judge
from engine.denoiser import Conditioned, Draft


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

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        yield from self._with.draft(canvas)
        for draft in self._without.draft(canvas):  # what it would write by itself is nobody's proposal
            yield Draft(draft.phase, draft.done, draft.total)

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        without = self._without.logits(canvas, t)
        # A token that neither may write keeps the score that says so: minus infinity from minus infinity is no number.
        return (without + (self._scale + 1) * (self._with.logits(canvas, t) - without)).nan_to_num(
            nan=-1e9, neginf=-1e9
        )

"""Particles of the causal model, weighed in every step by the writer: what one draws left to right is judged as a whole by the
text on both sides, and then the other looks at the canvas as it stands in that step.

    p(fill | text, canvas) ~ p_judge(fill | text) * prod over undecided slots of p_writer(token | text, canvas)^w
    w = WEIGHT * share of the canvas that is written

A product of experts (Hinton 2002) over the particles, so no step mixes two fills. The writer's marginals are poor on a canvas of
masks and grow sharp with what is written (its held-out likelihood by the noise level is in the model card): its weight grows with
that share. So every step makes a pass of its own, in the order and with the attention of the system, and what it finds decides
the words that are still open.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Corruption
from engine.models.causal.denoiser import CausalConditioned, CausalDenoiser, Experts
from engine.models.causal.particles import Fill
from engine.models.writer.denoiser import WriterConditioned, WriterDenoiser
from engine.text.context import Context
from engine.text.wishes import LengthBy

WEIGHT = 0.5
"""of the writer where nearly all is written (chosen on held-out spans)"""
ROWS, KEPT = 16, 12
"""particles of the causal model: with 24 of them the scores on held-out spans are the same, a fifth slower"""
FLOOR = -12.0
"""the least log-probability by which the writer speaks against a token"""


class JointDenoiser:
    """Both models on one text, behind the Denoiser protocol."""

    revises = False  # its particles are drawn to agree with what is written
    length_by: LengthBy = "judge"
    facts = Facts(chooses=True, orders=("eso-a", "eso-b"))
    end_ids: tuple[int, ...] = ()
    expand_id: int | None = None
    delete_id: int | None = None

    def __init__(self, causal: CausalDenoiser, writer: WriterDenoiser) -> None:
        self.causal = copy.copy(causal)
        self.causal.drawing = replace(causal.drawing, rows=ROWS, kept=KEPT)
        self.writer = writer.unjudged
        self.name = causal.name
        self.device = causal.device
        self.tokenizer = causal.tokenizer
        self.mask_id, self.null_id = causal.mask_id, causal.null_id
        self.max_slots, self.after = causal.max_slots, causal.after
        self.chat = causal.chat
        self.corruption: Corruption = causal.corruption

    def condition(self, context: Context, how: Conditions = USUAL) -> JointConditioned:
        return JointConditioned(
            self.causal.condition(context, how), self.writer.condition(context, replace(how, raw=False))
        )

    def unconditional(self, context: Context) -> Context:
        return self.causal.unconditional(context)

    def nll(self, context: Context, fills: Sequence[tuple[int, ...]]) -> float:
        """By the untouched model."""
        return self.causal.nll(context, fills)

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        self.causal.warm(text, should_stop, position)

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        self.causal.prepare(context, seed, should_stop)


class JointConditioned:
    """Both bound to one text."""

    judge: Judge | None = None  # its particles are judged already
    normalised = True
    divergence: float | None = None
    timeless = True
    grid: Tensor | None = None

    def __init__(self, particles: CausalConditioned, writer: WriterConditioned) -> None:
        self._particles = particles
        self._writer = writer

    @property
    def nfe(self) -> int:
        return self._particles.nfe + self._writer.nfe

    def assured(self, canvas: Canvas) -> Tensor | None:
        """By the particles: they are what was weighed."""
        return self._particles.assured(canvas)

    def wholes(self, canvas: Canvas, row: int, gap: int) -> list[tuple[Fill, float]]:
        """The particles as they are weighed in this step."""
        return self._particles.wholes(canvas, row, gap)

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        yield from self._particles.draft(canvas)
        yield from self._writer.draft(canvas)

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        """(B, L, V). On a canvas of masks the writer is not asked: the particles know the text around it as well. A row behind
        others keeps to what is best of the rest: where one particle says that, the writer is not asked of the row either."""
        if not (canvas.asked & ~canvas.noisy.all(-1, keepdim=True)).any():
            return self._particles.logits(canvas, t)
        rows = list(range(len(canvas.ids)))
        if canvas.turn is None:  # passes that keep what they computed for a row need all of them
            rows = sorted({0} | self._particles.open(canvas))
        asked = canvas.only(rows)
        scores = self._writer.logits(asked, t)
        experts = {row: _expert(scores[at], asked, at) for at, row in enumerate(rows)}
        return self._particles.logits(canvas, t, experts)


def _expert(scores: Tensor, canvas: Canvas, row: int) -> Experts:
    """What the writer says of the fills of a row by its scores (L, V), with its weight; nothing of slots that nobody asks for."""
    asked, share = canvas.asked[row].cpu(), WEIGHT * (1 - float(canvas.noisy[row].double().mean()))
    norm = torch.zeros(len(scores), dtype=torch.float64)
    norm[asked] = scores[canvas.asked[row]].logsumexp(-1).double().cpu()

    def says(start: int, end: int, ids: Tensor) -> Tensor:
        found = scores[start:end].gather(-1, ids.T.to(scores.device)).cpu().T.double() - norm[start:end]
        return torch.where(asked[start:end], share * found.clamp_min(FLOOR), 0.0)

    return says

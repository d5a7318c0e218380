"""Looking for the length of each span on a model that cannot say it (see length.py)."""

from __future__ import annotations

from collections.abc import Generator as Gen
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from engine.canvas import Canvas, Context
from engine.denoiser import Conditioned, Denoiser
from engine.edit_steps import EditStep
from engine.length import exact, search
from engine.spans import spare

if TYPE_CHECKING:
    from engine.edit_steps import Show

PROBES = 12
"""lengths tried per span, two passes each: with the text around and without"""


def searched(denoiser: Denoiser, context: Context, show: Show) -> Gen[EditStep, None, Context]:
    """The context with the length of every gap decided, one gap after the other. Yields a step per probe."""
    for index, gap in enumerate(context.gaps):
        old = gap.expected or gap.slots
        most = min(2 * spare(old), denoiser.max_slots - sum(g.slots for i, g in enumerate(context.gaps) if i != index))

        def score(slots: int, index: int = index, known: Context = context) -> float:
            return _sureness(denoiser, _sized(known, index, slots), index, show)

        best = old
        for done, probe in enumerate(search(old, most, score, PROBES), 1):
            yield show.searching(done, PROBES)
            best = probe.slots
        context = _sized(context, index, best)
    return context


def _sized(context: Context, index: int, slots: int) -> Context:
    gaps = list(context.gaps)
    gaps[index] = exact(gaps[index], slots)
    return replace(context, gaps=tuple(gaps))


def _sureness(denoiser: Denoiser, context: Context, index: int, show: Show) -> float:
    """Mean confidence of the first step on one gap, over that without any text around it: the bias of the length itself."""
    start, end = context.ranges()[index]
    values = []
    for known in (context, denoiser.unconditional(context)):
        conditioned = denoiser.condition(known)
        show.count(conditioned)
        values.append(_first_step(conditioned, denoiser.mask_id, context.slots)[start:end].mean())
    return float(values[0] / values[1].clamp_min(1e-9))


def _first_step(conditioned: Conditioned, mask_id: int, slots: int) -> torch.Tensor:
    """(L,) the likeliest token's probability on every slot of a canvas of masks."""
    ids = torch.full((1, slots), mask_id)
    noisy = torch.ones_like(ids, dtype=torch.bool)
    canvas = Canvas(ids, noisy, ~noisy)
    for _ in conditioned.draft(canvas):
        pass
    return conditioned.logits(canvas, 1.0)[0].double().softmax(-1).amax(-1)

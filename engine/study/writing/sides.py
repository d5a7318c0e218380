"""What a gap can hold, by what is seen of the text around it: what stands before it, what stands behind it, or both."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.diffusion.canvas import Canvas
from engine.judging.judge import judge
from engine.study.guess import Progress
from engine.study.likelihood import as_canvas
from engine.study.sample import Sample
from engine.study.writing.pairs import normalised
from engine.study.writing.watching import watched

Side = Literal["left", "right", "both"]
SIDES: tuple[Side, ...] = ("left", "right", "both")
ROWS = 14
"""rows of one pass"""
AFTER = 16
"""tokens behind a gap that are judged"""


def hidden(size: int, start: int, end: int, side: Side) -> list[bool]:
    """Which tokens of a text are hidden where the gap is [start, end): the gap, and the side that is not seen."""
    first, last = (0 if side == "right" else start), (size if side == "left" else end)
    return [first <= at < last for at in range(size)]


def seen_from(
    denoiser: Denoiser, text: Sample, views: Sequence[tuple[int, list[bool]]]
) -> Gen[Progress, None, list[Tensor]]:
    """(V,) log p of every token on a place of the text, for each (place, what is hidden). Yields between forward passes. Raises
    UnsupportedModel."""
    bound = as_canvas(denoiser, text)
    found: list[Tensor] = []
    for begin in range(0, len(views), ROWS):
        part = views[begin : begin + ROWS]
        noisy = torch.tensor([mask for _, mask in part])
        ids = torch.tensor([text.ids]).expand(len(part), -1).masked_fill(noisy, denoiser.mask_id)
        canvas = Canvas(ids, noisy, torch.zeros_like(noisy), weighed=False).to(denoiser.device)
        for _ in bound.draft(canvas):
            yield len(found), len(views)
        logits = bound.logits(canvas, float(noisy.double().mean())).cpu()
        at = torch.tensor([place for place, _ in part])
        found += normalised(logits[torch.arange(len(part)), at]).unbind()
        yield len(found), len(views)
    return found


def prices(denoiser: Denoiser, text: Sample) -> Gen[Progress, None, dict[Side, list[float]]]:
    """-log p of every token of a text, nats, by what is seen of the rest: all before it, all behind it, or both."""
    size = len(text)
    views = [(at, hidden(size, at, at + 1, side)) for side in SIDES for at in range(size)]
    found = yield from seen_from(denoiser, text, views)
    nats = [-float(row[text.ids[at]]) for row, (at, _) in zip(found, views, strict=True)]
    return {side: nats[n * size : (n + 1) * size] for n, side in enumerate(SIDES)}


def filled(
    denoiser: Denoiser, text: Sample, start: int, end: int, side: Side, seed: int
) -> Gen[Progress, None, tuple[int, ...]]:
    """The tokens that a run writes into a gap, the surest first, one a step, seeing a side or both. Yields between passes."""
    first, last = (start if side == "right" else 0), (end if side == "left" else len(text))
    part = Sample(text.ids[first:last], text.pieces[first:last], cut=True)
    run = yield from watched(denoiser, part, [(start - first, end - first)], "llada", seed=seed, steps=end - start)
    return tuple(slot.token for slot in run.moments[-1].slots)


@dataclass(frozen=True, slots=True)
class Judged:
    """A fill as an untouched left-to-right model reads it. Nats; low is likely."""

    before: float
    """-log p(fill | before)"""
    behind: float
    """-log p(after | before, fill)"""


def judged(denoiser: Denoiser, text: Sample, start: int, end: int, fills: Sequence[tuple[int, ...]]) -> list[Judged]:
    """The fills of a gap by the judge of the engine; none where the model has no reader from left to right."""
    causal: Any = getattr(denoiser, "causal", denoiser)
    if not hasattr(causal, "reader"):
        return []
    reader = causal.reader.session()
    before = causal.before(text.ids[:start])
    for _ in reader.read(before[:-1]):
        pass
    after = text.ids[end : end + AFTER]

    def scored(behind: tuple[int, ...]) -> list[float]:
        return judge(reader.branch(before[:-1], len(fills)), before[-1], fills, behind)

    alone, whole = scored(()), scored(after)
    return [Judged(-one, one - both) for one, both in zip(alone, whole, strict=True)]

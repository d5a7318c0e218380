"""The bound of a masked model on one text, level by level, and the same text from left to right by the same weights."""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.denoising.denoiser import Conditioned, Denoiser
from engine.diffusion import objectives
from engine.diffusion.canvas import Canvas
from engine.diffusion.objectives import Scores
from engine.errors import UnsupportedModel
from engine.study.guess import Progress
from engine.study.sample import Sample
from engine.text.context import Context, Gap

RULED_OUT = 700.0
"""nats above which nothing was given: a fill's rules keep tokens out with scores of a thousand million"""


@dataclass(frozen=True, slots=True)
class LevelLoss:
    """The loss of one draw."""

    t: float
    """share of the tokens that is masked"""
    masked: int
    nats: float
    """-log p of the masked tokens, together"""

    @property
    def each(self) -> float:
        """Nats for a masked token: what the draw adds to the bound, for a token of the text."""
        return self.nats / self.masked


def as_canvas(denoiser: Denoiser, text: Sample) -> Conditioned:
    """The denoiser bound to a canvas as long as the text, with nothing around it. Raises UnsupportedModel for one that draws
    whole fills: it has no scores of its own for a text with any set of masks."""
    if hasattr(denoiser, "drawing"):
        raise UnsupportedModel(
            f"{denoiser.name} writes left to right and was not trained on masks, so it cannot say what it thinks of a text with "
            "any words hidden; open this lesson with the embedded model's writer, or with a masked diffusion model (--model)"
        )
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    return alone.condition(Context(((), ()), (Gap(len(text), multiline=True, exact=True),)))


def canvas_scores(denoiser: Denoiser, text: Sample) -> Scores:
    """The denoiser as a network on the whole text. Raises as ``as_canvas``."""
    bound = as_canvas(denoiser, text)

    def scores(ids: Tensor, t: Tensor) -> Tensor:
        noisy = ids == denoiser.mask_id
        canvas = Canvas(ids.to(denoiser.device), noisy.to(denoiser.device), torch.zeros_like(noisy).to(denoiser.device))
        for _ in bound.draft(canvas):
            pass
        return bound.logits(canvas, float(t.max())).double().cpu()

    return scores


def level_losses(
    scores: Scores, ids: Tensor, mask_id: int, rng: Generator, samples: int
) -> Gen[Progress, None, list[LevelLoss]]:
    """The draws of ``objectives.nelbo`` one by one, for one text (1, L): with the same dice, their mean is its bound. Yields
    after each. Sorted by their level."""
    found = []
    for at, t in enumerate(objectives.times((1, samples), rng).unbind(-1)):
        noisy = objectives.mask_count(ids, t, rng)
        log_p = _log_p(scores(ids.masked_fill(noisy, mask_id), t), mask_id)
        masked = int(noisy.sum())
        nats = float(objectives.any_order(log_p, ids, noisy)) * masked / ids.shape[1]
        found.append(LevelLoss(masked / ids.shape[1], masked, nats))
        yield at + 1, samples
    return sorted(found, key=lambda loss: loss.t)


def left_to_right(scores: Scores, ids: Tensor, mask_id: int) -> Gen[Progress, None, list[float]]:
    """-log p of every token with all before it known and all from it on masked, for one text (1, L). Yields after each."""
    nats = []
    for at in range(ids.shape[1]):
        noisy = (torch.arange(ids.shape[1]) >= at)[None]
        log_p = _log_p(scores(ids.masked_fill(noisy, mask_id), torch.tensor([float(noisy.float().mean())])), mask_id)
        nats.append(float(objectives.autoregressive(log_p[:, at : at + 1], ids[:, at : at + 1])))
        yield at + 1, ids.shape[1]
    return nats


@dataclass(frozen=True, slots=True)
class Bound:
    losses: list[LevelLoss]
    mean: float
    """nats for a token of the text: the bound divided by its tokens"""
    infinite: int
    """draws with a token that the model rules out, which are left out"""


def bound(scores: Scores, text: Sample, mask_id: int, samples: int, seed: int) -> Gen[Progress, None, Bound]:
    """The bound of a text from ``samples`` draws."""
    rng = Generator().manual_seed(seed)
    found = yield from level_losses(scores, torch.tensor([text.ids]), mask_id, rng, samples)
    finite = [loss for loss in found if loss.nats < RULED_OUT]
    mean = sum(loss.each for loss in finite) / len(finite) if finite else math.inf
    return Bound(finite, mean, len(found) - len(finite))


def one_way(scores: Scores, text: Sample, mask_id: int) -> Gen[Progress, None, list[float]]:
    """What every token of a text costs from left to right; infinite where the model rules it out."""
    nats = yield from left_to_right(scores, torch.tensor([text.ids]), mask_id)
    return [one if one < RULED_OUT else math.inf for one in nats]


def perplexity(nats: float) -> float:
    """exp of nats for a token, infinite where they are."""
    return objectives.perplexity(nats) if nats < RULED_OUT else math.inf


def _log_p(scores: Tensor, mask_id: int) -> Tensor:
    """Normalised, the mask itself ruled out."""
    if mask_id < scores.shape[-1]:
        scores = scores.index_fill(-1, torch.tensor([mask_id]), -torch.inf)
    return scores.log_softmax(-1)

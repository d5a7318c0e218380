"""What one step cannot know: two places that are guessed at once are guessed each by itself."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.denoising.loop import denoise
from engine.diffusion import objectives
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.samplers import RandomOrder
from engine.study.guess import Progress
from engine.study.likelihood import as_canvas
from engine.study.sample import Sample
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap

SHOWN = 6
"""words of each place that are laid out"""


@dataclass(frozen=True, slots=True)
class PairTables:
    """Two places that are masked at once."""

    first: list[int]
    """the likeliest tokens of the first place, best first"""
    second: list[int]
    """those that are likeliest on the second, for any of them"""
    apart: list[list[float]]
    """p(a) p(b): what one step draws from"""
    together: list[list[float]]
    """p(a) p(b | a): what two steps draw from"""
    news: float
    """nats: how much knowing the first place changes the second, on average over the tokens shown (their mutual information)"""


@dataclass(frozen=True, slots=True)
class Clash:
    """The likeliest pair, written in one step and in two."""

    first: int
    at_once: int
    """the second token, when both are written in one step"""
    after: int
    """the same, when it is guessed again after the first"""
    price: float
    """nats: log p(after | first) - log p(at_once | first), never below 0"""

    @property
    def clashes(self) -> bool:
        return self.at_once != self.after


Row = tuple[int, int | None]
"""(place, the token that stands there; None: it is open, too); the place behind it is open"""


class Neighbours:
    """Scores of two neighbouring places of a text, with everything around them known. Raises UnsupportedModel."""

    def __init__(self, denoiser: Denoiser, text: Sample) -> None:
        self._bound = as_canvas(denoiser, text)
        self._mask, self._device = denoiser.mask_id, denoiser.device
        self._ids = torch.tensor([text.ids])

    def log_p(self, rows: Sequence[Row]) -> Gen[Progress, None, Tensor]:
        """(rows, 2, V) log p of every token on both places of each row: one forward pass. Yields before it."""
        count = len(rows)
        at = torch.tensor([place for place, _ in rows])
        ids, noisy = self._ids.repeat(count, 1), torch.zeros(count, self._ids.shape[1], dtype=torch.bool)
        every = torch.arange(count)
        noisy[every, at + 1] = True
        for row, (place, token) in enumerate(rows):
            noisy[row, place] = token is None
            ids[row, place] = self._mask if token is None else token
        canvas = Canvas(ids.masked_fill(noisy, self._mask), noisy, torch.zeros_like(noisy), weighed=False)
        canvas = canvas.to(self._device)
        for _ in self._bound.draft(canvas):
            yield 0, 1
        logits = self._bound.logits(canvas, float(noisy.double().mean())).cpu()
        yield 1, 1
        return normalised(logits[every[:, None], torch.stack([at, at + 1], 1)])


def normalised(logits: Tensor) -> Tensor:
    """Log-probabilities in double precision; what no fill may hold has no share in them."""
    log_p = logits.double().cpu().clamp_min(NEVER).log_softmax(-1)
    return torch.where(log_p < NEVER / 2, -torch.inf, log_p)


def pair(near: Neighbours, at: int) -> Gen[Progress, None, PairTables]:
    """Two neighbouring places, guessed at once and one after the other. Two passes."""
    both = (yield from near.log_p([(at, None)]))[0]
    first = likely(both[0], SHOWN)
    known = (yield from near.log_p([(at, token) for token in first]))[:, 1]  # (A, V)
    return laid(both, known, first)


def laid(both: Tensor, known: Tensor, first: list[int]) -> PairTables:
    """A pair from log p of both places (2, V), and of the second (A, V) where the first holds each of the tokens ``first``."""
    p_first, p_second, p_known = both[0, first].exp(), both[1].exp(), known.exp()
    drawn = (p_first[:, None] * p_known).sum(0) + p_second
    second = drawn.topk(min(SHOWN, int((drawn > 0).sum()))).indices.tolist()
    share = p_first / p_first.sum()
    # Against the second place's own mixture over the tokens shown: this is a mutual information, and so never below 0.
    mixed = (share[:, None] * p_known).sum(0).log()
    news = float((share * torch.stack([objectives.kl(row, mixed) for row in known])).sum())
    return PairTables(
        first, second, (p_first[:, None] * p_second[second]).tolist(), (p_first[:, None] * p_known[:, second]).tolist(),
        max(0.0, news),
    )  # fmt: skip


def likely(log_p: Tensor, most: int) -> list[int]:
    """The likeliest tokens, best first; none that the model rules out."""
    found: list[int] = log_p.topk(min(most, int((log_p > -torch.inf).sum()))).indices.tolist()
    return found


def clashes(near: Neighbours, count: int) -> Gen[Progress, None, list[Clash]]:
    """The likeliest pair at each of the first ``count`` places and the next, in one step and in two. Two passes."""
    best = (yield from near.log_p([(at, None) for at in range(count)])).argmax(-1).tolist()
    known = (yield from near.log_p([(at, first) for at, (first, _) in enumerate(best)]))[:, 1]
    return [weighed(row, first, at_once) for row, (first, at_once) in zip(known, best, strict=True)]


def weighed(known: Tensor, first: int, at_once: int) -> Clash:
    """A clash, by log p (V,) of the second place once the first is written."""
    after = int(known.argmax())
    return Clash(first, at_once, after, float(known[after] - known[at_once]))


@dataclass(frozen=True, slots=True)
class Quality:
    """What some steps wrote."""

    steps: int
    nll: list[float]
    """nats for a token of each draw, by the judge"""
    ids: list[tuple[int, ...]]

    @property
    def mean(self) -> float:
        return sum(self.nll) / len(self.nll)


def quality(
    denoiser: Denoiser, text: Sample, start: int, end: int, steps: int, draws: int, seed: int
) -> Gen[Progress, None, Quality]:
    """Tokens [start, end) drawn anew in ``steps`` steps of random order, ``draws`` times side by side, and judged as the model
    judges finished words. Yields between forward passes."""
    context = Context((text.ids[:start], text.ids[end:]), (Gap(end - start, multiline=True, exact=True),))
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    bound = alone.condition(context)
    dice = Dice([seed + row for row in range(draws)])
    noisy = torch.ones(draws, end - start, dtype=torch.bool)
    blank = alone.corruption.noise(torch.zeros(noisy.shape, dtype=torch.long), dice)
    canvas = Canvas(blank, noisy, ~noisy).to(alone.device)
    last = None
    heat = Temperature(1.0, 1.0)
    for last in denoise(bound, alone.corruption, canvas, RandomOrder(), steps, dice, temperature=heat):
        yield last.index, steps
    assert last is not None
    rows = [tuple(row) for row in last.canvas.ids.tolist()]
    return Quality(steps, [denoiser.nll(context, [row]) for row in rows], rows)

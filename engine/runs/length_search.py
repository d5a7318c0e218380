"""The length of each span: as it is wished, and looked for on a model that cannot say it (see engine/text/wishes.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, replace

import torch

from engine.denoising.denoiser import Conditioned, Denoiser
from engine.denoising.limit import Limit
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Corruption
from engine.diffusion.dice import Dice
from engine.errors import OnlyUnfit
from engine.runs.steps import EditStep, Show
from engine.text.context import Context, Gap
from engine.text.permitted import machine_of
from engine.text.spans import Span, spare
from engine.text.wishes import Wish

PROBES = 12
"""lengths tried per span, two passes each: with the text around and without"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One length that was tried."""

    slots: int
    score: float
    """mean first-step confidence, over that without any text around"""


def search(start: int, most: int, score: Callable[[int], float], budget: int = 12, least: int = 1) -> Iterator[Probe]:
    """Climb from the old length to a local maximum of ``score`` in both directions, between ``least`` and ``most``; the last
    probe yielded is the best again.

    Steps grow while the score does, and shrink to one around the best. At most ``budget`` lengths are scored.
    """
    known: dict[int, float] = {}

    def at(slots: int) -> float:
        if slots not in known:
            known[slots] = score(slots)
        return known[slots]

    most = max(least, most)
    best = min(max(least, start), most)
    at(best)
    yield Probe(best, known[best])
    stride = max(1, best // 4)
    while len(known) < budget:
        tried = [slots for slots in (best - stride, best + stride) if least <= slots <= most and slots not in known]
        for slots in tried[: budget - len(known)]:
            yield Probe(slots, at(slots))
        better = max(known, key=lambda slots: (known[slots], -abs(slots - start)))
        if better != best:
            best = better
        elif stride > 1:
            stride //= 2
        elif not [slots for slots in (best - 1, best + 1) if least <= slots <= most and slots not in known]:
            break
    yield Probe(best, known[best])


Fits = Callable[[Context], bool]
"""whether what is pinned has room on the canvas of a context"""


def searched(
    denoiser: Denoiser, context: Context, show: Show, least: Sequence[int], fits: Fits
) -> Gen[EditStep, None, Context]:
    """The context with the length of every gap decided, one gap after the other. Yields a step per probe.

    Args:
        least: for every gap the fewest slots that it needs.
    """
    for index, gap in enumerate(context.gaps):
        if not looked_for(denoiser, gap):
            continue
        if gap.only is not None:
            context = yield from _permitted(denoiser, context, index, show, fits)
            continue
        old = gap.expected or gap.slots
        most = min(2 * spare(old), denoiser.max_slots - sum(g.slots for i, g in enumerate(context.gaps) if i != index))

        def score(slots: int, index: int = index, known: Context = context) -> float:
            return _sureness(denoiser, _sized(known, index, slots), index, show)

        best = old
        for done, probe in enumerate(search(old, most, score, PROBES, least[index]), 1):
            yield show.searching(index, done, PROBES)
            best = probe.slots
        context = _sized(context, index, best)
    return context


def searches(denoiser: Denoiser, context: Context) -> bool:
    """Whether the length of a gap has to be looked for."""
    return any(looked_for(denoiser, gap) for gap in context.gaps) or denoiser.length_by == "search"


def looked_for(denoiser: Denoiser, gap: Gap) -> bool:
    """A model with length tokens writes none where a span may be something only."""
    looked = denoiser.length_by == "search" or (denoiser.length_by == "tokens" and gap.only is not None)
    return looked and not gap.exact


def permitted(denoiser: Denoiser, context: Context, index: int, fits: Fits) -> list[int]:
    """The lengths of a gap that may be something only, those nearest to the usual one where they are many. Raises OnlyUnfit."""
    gap = context.gaps[index]
    assert gap.only is not None
    lengths = machine_of(denoiser.tokenizer, gap.only, gap.leading_space).lengths(gap.slots)
    usual = gap.expected or gap.least
    near = sorted((n for n in lengths if n), key=lambda n: (abs(n - usual), n))
    found = [n for n in near if fits(_sized(context, index, n))][:PROBES]
    if not found:
        raise OnlyUnfit(f"nothing that mask {index + 1} may be holds what is pinned there; unpin it, or allow more")
    return found


def _permitted(
    denoiser: Denoiser, context: Context, index: int, show: Show, fits: Fits
) -> Gen[EditStep, None, Context]:
    """The context with the length of a gap that may be something only."""
    tried = permitted(denoiser, context, index, fits)
    scores = {}
    for done, slots in enumerate(tried, 1):
        if len(tried) > 1:
            scores[slots] = _sureness(denoiser, _sized(context, index, slots), index, show)
            yield show.searching(index, done, len(tried))
    return _sized(context, index, max(tried, key=lambda n: scores.get(n, 0.0)))


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
        scores = _first_step(conditioned, denoiser.corruption, context.slots)[start:end]
        if context.gaps[index].only is not None:  # of the likeliest whole that it may be
            limit = Limit.of(context.gaps[index], denoiser.tokenizer, denoiser.null_id)
            held = torch.ones(len(scores), dtype=torch.bool)
            said = limit.said(limit.known([0] * len(scores), held.tolist()), scores.log(), held, held)
            found = torch.tensor(limit.whole(said, None), device=scores.device)
            values.append(scores.gather(-1, found[:, None]).log().mean().exp())
        else:
            values.append(scores.amax(-1).mean())
    return float(values[0] / values[1].clamp_min(1e-9))


def _first_step(conditioned: Conditioned, noise: Corruption, slots: int) -> torch.Tensor:
    """(L, V) what is said of every slot of a canvas of noise."""
    ids = noise.noise(torch.zeros(1, slots, dtype=torch.long), Dice([0]))
    noisy = torch.ones_like(ids, dtype=torch.bool)
    canvas = Canvas(ids, noisy, ~noisy)
    for _ in conditioned.draft(canvas):
        pass
    return conditioned.logits(canvas, 1.0)[0].double().softmax(-1).clamp_min(1e-300)


def exact(gap: Gap, slots: int) -> Gap:
    """The gap with its length decided."""
    return replace(gap, slots=slots, expected=slots, exact=True)


def as_wished(denoiser: Denoiser, context: Context, spans: Sequence[Span], wished: Wish, slots: int | None) -> Context:
    """The context with every length that is wished for decided: only a judge of whole fills can be asked for about so many, and
    only a model with a word for "nothing" leaves room empty."""
    if denoiser.length_by == "judge":
        return context
    gaps, left = [], denoiser.max_slots - sum(gap.slots for gap in context.gaps if gap.exact)
    for span, gap in zip(spans, context.gaps, strict=True):
        own = wished if span.length is None else span.length
        if slots is not None and denoiser.length_by == "search":
            gap = exact(gap, slots)
        elif own != "auto" and not gap.exact and gap.expected is not None:
            gap = exact(gap, min(gap.expected, max(1, left)))
            left -= gap.slots
        gaps.append(gap)
    return replace(context, gaps=tuple(gaps))

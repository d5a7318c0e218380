"""What a step costs, by what is computed anew: everything, or the canvas on keys that go stale, or on keys that never do."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Generator as Gen
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.context.dual_cache import Cached, DualCache, difference
from engine.denoising.denoiser import Denoiser
from engine.diffusion.canvas import Canvas
from engine.models.masked.network import NativeNetwork
from engine.study.guess import Progress
from engine.study.sample import Sample
from engine.text.context import Context, Gap

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a token costs in a decoder, in multiplications."""

    layers: int
    projections: int
    """in all projections of one layer"""
    heads: int
    """width of all heads of one layer together: a query costs as much with each key, and once more with its value"""
    head: int
    """to score one place"""

    @classmethod
    def of(cls, config: Any) -> Sizes | None:
        """Those of a Llama-like decoder; None where a configuration does not say them."""
        names = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
        found = [getattr(config, name, None) for name in names]
        if not all(isinstance(n, int) for n in found):
            return None
        hidden, inner, layers, heads, vocabulary = (int(n) for n in found if n is not None)
        width = getattr(config, "head_dim", None) or hidden // heads
        keys = getattr(config, "num_key_value_heads", None) or heads
        attention = 2 * hidden * heads * width + 2 * hidden * keys * width
        return cls(layers, attention + 3 * hidden * inner, heads * width, hidden * vocabulary)

    def flops(self, run: int, keys: int, scored: int) -> int:
        """Floating-point operations (a multiplication and an addition are two) of a pass over ``run`` tokens, each of which
        sees ``keys``, with ``scored`` places scored."""
        return 2 * (self.layers * run * (self.projections + 2 * self.heads * keys) + self.head * scored)


def runs(kind: str, length: int, slots: int, refresh: int) -> float:
    """Tokens that a step runs on average: in a text of ``length`` tokens of which ``slots`` are the canvas. "full": all.
    "dual": the canvas and the token before it, and all once in ``refresh`` steps. "exact": the canvas and the token before it."""
    alone = min(length, slots + 1)
    return {"full": length, "dual": (length + (refresh - 1) * alone) / refresh, "exact": alone}[kind]


def step_flops(sizes: Sizes, kind: str, length: int, slots: int, refresh: int) -> float:
    """Floating-point operations of a step, on average, in the same cases."""
    full = sizes.flops(length, length, slots)
    alone = sizes.flops(min(length, slots + 1), length, slots)
    return {"full": full, "dual": (full + (refresh - 1) * alone) / refresh, "exact": alone}[kind]


def network_of(denoiser: Denoiser) -> NativeNetwork | None:
    """A denoiser's network with nothing hidden from attention; None where it has none that can keep its keys."""
    network = getattr(denoiser, "network", None)
    if isinstance(network, NativeNetwork):
        return network
    model: Any = getattr(denoiser, "model", None) or getattr(getattr(denoiser, "reader", None), "model", None)
    return NativeNetwork(model, shifted=True) if model is not None else None


def sizes_of(denoiser: Denoiser) -> Sizes | None:
    network = network_of(denoiser)
    return None if network is None else Sizes.of(network.model.config)


@dataclass(frozen=True, slots=True)
class Row:
    """A text with a canvas of masks in its middle."""

    ids: Tensor
    """(1, S)"""
    at: Tensor
    """(1, L)"""

    @classmethod
    def of(cls, denoiser: Denoiser, ids: tuple[int, ...], slots: int) -> Row:
        start = (len(ids) - slots) // 2
        row, at = torch.tensor([ids]), torch.arange(start, start + slots)[None]
        return cls(row.scatter(1, at, denoiser.mask_id).to(denoiser.device), at.to(denoiser.device))

    @property
    def there(self) -> Tensor:
        return torch.ones_like(self.ids, dtype=torch.bool)

    @torch.inference_mode()
    def scored(self, cached: Cached, noisy: Tensor, ids: Tensor | None = None) -> Tensor:
        """(1, L, V) by a cache, which knows itself what has to be run."""
        gone = torch.zeros_like(self.at, dtype=torch.bool)
        return cached.scores(self.ids if ids is None else ids, self.there, self.at, gone, noisy)


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of one step on a text of ``length`` tokens; None where a model cannot do it so."""

    length: int
    full: float
    dual: float
    exact: float | None
    reading: float | None
    """of the text, once, before the first exact step"""


def repeated(ids: tuple[int, ...], length: int) -> tuple[int, ...]:
    """A text of ``length`` tokens: over and over where there are not enough."""
    return (ids * -(-length // len(ids)))[:length]


def timed(
    denoiser: Denoiser, text: Sample, length: int, slots: int, clock: Clock = time.perf_counter
) -> Gen[Progress, None, Timed]:
    """A step of each kind with a stopwatch. Yields between forward passes."""
    network = network_of(denoiser)
    assert network is not None
    ids = repeated(text.ids, length)
    row = Row.of(denoiser, ids, slots)
    noisy = torch.ones_like(row.at, dtype=torch.bool)
    cached = Cached(network, DualCache(refresh=1 << 30))
    begin = clock()
    row.scored(cached, noisy)
    full = clock() - begin
    yield 1, 4
    begin = clock()
    row.scored(cached, noisy)
    dual = clock() - begin
    yield 2, 4
    if not hasattr(denoiser, "causal"):
        return Timed(length, full, dual, None, None)
    start = int(row.at[0, 0])
    gap = Gap(slots, multiline=True, exact=True)
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    bound = alone.condition(Context((ids[:start], ids[start + slots :]), (gap,)))
    canvas = Canvas(row.ids[:, start : start + slots], noisy, ~noisy, weighed=False)
    begin = clock()
    for _ in bound.draft(canvas):
        yield 2, 4
    reading = clock() - begin
    begin = clock()
    bound.logits(canvas, 1.0)
    exact = clock() - begin
    yield 4, 4
    return Timed(length, full, dual, exact, reading)


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a step on kept keys was off."""

    age: int
    """steps since the keys were computed"""
    off: float
    """the largest difference of a probability on an open place"""
    others: int
    """open places whose likeliest token is another one"""
    open: int


def drifts(denoiser: Denoiser, text: Sample, slots: int, refresh: int) -> Gen[Progress, None, list[Drift]]:
    """A canvas in the middle of a text is written, one place a step, the surest first: each step by kept keys and anew. Yields
    between forward passes."""
    network = network_of(denoiser)
    assert network is not None
    row = Row.of(denoiser, text.ids, slots)
    kept, anew = Cached(network, DualCache(refresh=refresh)), Cached(network, DualCache(refresh=1))
    noisy, ids, age = torch.ones_like(row.at, dtype=torch.bool), row.ids, 0
    found: list[Drift] = []
    for step in range(slots):
        before = kept.full
        stale = _open(row.scored(kept, noisy, ids), denoiser)
        age = 0 if kept.full > before else age + 1
        yield 2 * step + 1, 2 * slots
        exact = _open(row.scored(anew, noisy, ids), denoiser)
        others = (stale.argmax(-1) != exact.argmax(-1)) & noisy
        found.append(Drift(age, difference(stale, exact, noisy), int(others.sum()), int(noisy.sum())))
        sure, token = exact.max(-1)
        best = sure.masked_fill(~noisy, -1.0).argmax(-1, keepdim=True)
        ids = ids.scatter(1, row.at.gather(1, best), token.gather(1, best))
        noisy = noisy.scatter(1, best, value=False)
        yield 2 * step + 2, 2 * slots
    return found


def _open(scores: Tensor, denoiser: Denoiser) -> Tensor:
    """Probabilities (1, L, V); a mask is never an answer."""
    scores = scores.float().clone()
    if denoiser.mask_id < scores.shape[-1]:
        scores[..., denoiser.mask_id] = -torch.inf
    return scores.softmax(-1)

"""Figures for notes and docs, in one run: ``python -m tests.bench``. Never asserted: machines are noisy."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

import engine
from engine import Span
from engine.cache import Reader
from engine.models.causal import CausalDenoiser

CONTEXTS = (256, 1024, 4096)
ROWS = 16
STORY = "We left the house early in the morning, before the sun had come up, and walked along the beach for an hour. "


def seconds(action: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def steps(denoiser: CausalDenoiser) -> None:
    print(f"\none step (one new token per row), ms    model in {denoiser.reader.model.dtype}")
    columns = ("context", "cached", "uncached", "ratio", f"cached, {ROWS} rows", "reading it once")
    print("{:>8} {:>8} {:>9} {:>6} {:>16} {:>16}".format(*columns))
    token = torch.tensor([[500]])
    for length in CONTEXTS:
        ids = tuple((i * 7919) % 40_000 + 100 for i in range(length))
        cached, plain = (Reader(denoiser.reader.model, cached=on) for on in (True, False))
        once = seconds(lambda reader=cached, ids=ids: list(reader.read(ids)), 1)
        one, many, none = cached.branch(ids, 1), cached.branch(ids, ROWS), plain.branch(ids, 1)
        one.extend(token)
        fast = seconds(lambda one=one: one.extend(token), 9)
        wide = seconds(lambda many=many: many.extend(token.expand(ROWS, 1)), 9)
        slow = seconds(lambda none=none: none.extend(token), 3)
        print(
            f"{length:>8} {fast * 1e3:>8.0f} {slow * 1e3:>9.0f} {slow / fast:>5.1f}x {wide * 1e3:>16.0f} {once * 1e3:>16.0f}"
        )


def edits(denoiser: CausalDenoiser) -> None:
    tokens = denoiser.tokenizer.encode(STORY * 60)
    before = denoiser.tokenizer.decode(tokens[:1000])
    print("\none edit in 1,000 tokens of warm context (llada, 16 steps)")
    print(f"{'tokens replaced':>16} {'seconds':>8} {'passes':>7} {'first proposals, s':>19}")
    for size in (3, 8, 24, 32):
        old = denoiser.tokenizer.decode(tokens[1000 : 1000 + size]).strip()
        text = f"{before} {old} and then we went home. " + STORY
        span = Span(len(before) + 1, len(before) + 1 + len(old))
        denoiser.warm(text, lambda: False)
        runs = []
        for seed in range(3):
            start = time.perf_counter()
            first = 0.0
            for step in engine.infill(denoiser, text, [span], seed=seed):
                if step.nfe and not first:
                    first = time.perf_counter() - start
            runs.append((time.perf_counter() - start, step.nfe, first))
        total, nfe, first = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{size:>16} {total:>8.2f} {nfe:>7.0f} {first:>19.2f}")


if __name__ == "__main__":
    model = engine.load()
    assert isinstance(model, CausalDenoiser)
    steps(model)
    edits(model)

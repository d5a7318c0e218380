"""One step with and without the exact context cache."""

from __future__ import annotations

import torch

from engine.context.reader import Reader
from engine.models.causal.denoiser import CausalDenoiser
from tests.bench.timing import seconds

CONTEXTS = (256, 1024, 4096)
ROWS = 16


def table(denoiser: CausalDenoiser) -> None:
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

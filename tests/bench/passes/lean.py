"""The lean forward beside the library's, the same weights in one run, by turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

import torch
from transformers import PreTrainedModel

from engine.context.reader import Reader
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, read_base
from engine.models.lean.fit import quicken
from engine.models.loading.options import PLAIN
from tests.bench.causal import SIZES
from tests.bench.causal import edit as edited
from tests.bench.timing import document, row

CONTEXT, LONG, ROWS, ROUNDS = 1024, 4096, 16, 7
WIDTHS = (34, 10, 10, 10, 8)


def turns(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """The best of some rounds of each, milliseconds: by turns, so that what else the machine does meets all alike."""
    best = [float("inf")] * len(actions)
    for _ in range(rounds):
        for at, action in enumerate(actions):
            began = time.perf_counter()
            action()
            best[at] = min(best[at], time.perf_counter() - began)
    return [1e3 * seconds for seconds in best]


def table(d: CausalDenoiser) -> None:
    layouts = {"library": None, "lean": False, **({"int8": True} if PLAIN.rounds("cpu") else {})}
    models = [read_base(ASSETS, "cpu", d.reader.model.dtype) for _ in layouts]
    assert all(
        quicken(model, int8=int8) for model, int8 in zip(models, layouts.values(), strict=True) if int8 is not None
    )
    ids = tuple((i * 7919) % 40_000 + 100 for i in range(LONG))
    print(
        f"\nthe lean forward and the library's, {models[0].dtype}, {torch.get_num_threads()} threads, best milliseconds"
    )
    print(row("", *layouts, "ratio", widths=WIDTHS))

    def show(name: str, rounds: int, actions: Iterable[Callable[[], object]]) -> None:
        times = turns(rounds, *actions)
        print(row(name, *times, f"{times[0] / times[-1]:.2f}x", widths=WIDTHS), flush=True)

    readers = [Reader(model) for model in models]
    for reader in readers:
        list(reader.read(ids[:CONTEXT]))
    for rows in (1, ROWS):
        token = torch.full((rows, 1), 500)
        branches = [reader.branch(ids[:CONTEXT], rows) for reader in readers]
        show(f"a pass, {rows} rows at {CONTEXT}", ROUNDS, [partial(branch.extend, token) for branch in branches])
    what = torch.arange(ROWS), torch.full((ROWS,), 2), torch.arange(600, 610)
    show(f"10 tokens after {ROWS} cuts", 3, [partial(branch.probe, *what) for branch in branches])
    for size in (CONTEXT, LONG):
        show(f"reading {size}", 2, [partial(_read, model, ids[:size]) for model in models])
    both = [CausalDenoiser(m, d.tokenizer, d.name, mask_id=d.mask_id, null_id=d.null_id) for m in models]
    for tokens in SIZES:
        text, span = document(d, CONTEXT, tokens)
        for one in both:
            one.warm(text, lambda: False, span.start)
        show(f"an edit of {tokens} tokens", 3, [partial(edited, one, text, span, 0) for one in both])


def _read(model: PreTrainedModel, ids: tuple[int, ...]) -> None:
    for _ in Reader(model).read(ids):
        pass

"""The causal denoiser: seconds per edit, and what pruning, batching and drawing ahead of need gain."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import engine
from engine import Span
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.drawing import Drawing
from tests.bench.timing import document, row

SIZES = (3, 8, 24)
WIDTHS = (10, 10, 10, 12, 12, 12, 14)


def edit(d: CausalDenoiser, text: str, span: Span, seed: int) -> tuple[float, int]:
    began = time.perf_counter()
    *_, last = engine.infill(d, text, [span], seed=seed)
    return time.perf_counter() - began, last.nfe


def with_drawing(d: CausalDenoiser, drawing: Drawing) -> CausalDenoiser:
    return CausalDenoiser(d.reader.model, d.tokenizer, d.name, mask_id=d.mask_id, null_id=d.null_id, drawing=drawing)


def table(d: CausalDenoiser) -> None:
    print("\nthe causal denoiser, 1,024 tokens read already: seconds of an edit (llada, 16 steps)")
    print(row("tokens", "as it is", "passes", "no pruning", "one by one", "ahead", "passes ahead", widths=WIDTHS))
    every = with_drawing(d, replace(d.drawing, pruned=False))
    single = with_drawing(d, replace(d.drawing, rows=1))
    for tokens in SIZES:
        text, span = document(d, 1024, tokens)
        for one in (d, every, single):
            one.warm(text, lambda: False, span.start)
        plain = [edit(d, text, span, seed) for seed in range(3)]
        whole = [edit(every, text, span, seed)[0] for seed in range(2)]
        # As many rows, one after the other.
        alone = sum(edit(single, text, span, seed)[0] for seed in range(d.drawing.rows))
        ready = []
        for seed in range(3):
            engine.prepare(d, text, [span], lambda: False, seed=seed)
            ready.append(edit(d, text, span, seed))
        medians = [statistics.median(values) for values in ([s for s, _ in plain], whole, [s for s, _ in ready])]
        line = (tokens, medians[0], plain[0][1], medians[1], alone, medians[2], ready[0][1])
        print(row(*line, widths=WIDTHS), flush=True)

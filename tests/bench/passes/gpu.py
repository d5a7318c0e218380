"""A GPU: passes of the writer by rows, and whole edits, each with CUDA graphs and without."""

from __future__ import annotations

from functools import partial

import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.models.writer.denoiser import WriterDenoiser
from engine.text.spans import context_of
from tests.bench.timing import document, row, seconds

CONTEXT, SLOTS, ROWS, ROUNDS = 1024, 32, (1, 2, 4, 8, 16, 32), 20
SYSTEMS = (("llada", 16), ("llada", 8), ("mercury", 16), ("gemini", 16), ("eso-b", 16), ("autoregressive", SLOTS))
WIDTHS = (26, 12, 12, 14, 14, 10)


def table(writer: WriterDenoiser) -> None:
    """Raises RuntimeError where there is no GPU."""
    where = torch.cuda.get_device_properties(0)
    print(f"\n{where.name}, {writer.model.dtype}, {SLOTS} slots at {CONTEXT} tokens of context")
    plain = WriterDenoiser(writer.causal, writer.model, static=False)
    replayed = WriterDenoiser(writer.causal, writer.model, static=True)
    text, span = document(writer, CONTEXT, SLOTS)
    print(row("", "plain ms", "graph ms", "plain slots/s", "graph slots/s", "peak GiB", widths=WIDTHS))
    for rows in ROWS:
        torch.cuda.reset_peak_memory_stats()
        times = [_pass(d, text, span, rows) for d in (plain, replayed)]
        speed = [rows * SLOTS / t for t in times]
        peak = torch.cuda.max_memory_allocated() / 2**30
        print(row(f"a pass, {rows} rows", *(1e3 * t for t in times), *speed, peak, widths=WIDTHS), flush=True)
    for system, steps in SYSTEMS:
        found = [_edit(d, text, span, system, steps) for d in (plain, replayed)]
        speed = [SLOTS / t for t in found]
        print(row(f"{system}, {steps} steps", *(1e3 * t for t in found), *speed, "", widths=WIDTHS), flush=True)


def _pass(d: WriterDenoiser, text: str, span: Span, rows: int) -> float:
    """Seconds of one pass over canvases of masks."""
    context = context_of(text, [span], d.tokenizer, d.max_slots, slots=SLOTS)
    bound = d.condition(context, Conditions())
    slots = sum(gap.slots for gap in context.gaps)
    ids = torch.full((rows, slots), d.mask_id, device=d.device)
    noisy = torch.ones_like(ids, dtype=torch.bool)
    canvas = Canvas(ids, noisy, ~noisy)
    for _ in bound.draft(canvas):
        pass

    def once() -> None:
        bound.logits(canvas, 1.0)
        torch.cuda.synchronize()

    once()
    return seconds(once, ROUNDS)


def _edit(d: WriterDenoiser, text: str, span: Span, system: str, steps: int) -> float:
    """Seconds of a whole edit, the text read already."""
    settings = {} if system == "autoregressive" else {"steps": steps}
    once = partial(_run, d, text, span, system, settings)
    d.warm(text, lambda: False, span.start)
    once()
    return seconds(once, 5)


def _run(d: WriterDenoiser, text: str, span: Span, system: str, settings: dict[str, int]) -> None:
    for _ in engine.infill(d, text, [span], system=system, length=SLOTS, seed=1, **settings):
        pass
    torch.cuda.synchronize()

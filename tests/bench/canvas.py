"""The canvas path: every system on the writer, the same rule without a cache, and left to right by transformers' generate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

import engine
from engine import Draft, Span
from engine.context.reader import Reader
from engine.denoising.denoiser import USUAL, Conditions
from engine.diffusion.canvas import Canvas
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, read_base
from engine.models.writer.denoiser import WriterConditioned, WriterDenoiser
from engine.text.context import Context
from tests.bench.timing import document, row, seconds

DOCUMENTS = (256, 1024, 4096, 8192)
SPANS = (32, 128)
SYSTEMS = ("llada", "mercury", "gemini", "eso-a", "eso-b", "autoregressive")
WIDTHS = (6, 9, 34, 5, 9, 9, 9)


@dataclass(frozen=True, slots=True)
class Timed:
    steps: int
    nfe: int
    step: float
    edit: float


class Uncached(WriterDenoiser):
    """The same network, which reads the whole text in every step, in one piece."""

    def __init__(self, writer: WriterDenoiser) -> None:
        causal = writer.causal
        plain = CausalDenoiser(
            causal.reader.model, causal.tokenizer, "plain", mask_id=causal.mask_id, null_id=causal.null_id
        )
        plain.reader = Reader(causal.reader.model, chunk=1 << 20)
        super().__init__(plain, writer.model, ordered=False)

    def condition(self, context: Context, how: Conditions = USUAL) -> Any:
        return Rereading(self, partial(super().condition, context, how))


class Rereading:
    judge = None
    normalised = True
    divergence = None

    def __init__(self, denoiser: Uncached, make: Callable[[], WriterConditioned]) -> None:
        self._d, self._make, self.nfe = denoiser, make, 0

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        return iter(())

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        self.nfe += 1
        self._d.causal.reader.forget()
        fresh = self._make()
        for _ in fresh.draft(canvas):
            pass
        return fresh.logits(canvas, t)


def edit(
    d: WriterDenoiser, text: str, span: Span, tokens: int, system: str, most: int | None = None, **settings: Any
) -> Timed:
    """One warm edit. ``most``: stop after so many steps; the edit is then as many times a step as there are steps."""
    d.warm(text, lambda: False, span.start)
    began, first, decisions, last = time.perf_counter(), 0.0, 0, None
    for last in engine.infill(d, text, [span], system=system, length=tokens, seed=1, **settings):
        if last.phase == "denoise" and last.index == 1:
            first = time.perf_counter()
        if last.phase == "denoise" and last.index == most:
            break
    ended = time.perf_counter()
    assert last is not None
    decisions = last.index
    step = (ended - first) / max(1, decisions - 1)
    return Timed(decisions, last.nfe, step, ended - began if last.done else step * last.steps)


def median(writer: WriterDenoiser, text: str, span: Span, tokens: int, system: str, **settings: Any) -> Timed:
    """The middle one of three short edits; a long one is timed once."""
    made = [edit(writer, text, span, tokens, system, **settings) for _ in range(3 if tokens < 100 else 1)]
    return sorted(made, key=lambda timed: timed.edit)[len(made) // 2]


def generate(model: PreTrainedModel, writer: WriterDenoiser, text: str, span: Span, tokens: int) -> tuple[float, float]:
    """(seconds with the text read already, and with reading it) for as many tokens, left to right, by transformers' generate."""
    ids = torch.tensor([writer.causal.before(tuple(writer.tokenizer.encode(text[: span.start].rstrip())))])
    options = {"max_new_tokens": tokens, "min_new_tokens": tokens, "do_sample": False, "pad_token_id": 0}

    def cold() -> object:
        return model.generate(ids, attention_mask=torch.ones_like(ids), **options)

    cache = DynamicCache()
    with torch.inference_mode():
        model(ids[:, :-1], past_key_values=cache, use_cache=True)
        began = time.perf_counter()
        model.generate(ids, attention_mask=torch.ones_like(ids), past_key_values=cache, **options)
        warm = time.perf_counter() - began
    return warm, seconds(cold, 1)


def table(writer: WriterDenoiser, quick: bool) -> None:
    plain, library = Uncached(writer), read_base(ASSETS, writer.device, writer.model.dtype)
    print(f"\nedits on the canvas path (the writer, {writer.model.dtype}, text read already), milliseconds")
    print(row("span", "document", "", "steps", "passes", "a step", "an edit", widths=WIDTHS))
    for tokens in SPANS[:1] if quick else SPANS:
        for size in DOCUMENTS[1:2] if quick else DOCUMENTS:
            text, span = document(writer, size, tokens)

            def show(name: str, made: Timed, tokens: int = tokens, size: int = size) -> None:
                line = (tokens, size, name, made.steps, made.nfe, made.step * 1e3, made.edit * 1e3)
                print(row(*line, widths=WIDTHS), flush=True)

            edit(writer, text, span, tokens, "llada", most=3)  # the first passes of a shape are slower
            cached = {system: median(writer, text, span, tokens, system) for system in SYSTEMS}
            cached["llada, 8 steps"] = median(writer, text, span, tokens, "llada", steps=8)
            for system, made in cached.items():
                show(system, made)
            none = edit(plain, text, span, tokens, "llada", most=2)
            show("llada, no cache (2 steps timed)", none)
            warm, cold = generate(library, writer, text, span, tokens)
            show("generate, text read already", Timed(tokens, tokens, warm / tokens, warm))
            show("generate", Timed(tokens, tokens, cold / tokens, cold))
            for system in ("llada", "llada, 8 steps", "mercury"):
                mine = cached[system].edit
                gains = (none.edit / mine, cold / mine, warm / mine)
                print("{:40} {:.1f}x no cache, {:.1f}x generate, {:.1f}x once read".format(f"  {system}:", *gains))
    windows(writer)


def windows(writer: WriterDenoiser) -> None:
    """A step by the length of the document, with the usual window and with one that holds all of it."""
    causal = writer.causal
    wide = CausalDenoiser(
        causal.reader.model, causal.tokenizer, "wide", mask_id=causal.mask_id, null_id=causal.null_id, window=8192
    )
    print("\na step of llada, 32 tokens, by the window of text that is read (milliseconds)")
    for d in (writer, WriterDenoiser(wide, writer.model)):
        times = []
        for size in (1024, 8192):
            text, span = document(d, size, 32)
            edit(d, text, span, 32, "llada", most=3)
            times.append(edit(d, text, span, 32, "llada").step * 1e3)
        print(
            f"window {d.causal.window}: document 1,024: {times[0]:.0f}, 8,192: {times[1]:.0f} ({times[1] / times[0]:.2f}x)"
        )

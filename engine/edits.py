"""What a user asks for. ``infill``: scrape spans of a text and have them written again. ``edit``: have one rewritten as told."""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.canvas import Canvas, Context, Step
from engine.chat import edit_context
from engine.denoise import denoise
from engine.denoiser import Conditioned, Denoiser
from engine.errors import (
    InstructionLength,
    SeedOutOfRange,
    SpanTooLong,
    StepsOutOfRange,
    TemperatureOutOfRange,
    UnsupportedModel,
)
from engine.spans import Span, context_of, spare, trim
from engine.systems import System
from engine.systems import system as preset

MAX_STEPS = 128
MAX_TEMPERATURE = 2.0
MAX_SEED = 2**32 - 1
MAX_INSTRUCTION = 500
"""characters"""


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as people see it: "m" masked, "n" written now, "s" settled, "r" scraped again, "x" nothing here."""

    text: str
    state: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SpanState:
    """One span of the edit. ``start`` and ``end`` are code points of the text as given, white space left out."""

    start: int
    end: int
    slots: tuple[Slot, ...]
    text: str
    """the fill as it stands: undecided slots are left out"""


@dataclass(frozen=True, slots=True)
class EditStep:
    """One moment of an edit. ``index`` 0 is the bare masks, before any forward pass."""

    index: int
    steps: int
    phase: str
    t: float
    spans: tuple[SpanState, ...]
    nfe: int
    done: bool
    progress: tuple[int, int] = (0, 0)


def infill(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    *,
    system: str = "llada",
    steps: int = 16,
    temperature: float = 0.0,
    seed: int = 0,
    slots: int | None = None,
) -> Gen[EditStep, None, None]:
    """Write ``spans`` of ``text`` again; close the generator to cancel.

    Args:
        system: a key of SYSTEMS.
        steps: decisions at the most, 1..128; fewer are needed when the canvas is short.
        temperature: 0 (always the likeliest) to 2.
        seed: 0..2^32 - 1; the same seed gives the same steps.
        slots: canvas length of each span when nothing is known of the fill's length; by default the old length decides.

    Raises (at the call): InvalidRequest and its subclasses.
    """
    _check(steps, temperature, seed)
    chosen = preset(system)
    trimmed = trim(text, spans)
    context = context_of(text, trimmed, denoiser.tokenizer, denoiser.max_slots, slots)
    return _run(denoiser, context, trimmed, chosen, steps, temperature, seed)


def edit(
    denoiser: Denoiser,
    text: str,
    span: Span,
    instruction: str,
    *,
    system: str = "llada",
    steps: int = 32,
    temperature: float = 0.0,
    seed: int = 0,
    slots: int | None = None,
) -> Gen[EditStep, None, None]:
    """Rewrite one span as ``instruction`` says. The denoiser is asked as in a chat and its answer is the canvas.

    Args:
        slots: canvas length; by default that of the old text and half as much again.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot be told anything.
    """
    _check(steps, temperature, seed)
    chosen = preset(system)
    if denoiser.vocabulary is None:
        raise UnsupportedModel(f"{denoiser.name} knows no chat turns, so it cannot be told what to do; use infill")
    if not instruction.strip() or len(instruction) > MAX_INSTRUCTION:
        raise InstructionLength(
            f"an instruction has 1..{MAX_INSTRUCTION} characters, this one has {len(instruction.strip())}; reword it"
        )
    trimmed = trim(text, [span])
    source = text[trimmed[0].start : trimmed[0].end]
    count = len(denoiser.tokenizer.encode(source))
    if spare(count) > denoiser.max_slots:
        raise SpanTooLong(
            f"the selection is {count} tokens long and {denoiser.max_slots * 2 // 3} can be edited; select less"
        )
    context = edit_context(denoiser.vocabulary, instruction, source, slots or spare(count))
    return _run(denoiser, context, trimmed, chosen, steps, temperature, seed)


def _check(steps: int, temperature: float, seed: int) -> None:
    if not 1 <= steps <= MAX_STEPS:
        raise StepsOutOfRange(f"steps must be in 1..{MAX_STEPS}, got {steps}")
    if not (math.isfinite(temperature) and 0 <= temperature <= MAX_TEMPERATURE):
        raise TemperatureOutOfRange(f"temperature must be in 0..{MAX_TEMPERATURE:g}, got {temperature}")
    if not 0 <= seed <= MAX_SEED:
        raise SeedOutOfRange(f"seed must be in 0..{MAX_SEED}, got {seed}")


def _run(
    denoiser: Denoiser,
    context: Context,
    spans: Sequence[Span],
    chosen: System,
    steps: int,
    temperature: float,
    seed: int,
) -> Gen[EditStep, None, None]:
    rng = torch.Generator().manual_seed(seed)
    noisy = torch.ones(1, context.slots, dtype=torch.bool)
    blank = torch.zeros(1, context.slots, dtype=torch.long)
    canvas = Canvas(denoiser.corruption.noise(blank, rng), noisy, torch.zeros_like(noisy))
    conditioned = denoiser.condition(context, rng)
    show = _Show(denoiser, conditioned, context, spans, steps)
    yield show.start(canvas)
    times = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    loop = denoise(
        conditioned,
        denoiser.corruption,
        canvas,
        chosen.sampler,
        times,
        rng,
        temperature=temperature,
        judge=conditioned.judge,
    )
    for step in loop:
        yield show.step(step)


class _Show:
    """Steps of the loop as steps of an edit."""

    def __init__(
        self, denoiser: Denoiser, conditioned: Conditioned, context: Context, spans: Sequence[Span], steps: int
    ) -> None:
        self._d = denoiser
        self._conditioned = conditioned
        self._context = context
        self._spans = spans
        self._steps = steps

    def start(self, canvas: Canvas) -> EditStep:
        confidence = torch.zeros(canvas.ids.shape)
        alternatives = (((),) * self._context.slots,)
        return self.step(Step(0, 1.0, "denoise", canvas, ~canvas.noisy & canvas.noisy, confidence, alternatives))

    def step(self, step: Step, row: int = 0) -> EditStep:
        spans = tuple(
            self._span(step, row, span, gap_range, gap.leading_space)
            for span, gap_range, gap in zip(self._spans, self._context.ranges(), self._context.gaps, strict=True)
        )
        done = step.phase == "denoise" and not bool(step.canvas.noisy[row].any())
        return EditStep(step.index, self._steps, step.phase, step.t, spans, self._conditioned.nfe, done, step.progress)

    def _span(self, step: Step, row: int, span: Span, at: tuple[int, int], lead: bool) -> SpanState:
        ids = step.canvas.ids[row, at[0] : at[1]].tolist()
        noisy = step.canvas.noisy[row, at[0] : at[1]].tolist()
        changed = step.changed[row, at[0] : at[1]].tolist()
        confidence = step.confidence[row, at[0] : at[1]].tolist()
        texts = self._texts(ids, noisy)
        if lead:
            # The space before the span is outside text and stands there already.
            first = next((i for i, text in enumerate(texts) if text or noisy[i]), None)
            if first is not None and texts[first].startswith(" "):
                texts[first] = texts[first][1:]
        slots = []
        for i, token in enumerate(ids):
            if noisy[i]:
                state = "r" if changed[i] else "m"
            elif token == self._d.null_id:
                state = "x"
            else:
                state = "n" if changed[i] else "s"
            guesses = step.alternatives[row][at[0] + i]
            named = tuple((self._name(guess), p) for guess, p in guesses)
            slots.append(Slot(texts[i], state, round(confidence[i], 4), named))
        return SpanState(span.start, span.end, tuple(slots), "".join(texts))

    def _name(self, token: int) -> str:
        return "" if token in (self._d.null_id, self._d.mask_id) else self._d.tokenizer.pieces[token]

    def _texts(self, ids: list[int], noisy: list[bool]) -> list[str]:
        """The text of every slot. A character split over several tokens is shown on the last of them."""
        texts: list[str] = []
        held: list[int] = []
        for token, hidden in zip(ids, noisy, strict=True):
            if hidden or token == self._d.null_id:
                texts.append("")
                held = [] if hidden else held
                continue
            held.append(token)
            piece = self._d.tokenizer.decode(held) if len(held) > 1 else self._d.tokenizer.pieces[token]
            if piece.endswith("\ufffd") and len(held) < 4:
                texts.append("")
            else:
                texts.append(piece)
                held = []
        return texts

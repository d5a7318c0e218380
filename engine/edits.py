"""What a user asks for. ``infill``: scrape spans of a text and have them written again. ``edit``: have one rewritten as told.

Both can start from the old words instead of from masks (``strength`` below 1): then what is wrong is overwritten and the rest
stays.
"""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import replace

import torch

from engine.canvas import Canvas, Context, Gap
from engine.chat import edit_context
from engine.denoise import denoise
from engine.denoiser import Denoiser
from engine.edit_steps import EditStep, Show
from engine.errors import (
    InstructionLength,
    SeedOutOfRange,
    SpanTooLong,
    StepsOutOfRange,
    StrengthOutOfRange,
    TemperatureOutOfRange,
    UnreadableText,
    UnsupportedModel,
)
from engine.revision import roomy
from engine.samplers import Sampler, TokenEditing
from engine.spans import Span, context_of, spare, trim
from engine.systems import System
from engine.systems import system as preset

MAX_STEPS = 128
MAX_TEMPERATURE = 2.0
MAX_SEED = 2**32 - 1
MAX_INSTRUCTION = 500
"""characters"""


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
    strength: float | None = None,
) -> Gen[EditStep, None, None]:
    """Write ``spans`` of ``text`` again; close the generator to cancel.

    Args:
        system: a key of SYSTEMS.
        steps: decisions at the most, 1..128; fewer are needed when the canvas is short.
        temperature: 0 (always the likeliest) to 2.
        seed: 0..2^32 - 1; the same seed gives the same steps.
        slots: canvas length of each span when nothing is known of the fill's length; by default the old length decides.
        strength: share of the old words that are scraped, 0 (none: what is wrong is overwritten) to 1 (all: nothing is known
            of them but their number). By default the system's.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot start from a text.
    """
    chosen, share = _check(denoiser, system, steps, temperature, seed, strength)
    trimmed = trim(text, spans)
    context = context_of(text, trimmed, denoiser.tokenizer, denoiser.max_slots, slots)
    start: list[int] | None = None
    if share < 1:
        start, gaps = [], []
        for span, gap in zip(trimmed, context.gaps, strict=True):
            old = _start(denoiser, (" " if gap.leading_space else "") + text[span.start : span.end])
            start += old
            gaps.append(Gap(len(old), None, gap.leading_space, gap.multiline, roomy=True))
        context = replace(context, gaps=tuple(gaps))
    return _run(denoiser, context, trimmed, chosen.sampler, start, share, steps, temperature, seed)


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
    strength: float | None = None,
) -> Gen[EditStep, None, None]:
    """Rewrite one span as ``instruction`` says. The denoiser is asked as in a chat and its answer is the canvas.

    Args:
        slots: canvas length where the canvas starts as masks; by default that of the old text and half as much again.
        strength: as for ``infill``; by default 0 where the model can start from a text, otherwise 1.
        Others as for ``infill``.

    Raises (at the call): InvalidRequest and its subclasses; UnsupportedModel where the model cannot be told anything or cannot
    start from a text.
    """
    usual = 0.0 if denoiser.revises else 1.0
    chosen, share = _check(denoiser, system, steps, temperature, seed, usual if strength is None else strength)
    if denoiser.vocabulary is None:
        raise UnsupportedModel(f"{denoiser.name} knows no chat turns, so it cannot be told what to do; use infill")
    if not instruction.strip() or len(instruction) > MAX_INSTRUCTION:
        raise InstructionLength(
            f"an instruction has 1..{MAX_INSTRUCTION} characters, this one has {len(instruction.strip())}; reword it"
        )
    trimmed = trim(text, [span])
    source = text[trimmed[0].start : trimmed[0].end]
    count, start = len(denoiser.tokenizer.encode(source)), _start(denoiser, source) if share < 1 else None
    most = denoiser.max_slots if start is not None else denoiser.max_slots * 2 // 3
    if count > most:
        raise SpanTooLong(f"the selection is {count} tokens long and {most} can be edited; select less")
    size = slots or spare(count) if start is None else len(start)
    context = edit_context(denoiser.vocabulary, instruction, source, size, roomy=start is not None)
    reading = context_of(text, trimmed, denoiser.tokenizer, denoiser.max_slots) if start is not None else None
    return _run(denoiser, context, trimmed, chosen.sampler, start, share, steps, temperature, seed, reading)


def _start(denoiser: Denoiser, text: str) -> list[int]:
    """The slots of a text that is to be revised. Raises UnreadableText: what the tokenizer has no token for would be lost."""
    slots = roomy(denoiser, text)
    for character in sorted(set(text) - set(denoiser.tokenizer.decode(slots))):
        raise UnreadableText(
            f"the model cannot read {character!r} (U+{ord(character):04X}), which is selected; leave it out of the selection"
        )
    return slots


def _check(
    denoiser: Denoiser, system: str, steps: int, temperature: float, seed: int, strength: float | None
) -> tuple[System, float]:
    """The system, and the share of the words to scrape."""
    chosen = preset(system)
    if not 1 <= steps <= MAX_STEPS:
        raise StepsOutOfRange(f"steps must be in 1..{MAX_STEPS}, got {steps}")
    if not (math.isfinite(temperature) and 0 <= temperature <= MAX_TEMPERATURE):
        raise TemperatureOutOfRange(f"temperature must be in 0..{MAX_TEMPERATURE:g}, got {temperature}")
    if not 0 <= seed <= MAX_SEED:
        raise SeedOutOfRange(f"seed must be in 0..{MAX_SEED}, got {seed}")
    share = chosen.strength if strength is None else strength
    if not 0 <= share <= 1:
        raise StrengthOutOfRange(f"strength must be in 0..1, got {share}")
    if share < 1 and not denoiser.revises:
        raise UnsupportedModel(
            f"{denoiser.name} can only start from masks; choose strength 1 and a system other than instant-edit"
        )
    return chosen, share


def _run(
    denoiser: Denoiser,
    context: Context,
    spans: Sequence[Span],
    sampler: Sampler,
    start: list[int] | None,
    strength: float,
    steps: int,
    temperature: float,
    seed: int,
    reading: Context | None = None,
) -> Gen[EditStep, None, None]:
    """``start``: what stands on the canvas at first; None: nothing does."""
    rng = torch.Generator().manual_seed(seed)
    ids = torch.zeros(1, context.slots, dtype=torch.long) if start is None else torch.tensor([start])
    noisy = (
        torch.ones(ids.shape, dtype=torch.bool) if strength == 1 else torch.rand(ids.shape, generator=rng) < strength
    )
    if start is not None and not sampler.revises:
        sampler = TokenEditing(inner=sampler)
    canvas = Canvas(torch.where(noisy, denoiser.corruption.noise(ids, rng), ids), noisy, torch.zeros_like(noisy))
    conditioned = denoiser.condition(context, rng, reading=reading)
    show = Show(denoiser, conditioned, context, spans, steps)
    yield show.start(canvas)
    times = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    loop = denoise(
        conditioned,
        denoiser.corruption,
        canvas,
        sampler,
        times,
        rng,
        temperature=temperature,
        judge=conditioned.judge,
    )
    for step in loop:
        yield show.step(step)

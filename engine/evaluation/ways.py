"""The ways of writing that are compared, and how each is asked."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.denoising.denoiser import Denoiser
from engine.edits.infilling import edit, infill
from engine.edits.proofread import proofread
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.writer.denoiser import WriterDenoiser
from engine.models.writer.joint import JointDenoiser
from engine.runs.steps import EditStep
from engine.text.spans import Span

Scores = dict[str, Any]
"""One line of the report: what was scored, for whom, and the scores"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many cases of each kind."""

    windows: int = 48
    clozes: int = 40
    programs: int = 60
    pairs: int = 16
    """per kind of edit"""
    kinds: int = 100
    """of edits, at the most"""
    mended: int = 60
    """sentences with mistakes that are revised"""
    correct: int = 40
    """sentences without a mistake"""
    paragraphs: int = 60
    """of prose in which weak spots are looked for"""
    planted: int = 30
    """mistakes of each kind that are put into them"""
    speed: int = 1
    """timed edits per system"""


QUICK = Amounts(
    windows=2, clozes=1, programs=1, pairs=1, kinds=2, mended=1, correct=1, paragraphs=2, planted=1, speed=0
)


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    nfe: int
    seconds: float


def roles(causal: CausalDenoiser, writer: WriterDenoiser | None, samples: int) -> dict[str, Denoiser]:
    """The ways of writing that are compared."""
    found: dict[str, Denoiser] = {"causal + judge": causal}
    if writer is not None:
        found["causal + writer + judge"] = JointDenoiser(causal, writer)
        found["writer"] = writer
        found["writer + judge"] = WriterDenoiser(causal, writer.model, samples=samples)
    return found


def _last(steps: Iterable[EditStep]) -> EditStep:
    *_, last = steps
    return last


def fill(denoiser: Denoiser, text: str, span: Span, **options: Any) -> Answer:
    """Write one span again, with the text before it read already."""
    denoiser.warm(text, lambda: False, span.start)
    started = time.perf_counter()
    last = _last(infill(denoiser, text, [span], **options))
    return Answer(last.spans[0].text, last.nfe, time.perf_counter() - started)


def rewrite(denoiser: Denoiser, source: str, instruction: str | None, **options: Any) -> Answer:
    """Edit a whole text as told, or where nothing is told proofread it; white space around it is kept."""
    started, whole = time.perf_counter(), Span(0, len(source))
    if instruction is None:
        last = _last(proofread(denoiser, source, [whole], **options))
    else:
        last = _last(edit(denoiser, source, whole, instruction, **options))
    span = last.spans[0]
    return Answer(source[: span.start] + span.text + source[span.end :], last.nfe, time.perf_counter() - started)

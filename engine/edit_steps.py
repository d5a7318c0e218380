"""Steps of the loop as people see them: the slots of every span, in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.canvas import Canvas, Context, Step
from engine.denoiser import Conditioned, Denoiser
from engine.spans import Span


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


class Show:
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
        return EditStep(
            step.index, self._steps, step.phase, step.t, spans, self._conditioned.nfe, step.done, step.progress
        )

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

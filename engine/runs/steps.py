"""Steps of the loop as people see them: the slots of every span, in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from engine.denoising.denoiser import Assured, Conditioned, Denoiser
from engine.diffusion.canvas import Canvas, Guesses, Step
from engine.text.context import Context, Gap
from engine.text.spans import Span
from engine.text.wishes import REASONS


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as people see it: "m" masked, "u" a random token that is noise, "n" written now, "s" settled, "r" scraped again,
    "p" pinned by the user, "x" nothing here."""

    text: str
    state: str
    confidence: float
    alternatives: tuple[tuple[str, float, int], ...]
    """(text, probability, token id), likeliest first"""
    token: int
    """the id of what stands there"""
    frozen: bool
    """whether the user pinned it"""

    @property
    def noisy(self) -> bool:
        return self.state in ("m", "u", "r")


@dataclass(frozen=True, slots=True)
class SpanState:
    """One span of the edit. ``start`` and ``end`` are code points of the text as given, white space left out."""

    start: int
    end: int
    slots: tuple[Slot, ...]
    text: str
    """what is written so far"""
    tokens: int
    """how many slots hold something"""
    why: str = ""
    """when the run is done: how that length came about"""


Candidate = tuple[SpanState, ...]
"""The spans of one candidate."""


@dataclass(frozen=True, slots=True)
class EditStep:
    """One moment of an edit. ``index`` 0 is the bare noise, before any forward pass."""

    index: int
    steps: int
    phase: str
    """"length", "read", "draft" or "denoise" """
    t: float
    spans: Candidate
    """of the first candidate"""
    nfe: int
    done: bool
    progress: tuple[int, int] = (0, 0)
    candidates: tuple[Candidate, ...] = ()
    """all of them, the first too"""
    divergence: float | None = None
    """how far an approximate cache was off, as far as is known"""
    parts: tuple[int, int] = (0, 0)
    """(number of the one that is written, how many) where a long selection is gone over in parts"""
    aside: bool = False
    """a step of a part that need not be shown: there would be too many"""
    revealed: bool = False
    """whether it only shows what was drawn before the first step: nothing was computed for it"""


class Show:
    """Steps of the loop as steps of an edit."""

    def __init__(
        self, denoiser: Denoiser, context: Context, spans: Sequence[Span], steps: int, *, uniform: bool, started: bool
    ) -> None:
        self._d = denoiser
        self._context = context
        self._spans = spans
        self._steps = steps
        self._uniform = uniform
        self._started = started
        self._asked: list[Conditioned] = []
        self._bare: EditStep | None = None
        self._searched: set[int] = set()

    def start(self, canvas: Canvas, behind: float = 0.0, was: Sequence[int] = ()) -> EditStep:
        """What the run begins with: bare noise, or where an earlier run had got to, that share of the way. ``was``: the tokens
        that were scraped; they are listed as alternatives of probability 0, so that the older writing can be shown."""
        old: Guesses = tuple(((token, 0.0),) for token in was) or ((),) * self._context.slots
        blank = tuple(
            tuple(guess if hidden else () for guess, hidden in zip(old, row, strict=True))
            for row in canvas.noisy.tolist()
        )
        nothing = torch.zeros_like(canvas.noisy)
        self._bare = self.step(
            Step(
                round(behind * self._steps),
                self._steps,
                1 - behind,
                "denoise",
                canvas,
                nothing,
                blank,
            )
        )
        return self._bare

    def count(self, conditioned: Conditioned) -> None:
        """The forward passes of ``conditioned`` are passes of this edit."""
        self._asked.append(conditioned)

    def searching(self, gap: int, done: int, total: int) -> EditStep:
        """A length was tried for one of the gaps."""
        assert self._bare is not None
        self._searched.add(gap)
        return replace(self._bare, phase="length", nfe=self._nfe, progress=(min(done, total), total))

    def begin(self, conditioned: Conditioned, context: Context) -> None:
        """The run itself begins."""
        self._context = context
        self.count(conditioned)

    @property
    def _nfe(self) -> int:
        return sum(conditioned.nfe for conditioned in self._asked)

    def step(self, step: Step) -> EditStep:
        step = self._assured(step) if step.done else step
        rows = tuple(
            tuple(
                self._span(step, row, index, span, at)
                for index, (span, at) in enumerate(zip(self._spans, self._context.ranges(), strict=True))
            )
            for row in range(len(step.canvas.ids))
        )
        divergence = self._asked[-1].divergence if self._asked else None
        revealed = self._d.facts.at_once and step.phase == "denoise" and step.index > 0
        return EditStep(
            step.index, step.steps, step.phase, step.t, rows[0], self._nfe, step.done, step.progress, rows, divergence,
            revealed=revealed,
        )  # fmt: skip

    def _assured(self, step: Step) -> Step:
        """The last step, with the chance that each word is right where the denoiser can say it. What is pinned stays sure."""
        asked = self._asked[-1] if self._asked else None
        sure = asked.assured(step.canvas) if isinstance(asked, Assured) else None
        if sure is None:
            return step
        known, canvas = sure.to(step.confidence.device), step.canvas
        kept = known.isnan() | canvas.frozen
        return replace(step, canvas=replace(canvas, confidence=torch.where(kept, step.confidence, known)))

    def _why(self, index: int) -> str:
        gap = self._context.gaps[index]
        if index in self._searched:
            return REASONS["search"]
        if gap.ends:
            return REASONS["ends"]
        if gap.exact:
            return REASONS["scraped" if self._started else "asked"]
        return REASONS["room" if self._d.length_by == "search" else self._d.length_by]

    def _span(self, step: Step, row: int, index: int, span: Span, at: tuple[int, int]) -> SpanState:
        ids = step.canvas.ids[row, at[0] : at[1]].tolist()
        noisy = step.canvas.noisy[row, at[0] : at[1]].tolist()
        changed = step.changed[row, at[0] : at[1]].tolist()
        frozen = step.canvas.frozen[row, at[0] : at[1]].tolist()
        confidence = step.confidence[row, at[0] : at[1]].tolist()
        null = self._d.null_id
        texts = self._d.tokenizer.shown([None if hidden else i for i, hidden in zip(ids, noisy, strict=True)], null)
        gap = self._context.gaps[index]
        if gap.leading_space:
            # The space before the span is outside text and stands there already.
            first = next((i for i, text in enumerate(texts) if text or noisy[i]), None)
            if first is not None and texts[first].startswith(" "):
                texts[first] = texts[first][1:]
        _framed(texts, noisy, gap)
        slots = []
        noise: dict[int, str] = {}  # what random tokens say; it is shown and is not part of the text
        for i, token in enumerate(ids):
            if noisy[i]:
                state = "r" if changed[i] else "u" if self._uniform else "m"
                if self._uniform:
                    noise[i] = self._name(token)
            elif token == self._d.null_id:
                state = "x"
            elif frozen[i]:
                state = "p"
            else:
                state = "n" if changed[i] else "s"
            guesses = step.alternatives[row][at[0] + i]
            # What is a part of a letter cannot be chosen.
            named = tuple((name, p, guess) for guess, p in guesses if "\ufffd" not in (name := self._name(guess)))
            slots.append(Slot(noise.get(i, texts[i]), state, round(confidence[i], 4), named, token, frozen[i]))
        tokens = sum(not hidden and token != self._d.null_id for token, hidden in zip(ids, noisy, strict=True))
        why = self._why(index) if step.done else ""
        return SpanState(span.start, span.end, tuple(slots), "".join(texts), tokens, why)

    def _name(self, token: int) -> str:
        hidden = token in (self._d.null_id, self._d.mask_id) or token >= len(self._d.tokenizer.pieces)
        return "" if hidden else self._d.tokenizer.pieces[token]


def _framed(texts: list[str], noisy: Sequence[bool], gap: Gap) -> None:
    """Put what stands around a fill, and people see as part of it, to its first and its last words, once they stand there."""
    there = [i for i, text in enumerate(texts) if text] or ([0] if texts and not any(noisy) else [])
    if there and not any(noisy[: there[0]]):
        texts[there[0]] = gap.front + texts[there[0]]
    if there and not any(noisy[there[-1] :]):
        texts[there[-1]] += gap.behind

"""Several runs as one: spans, or parts of a long one, are written one after another, each in the text with the earlier ones
written, and every step shows all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean

from engine.errors import NothingToStyle, SpanTooLong
from engine.runs.steps import EditStep, Slot, SpanState
from engine.text.boundaries import Range
from engine.text.parts import parts_of
from engine.text.spans import Span, trim
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import Wish

SELECTION = 100_000
"""characters that one run goes over"""
MOMENTS = 240
"""steps that are kept of a run in parts, two of each part at the least"""
USUAL = 60
"""steps of a part, before the first has been seen"""
Begin = Callable[[str, Span, int, int], Gen[EditStep, None, None]]
"""The run on a part: from the text as it is by then, where the part stands in it, its number, and by how much it has moved."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a span of the text as it was given."""

    of: int
    """the number of the span"""
    place: Span


def size_of(tokenizer: Tokenizer, text: str) -> int:
    """The tokens of a piece of text, wherever it stands."""
    return max(len(tokenizer.encode(text)), len(tokenizer.encode(f" {text}")))


def too_long(tokenizer: Tokenizer, text: str, spans: Sequence[Span], most: int) -> bool:
    """Whether spans are longer together than what is written at once."""
    olds = [text[span.start : span.end] for span in spans]
    if sum(map(len, olds)) > most * tokenizer.longest:
        return True  # nobody needs to count
    return sum(size_of(tokenizer, old) for old in olds if old) > most


def sharing(spans: Sequence[Span], wished: Wish) -> list[Span]:
    """The spans with a number of tokens that is wished for each, so that it is shared out where one is cut."""
    if not isinstance(wished, int):
        return list(spans)
    return [replace(span, length=wished) if span.length is None else span for span in spans]


def cut(
    tokenizer: Tokenizer,
    text: str,
    spans: Sequence[Span],
    usual: int,
    most: int,
    prose: bool | None = None,
    within: Sequence[Range] | None = None,
) -> list[Part]:
    """Spans in pieces of about ``usual`` tokens and no more than ``most``; one that is not longer stays whole. ``within``: what
    of them there is, where that is not all.

    Raises SpanTooLong where that is more than one run goes over, or nothing but data without a space.
    """
    characters, parts = sum(span.end - span.start for span in spans), []
    if characters > SELECTION:
        raise SpanTooLong(f"the selection has {characters} characters and one run goes over {SELECTION}; select less")
    whole = list(map(Part, range(len(spans)), spans)) if within is None else inside(text, spans, within)
    for part in whole:
        if size_of(tokenizer, text[part.place.start : part.place.end]) <= most:
            parts.append(part)
        else:
            pieces = parts_of(text, part.place, lambda piece: size_of(tokenizer, piece), usual, most, prose)
            parts += [Part(part.of, piece) for piece in pieces]
    if {part.of for part in parts} < {part.of for part in whole}:
        raise SpanTooLong("a selection holds nothing but words that are too long to be read; select something else")
    return parts


def inside(text: str, spans: Sequence[Span], within: Sequence[Range]) -> list[Part]:
    """What of the spans lies in the ranges, outer white space left out."""
    cut = [
        (number, replace(span, start=max(start, span.start), end=min(end, span.end)))
        for number, span in enumerate(spans)
        for start, end in within
        if start < span.end and span.start < end
    ]
    return [Part(of, trim(text, [piece])[0]) for of, piece in cut if text[piece.start : piece.end].strip()]


def composed(text: str, spans: Sequence[Span], parts: Sequence[Part], begin: Begin) -> Gen[EditStep, None, None]:
    """The runs on all parts, in order, as one.

    Raises at the call what the first of them raises; where every span is one part, what any of them does.
    """
    whole = _whole(spans, parts)
    runs = [begin(text, part.place, at, 0) for at, part in enumerate(parts if whole else parts[:1])]
    opened = [next(run) for run in runs]
    for run in runs[1:]:
        run.close()
    if whole:
        board = _Board(text, spans, parts, [[row[0] for row in step.candidates] for step in opened])
    else:
        rows = len(opened[0].candidates)
        board = _Board(text, spans, parts, [[_standing(text, part.place)] * rows for part in parts])
    return _run(board, begin, runs[0], opened[0])


def _whole(spans: Sequence[Span], parts: Sequence[Part]) -> bool:
    return [(part.place.start, part.place.end) for part in parts] == [(span.start, span.end) for span in spans]


def _run(board: _Board, begin: Begin, run: Gen[EditStep, None, None], opened: EditStep) -> Gen[EditStep, None, None]:
    text, moved, index, nfe, taken, nothing = board.text, 0, 0, 0, USUAL, 0
    for at, part in enumerate(board.parts):
        there = replace(part.place, start=part.place.start + moved, end=part.place.end + moved)
        run = begin(text, there, at, moved) if at else run
        every, taken, step = math.ceil(taken * len(board.parts) / MOMENTS), 0, opened
        try:
            for step in run if at else chain([opened], run):
                if step.aside:
                    yield step
                    continue
                board.see(at, step)
                aside = not board.whole and not step.done and taken % every != 0
                yield replace(step, aside=True, done=False) if aside else board.step(at, step, index, nfe)
                taken += 1
        except NothingToStyle:
            nothing += 1
            if board.whole or nothing == len(board.parts):
                raise
            board.leave(at)
            yield board.step(at, replace(step, done=True), index, nfe)
        finally:
            run.close()
        index, nfe = index + step.index, nfe + step.nfe
        fill = board.settle(at)
        text = text[: there.start] + fill + text[there.end :]
        moved += len(fill) - (there.end - there.start)


@dataclass(slots=True)
class _Board:
    """All parts, and what is to be seen of each."""

    text: str
    spans: Sequence[Span]
    parts: Sequence[Part]
    states: list[list[SpanState]]
    """of every part, by candidate"""

    @property
    def whole(self) -> bool:
        """Whether every span is one part."""
        return _whole(self.spans, self.parts)

    def see(self, at: int, step: EditStep) -> None:
        """A part looks as in a step of its own run."""
        place = self.parts[at].place
        self.states[at] = [replace(row[0], start=place.start, end=place.end) for row in step.candidates]

    def leave(self, at: int) -> None:
        """A part stays as it stands."""
        self.states[at] = [_standing(self.text, self.parts[at].place)] * len(self.states[at])

    def settle(self, at: int) -> str:
        """A part is written; gives the text that the next ones are written beside."""
        self.states[at] = [_settled(state) for state in self.states[at]]
        return self.states[at][0].text

    def step(self, at: int, step: EditStep, index: int, nfe: int) -> EditStep:
        """A step of a part's run as one of them all. ``index`` and ``nfe``: what the parts before took."""
        done = step.done and at == len(self.parts) - 1
        rows = tuple(
            tuple(self._span(number, row, at, done) for number in range(len(self.spans)))
            for row in range(len(self.states[at]))
        )
        return replace(
            step, index=index + step.index, steps=index + step.steps, spans=rows[0], candidates=rows, done=done,
            nfe=nfe + step.nfe, parts=step.parts if self.whole else (at + 1, len(self.parts)),
        )  # fmt: skip

    def _span(self, number: int, row: int, now: int, done: bool) -> SpanState:
        """A span as its parts look. Those that are written are one slot each until all are, so that a step stays small."""
        if self.whole:
            return self.states[number][row]
        slots: list[Slot] = []
        span, tokens, why, at = self.spans[number], 0, "", self.spans[number].start
        for part, states in zip(self.parts, enumerate(self.states), strict=True):
            if part.of != number:
                continue
            state = states[1][row]
            slots += _kept(self.text[at : part.place.start])
            slots += state.slots if done or states[0] == now else _one(state)
            tokens, why, at = tokens + state.tokens, why or state.why, part.place.end
        slots += _kept(self.text[at : span.end])
        text = "".join(slot.text for slot in slots if not slot.noisy)
        return SpanState(span.start, span.end, tuple(slots), text, tokens, why if done else "")


def _kept(text: str) -> list[Slot]:
    return [Slot(text, "s", 1.0, (), -1, False)] if text else []


def _one(state: SpanState) -> list[Slot]:
    sure = fmean(slot.confidence for slot in state.slots) if state.slots else 1.0
    return [Slot(state.text, "s", round(sure, 4), (), -1, False)] if state.text else []


def _standing(text: str, place: Span) -> SpanState:
    """A part whose turn has not come."""
    old = text[place.start : place.end]
    return SpanState(place.start, place.end, tuple(_kept(old)), old, 0)


def _settled(state: SpanState) -> SpanState:
    return replace(state, slots=tuple(replace(s, state="s") if s.state == "n" else s for s in state.slots))

"""Proofreading as a run: what ``check`` finds is written first, a passage a step, then Instant edit goes over the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, replace

from engine.denoising.denoiser import Denoiser
from engine.edits.infilling import infill
from engine.edits.proofreading.dictionary import Dictionary
from engine.edits.proofreading.evidence import Evidence
from engine.edits.proofreading.passages import PARAGRAPH
from engine.edits.proofreading.weak_spots import Spot, checked, read_in
from engine.edits.starting import strength_of
from engine.runs.branching import Beginning, Pin
from engine.runs.steps import EditStep, Slot, SpanState
from engine.systems.parameters import STRENGTH, Value
from engine.systems.presets import system as preset
from engine.text.boundaries import Range
from engine.text.spans import Span, placed

SYSTEM = "instant-edit"
SHOWN = 40
"""steps of the check that are kept, at the most"""


def proofread(
    denoiser: Denoiser,
    text: str,
    spans: Sequence[Span],
    *,
    begin: Beginning | None = None,
    pins: Sequence[Pin] = (),
    within: Sequence[Range] | None = None,
    known: Sequence[str] = (),
    accepts: Callable[[str], bool] | None = None,
    prose: bool | None = None,
    **settings: Value,
) -> Gen[EditStep, None, None]:
    """Mend spans of ``text``; close the generator to cancel. A run that goes on from an earlier one does not check again.

    Args:
        known: words, and phrases as they stand, that are right: they stay.
        accepts: whether a text with a suggestion taken is one. For code: whether it parses as it did.
        Others as for ``infill``, whose system is Instant edit.

    Raises (at the call) as ``infill``.
    """
    trimmed, dictionary = placed(text, spans, prose), Dictionary(known)
    usual = float(STRENGTH.checked(settings.get("strength", preset(SYSTEM).strength)))
    stand = [span for span in trimmed if strength_of(span, usual) == 0]
    right = [place for span in stand for place in dictionary.places(text, span.start, span.end)] if dictionary else []

    def go_over(edits: Sequence[Spot]) -> Gen[EditStep, None, None]:
        """The run on the text with suggestions taken, which stay."""
        moved = _Moved(edits)
        return infill(
            denoiser, moved.written(text), [moved.span(span) for span in trimmed], system=SYSTEM, begin=begin, pins=pins,
            within=None if within is None else [moved.range(part) for part in within],
            evidence=Evidence(denoiser.tokenizer),
            kept=sorted([*map(moved.range, right), *map(moved.place, edits)]), prose=prose, **settings,  # type: ignore[arg-type]
        )  # fmt: skip

    run = go_over(())
    if begin is not None or not stand:
        return run
    check = _Check(denoiser, text, trimmed, stand, within, dictionary, accepts, go_over)
    return check.steps(run)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A text with suggestions taken, and where things of the old one stand in it."""

    edits: Sequence[Spot]

    def at(self, old: int) -> int:
        return old + sum(len(edit.new) - len(edit.old) for edit in self.edits if edit.end <= old)

    def range(self, part: Range) -> Range:
        return self.at(part[0]), self.at(part[1])

    def place(self, edit: Spot) -> Range:
        start = self.at(edit.start)
        return start, start + len(edit.new)

    def span(self, span: Span) -> Span:
        return replace(span, start=self.at(span.start), end=self.at(span.end))

    def written(self, text: str) -> str:
        for edit in sorted(self.edits, key=lambda edit: -edit.start):
            text = text[: edit.start] + edit.new + text[edit.end :]
        return text


@dataclass(slots=True)
class _Check:
    """What stands is checked, and what is found written, before the run goes over it."""

    denoiser: Denoiser
    text: str
    spans: Sequence[Span]
    stand: Sequence[Span]
    """those of them that are checked: their words are not scraped"""
    within: Sequence[Range] | None
    dictionary: Dictionary
    accepts: Callable[[str], bool] | None
    go_over: Callable[[Sequence[Spot]], Gen[EditStep, None, None]]

    def steps(self, run: Gen[EditStep, None, None]) -> Gen[EditStep, None, None]:
        opened = next(run)
        yield opened
        parts = self._parts()
        every = max(1, math.ceil(len(parts) / SHOWN))
        count, index, nfe, found = math.ceil(len(parts) / every), 0, 0, list[Spot]()
        for first in range(0, len(parts), every):
            fresh = list[Spot]()
            for part in parts[first : first + every]:
                if fresh or part is not parts[first]:
                    yield replace(opened, aside=True)
                spots, passes = self._found(part)
                fresh, nfe = fresh + spots, nfe + passes
            if fresh:
                found += fresh
                run.close()
                run = self.go_over(found)
                opened = next(run)
            index += 1
            step = self._as_given(opened, found, fresh)
            done = min(first + every, len(parts)), len(parts)
            t = 1 - index / (count + opened.steps)
            yield replace(step, index=index, steps=count + opened.steps, phase="check", nfe=nfe, progress=done, t=t)
        for step in run:
            given = self._as_given(step, found, ())
            yield replace(given, index=count + step.index, steps=count + step.steps, nfe=nfe + step.nfe)

    def _parts(self) -> list[Span]:
        """The passages that are checked, in order: paragraph by paragraph, as while one types."""
        found: list[Span] = []
        for span in self.stand:
            for paragraph in PARAGRAPH.finditer(self.text, span.start, span.end):
                start, end = paragraph.span()
                if self.within is not None:
                    inner = [(max(a, start), min(b, end)) for a, b in self.within if a < end and start < b]
                    if not inner:
                        continue
                    start, end = inner[0][0], inner[-1][1]
                if self.text[start:end].strip():
                    found += read_in(self.denoiser, self.text, Span(start, end))
        return found

    def _found(self, part: Span) -> tuple[list[Spot], int]:
        """(what is suggested in a passage, forward passes)."""
        within = (
            None if self.within is None else [Span(a, b) for a, b in self.within if a < part.end and part.start < b]
        )
        spots, nfe = checked(self.denoiser, self.text, part, within=within, dictionary=self.dictionary)
        return [spot for spot in spots if self.accepts is None or self.accepts(_Moved([spot]).written(self.text))], nfe

    def _as_given(self, step: EditStep, found: Sequence[Spot], fresh: Sequence[Spot]) -> EditStep:
        """A step of the run on the text with suggestions taken as one on the text as given; the ``fresh`` ones are written in
        it."""
        moved, odds = _Moved(found), [1 / (1 + math.exp(-max(-30.0, min(30.0, spot.better)))) for spot in fresh]
        places = [(*moved.place(spot), sure) for spot, sure in zip(fresh, odds, strict=True)]
        rows = tuple(
            tuple(
                replace(_marked(state, places) if places else state, start=span.start, end=span.end)
                for state, span in zip(row, self.spans, strict=True)
            )
            for row in step.candidates
        )
        return replace(step, spans=rows[0], candidates=rows)


def _marked(state: SpanState, places: Sequence[tuple[int, int, float]]) -> SpanState:
    """A span in which what stands at some places, each with a probability, is written in this step."""
    slots: list[Slot] = []
    at = state.start
    for slot in state.slots:
        end = at + len(slot.text)
        cuts = sorted({at, end, *(edge for a, b, _ in places for edge in (a, b) if at < edge < end and slot.token < 0)})
        for a, b in zip(cuts, cuts[1:], strict=False):
            sure = next((p for start, stop, p in places if start < b and a < stop), None)
            piece = replace(slot, text=slot.text[a - at : b - at])
            slots.append(piece if sure is None else replace(piece, state="n", confidence=round(sure, 4)))
        if at == end:
            slots.append(slot)
        at = end
    return replace(state, slots=tuple(slots))

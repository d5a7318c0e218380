"""One span brought into a style by weighing: sites are found, their options scored, and what is better is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, replace

from engine.edits.restyling.board import Board, Guesses, Written
from engine.edits.restyling.choosing import Accepts, Choice, accepted, apart, chosen, ranked, standing, together
from engine.edits.restyling.site import Site
from engine.edits.restyling.weighing import Weighing
from engine.runs.steps import EditStep

NOTHING = "nothing was found to change"
Method = Callable[[Weighing], Iterator[Site | None]]
"""Finds sites; gives None after a forward pass that found none."""


@dataclass(frozen=True, slots=True)
class Restyling:
    """Everything that one span's run needs to know."""

    weighing: Weighing
    board: Board
    methods: Sequence[Method]
    accepts: Accepts | None
    """whether the span may read so"""
    seed: int
    steps: int
    """in which it is written, at the most"""
    strength: float
    heats: Sequence[float]
    """temperature of each candidate"""
    in_order: bool
    """whether it is written from left to right, not the surest first"""

    def run(self) -> Gen[EditStep, None, None]:
        yield self._seen("denoise", [], {})
        found: list[Site] = []
        for method in self.methods:
            for site in method(self.weighing):
                if site is not None and not self.weighing.free(site):
                    site = None
                if site is not None and self.accepts is not None:
                    site = accepted(site, self.weighing.source, self.accepts)
                found += [] if site is None else [site]
                yield self._seen("draft", found, {})
        guesses: dict[Site, tuple[tuple[str, float], ...]] = {}
        for at, site in enumerate(found):
            if site.scores is None:
                found[at] = yield from self._scored(found, at, guesses)
            guesses[found[at]] = ranked(found[at])
        yield from self._written([self._choices(found, row) for row in range(len(self.heats))], guesses)

    def _seen(
        self, phase: str, sites: Sequence[Site], guesses: Guesses, progress: tuple[int, int] = (0, 0)
    ) -> EditStep:
        blank = [Written() for _ in self.heats]
        return self.board.step(0, self.steps, phase, apart(sites), blank, guesses, self.weighing.nfe, progress)

    def _scored(self, found: Sequence[Site], at: int, guesses: Guesses) -> Gen[EditStep, None, Site]:
        """The site with the scores of its options."""
        work = self.weighing.score(found[at], standing(found[:at], found[at]))
        while True:
            try:
                next(work)
            except StopIteration as end:
                return replace(found[at], scores=tuple(end.value))
            yield self._seen("draft", found, guesses, (at, len(found)))

    def _choices(self, found: Sequence[Site], row: int) -> list[Choice]:
        source, style = self.weighing.source, self.weighing.style
        choices = chosen(found, style, len(source.split()), self.strength, self.heats[row], self.seed + row)
        return choices if self.accepts is None else together(choices, source, self.accepts)

    def _written(self, rows: Sequence[list[Choice]], guesses: Guesses) -> Iterator[EditStep]:
        """What will change is scraped, then written: the surest first, or in order."""
        queues = [sorted(row, key=lambda c: c.site.places[0][0]) if self.in_order else row for row in rows]
        steps = max(1, min(self.steps, max(map(len, queues))))
        states, sites = [Written() for _ in rows], [[choice.site for choice in row] for row in rows]
        count = len(rows[0])
        nothing = f"{NOTHING}: {self.weighing.style.nothing}" if self.weighing.style.nothing else NOTHING
        why = f"{count} change{'' if count == 1 else 's'} to the old words" if count else nothing
        for step in range(1, steps + 1):
            drawn = []
            for state, queue, own in zip(states, queues, sites, strict=True):
                state.settle()
                for choice in queue[round(len(queue) * (step - 1) / steps) : round(len(queue) * step / steps)]:
                    state.now[choice.site] = choice.option
                last, nfe = step == steps, self.weighing.nfe
                drawn.append(self.board.step(step, steps, "denoise", own, [state], guesses, nfe, done=last, why=why))
            yield replace(drawn[0], candidates=tuple(one.candidates[0] for one in drawn))

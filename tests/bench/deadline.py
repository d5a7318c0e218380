"""What stands there when: the first word that stays, and how many answers are right by a deadline."""

from __future__ import annotations

import time
from dataclasses import dataclass

import engine
from engine import Ways
from engine.evaluation.worth import Cloze, clozes
from tests.bench.timing import row

CASES = clozes()
DEADLINES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""seconds"""
RUNS = (("llada", 16), ("llada", 8), ("llada", 2), ("mercury", None), ("gemini", None))
WIDTHS = (24, 12, 10, *(8 for _ in DEADLINES))


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a run: the seconds since it began, what is written, and the tokens of the slots that are."""

    seconds: float
    text: str
    written: tuple[int | None, ...]


def moments(denoiser: engine.Denoiser, case: Cloze, system: str, steps: int | None) -> list[Moment]:
    """A run on a case whose text has been read."""
    denoiser.warm(case.text, lambda: False, case.span.start)
    settings = {} if steps is None else {"steps": steps}
    began, found = time.perf_counter(), []
    for step in engine.infill(denoiser, case.text, [case.span], system=system, slots=case.slots, **settings):
        span = step.spans[0]
        tokens = tuple(None if slot.noisy or not slot.text.strip() else slot.token for slot in span.slots)
        found.append(Moment(time.perf_counter() - began, span.text, tokens))
    return found


def first_word(run: list[Moment]) -> float:
    """Seconds until a slot shows a word that it keeps until the end."""
    last = run[-1].written
    for moment in run:
        pairs = zip(moment.written, last, strict=False)
        if any(token is not None and token == final for token, final in pairs):
            return moment.seconds
    return run[-1].seconds


def table(ways: Ways, quick: bool) -> None:
    cases = CASES[::6] if quick else CASES
    print(
        f"\n{len(cases)} cloze cases, text read already: seconds to the first word that stays, answers right by a deadline"
    )
    print(row("way and system", "first word", "whole", *(f"{d:g} s" for d in DEADLINES), widths=WIDTHS))
    for way, denoiser in ways.denoisers.items():
        for system, steps in RUNS:
            runs = [moments(denoiser, case, system, steps) for case in cases]
            right = [
                sum(
                    next((m.text for m in reversed(run) if m.seconds <= limit), "") in case.right
                    for run, case in zip(runs, cases, strict=True)
                )
                for limit in DEADLINES
            ]
            middle = sorted(map(first_word, runs))[len(runs) // 2], sorted(r[-1].seconds for r in runs)[len(runs) // 2]
            print(row(f"{way} {system} {steps or ''}", *middle, *right, widths=WIDTHS), flush=True)

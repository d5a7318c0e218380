"""A watched run is the run that nobody watches; gate, mean and early stops by hand."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import pytest

import engine
from engine.edits.infilling import infill
from engine.study.sample import sample
from engine.study.writing.watching import Look, WatchedMoment, WatchedRun, watched
from engine.systems.presets import SYSTEMS

Found = TypeVar("Found")
TEXT = "The quick brown fox jumps over the lazy dog."
DENOISER = engine.scripted(" something else")
TAKEN = sample(DENOISER.tokenizer, TEXT, 60)


def ended(run: Generator[object, None, Found]) -> Found:
    while True:
        try:
            next(run)
        except StopIteration as end:
            found: Found = end.value
            return found


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name != "instant-edit"])
def test_watching_changes_nothing(system: str) -> None:
    """Letters are tokens here, so the same words are 5 slots; told their number, the editor's own run takes the same steps."""
    settings = {"steps": 3} if "steps" in {p.name for p in SYSTEMS[system].parameters} else {}
    plain = list(infill(DENOISER, TEXT, [engine.Span(4, 9)], system=system, seed=5, length=5, **settings))  # type: ignore[arg-type]
    run = ended(watched(DENOISER, TAKEN, [(4, 9)], system, seed=5, **settings))
    steps = [step for step in plain if step.phase == "denoise" and step.index]
    # The editor's tokens begin with the space before the word; what is written where, and when, is the rule's alone.
    assert [[slot.state for slot in m.slots] for m in run.moments] == [
        [s.state for s in step.spans[0].slots] for step in steps
    ]
    for before, moment in zip([run.start, *(m.slots for m in run.moments)], run.moments, strict=False):
        for at, slot in enumerate(moment.slots):
            assert moment.look.noisy[at] == before[at].noisy
            assert not slot.noisy or not moment.look.written[at]
            assert moment.look.written[at] == (before[at].token != slot.token or before[at].noisy) * (not slot.noisy)


def look(top: list[float], open_: list[bool], best: list[int], *, commits: bool = False) -> Look:
    nothing = [0.0] * len(top)
    none = [False] * len(top)
    return Look(open_, open_, best, best, top, top, nothing, none, none, commits)


def slot(token: int | None) -> engine.Slot:
    return engine.Slot("x", "m" if token is None else "s", 0.5, (), token or 0, frozen=False)


BY_HAND = WatchedRun(
    "llada",
    [
        WatchedMoment(look([0.9, 0.3, 0.6], [True, True, True], [1, 2, 3]), (slot(1), slot(None), slot(None))),
        WatchedMoment(look([0.0, 0.5, 0.8], [False, True, True], [9, 4, 3], commits=True), (slot(1), slot(None), slot(3))),
        WatchedMoment(look([0.0, 0.9, 0.0], [False, True, False], [9, 4, 9]), (slot(1), slot(4), slot(3))),
    ],
    3, "abc", (slot(None), slot(None), slot(None)),
)  # fmt: skip


def test_gate_and_mean_by_hand() -> None:
    first, second, third = (moment.look for moment in BY_HAND.moments)
    assert (first.gate, first.mean) == (0.3, pytest.approx(0.6))
    assert (second.gate, second.mean) == (0.5, pytest.approx(0.65)) and third.gate == third.mean == 0.9


def test_a_stop_by_the_mean_comes_first_and_changes_what_the_gate_would_have_waited_for() -> None:
    # At step 1 the mean reaches 0.55: 1, 2, 3 would be written, and the run wrote 1, 4, 3.
    assert BY_HAND.stop(lambda one: (one.mean or 0) >= 0.55) == (1, 1)
    assert BY_HAND.stop(lambda one: (one.gate or 0) >= 0.55) == (3, 0)
    assert BY_HAND.stop(lambda one: one.commits) == (2, 0) and BY_HAND.stop(lambda one: (one.gate or 0) > 0.95) is None
    assert BY_HAND.last_written() == [1, 3, 2]


@pytest.mark.parametrize("system", ["llada", "mercury", "gemini", "eso-b"])
def test_the_gate_is_never_above_the_mean_and_the_last_stop_is_the_run_itself(system: str) -> None:
    run = ended(watched(DENOISER, TAKEN, [(10, 26)], system, steps=5))
    assert all(min(one.sure) == one.gate <= one.mean for m in run.moments if (one := m.look).sure)
    assert all(1 <= at <= len(run.moments) for at in run.last_written())
    stop = run.stop(lambda one: one is run.moments[-1].look)
    assert stop is not None and stop[1] == 0


def test_a_watched_run_that_is_left_makes_no_more_passes() -> None:
    denoiser = engine.scripted(" slow")
    run = watched(denoiser, TAKEN, [(4, 9)], "llada", steps=4)
    next(run), next(run)
    before = denoiser.nfe
    run.close()
    assert denoiser.nfe == before < 4


def test_prophets_rule_is_the_one_that_runs() -> None:
    """Where the watcher says that it commits, a run with early commit ends."""
    run = ended(watched(DENOISER, TAKEN, [(4, 20)], "llada", steps=8))
    stop = run.stop(lambda one: one.commits)
    early = ended(watched(DENOISER, TAKEN, [(4, 20)], "llada", steps=8, early_commit=1.0))
    assert stop is not None and len(early.moments) == stop[0]

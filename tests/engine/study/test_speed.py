"""A run with a stopwatch counts what was written and what it took."""

from __future__ import annotations

from itertools import count

import pytest

import engine
from engine.study.speed import measured

TEXT = "The quick brown fox jumps over the lazy dog."


def test_a_run_is_measured_by_the_clock_that_it_is_given() -> None:
    denoiser = engine.scripted(" slow")
    ticks = count()
    run = measured(denoiser, TEXT, engine.Span(4, 9), "llada", steps=3, clock=lambda: float(next(ticks)))
    with pytest.raises(StopIteration) as ended:
        while True:
            next(run)
    found = ended.value.value
    # The clock is read at the start, whenever more can be seen, and at the end. A letter is a token, and so is the space.
    assert (found.seconds, found.first_word) == (4.0, 1.0) and found.text == "slow"
    assert found.tokens == 5 and found.nfe == 3 and found.speed == 1.25
    seconds, seen = zip(*found.timeline, strict=True)
    assert seconds == (1.0, 2.0, 3.0) and list(seen) == sorted(set(seen)) and seen[-1] >= found.tokens


def test_a_run_that_is_left_makes_no_more_passes() -> None:
    denoiser = engine.scripted(" slow")
    run = measured(denoiser, TEXT, engine.Span(4, 9), "llada", steps=4)
    next(run), next(run)
    before = denoiser.nfe
    run.close()
    assert denoiser.nfe == before < 4

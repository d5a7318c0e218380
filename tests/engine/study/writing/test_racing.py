"""The formula of the race: by hand, and found again in runs that keep to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.study.speed import Measured
from engine.study.writing import racing
from engine.study.writing.costs import Sizes
from engine.study.writing.racing import Pace

SYSTEMS = ["llada", "mercury", "eso-b", "autoregressive"]


def test_passes_by_hand() -> None:
    assert [racing.passes("autoregressive", n, 4) for n in (1, 8, 100)] == [1, 8, 100]
    assert [racing.passes("llada", n, 4) for n in (1, 8, 100)] == [1, 4, 4]
    assert [racing.passes("eso-b", n, 4) for n in (1, 8, 100)] == [1, 8, 54]


def test_seconds_by_hand() -> None:
    """A pass costs 0.1 s and 0.01 s a token: 8 tokens from left to right are 8 passes over 2, by diffusion 4 over 9."""
    pace = Pace(0.1, 0.01)
    assert pace.seconds("autoregressive", 8, 4, 20, None) == pytest.approx(8 * 0.12)
    assert pace.seconds("llada", 8, 4, 20, None) == pytest.approx(4 * 0.19)
    assert racing.work("llada", 8, 4, 20, Sizes(1, 5, 2, 3)) == Sizes(1, 5, 2, 3).flops(9, 28, 4)


def run(system: str, tokens: int, pace: Pace) -> tuple[Measured, int]:
    seconds = pace.seconds(system, tokens, 4, 20, None)
    return Measured(system, tokens, racing.passes(system, tokens, 4), seconds, seconds, ""), tokens


@given(st.floats(0.001, 1), st.floats(0.0001, 0.1))
def test_a_pace_is_found_again_in_runs_that_keep_to_it(each: float, rate: float) -> None:
    runs = [run(system, n, Pace(each, rate)) for n in (4, 8, 16) for system in ("llada", "autoregressive")]
    found = racing.pace(runs, 4, 20, None)
    assert (found.each, found.rate) == (pytest.approx(each, rel=1e-6), pytest.approx(rate, rel=1e-6))


@given(st.lists(st.floats(0.01, 10), min_size=4, max_size=4))
def test_no_part_of_a_pace_is_below_nothing_whatever_was_measured(seconds: list[float]) -> None:
    runs = [
        (Measured(system, n, racing.passes(system, n, 4), s, s, ""), n)
        for s, (system, n) in zip(
            seconds, [("llada", 4), ("autoregressive", 4), ("llada", 16), ("autoregressive", 16)], strict=True
        )
    ]
    found = racing.pace(runs, 4, 20, None)
    assert found.each >= 0 and found.rate >= 0 and found.each + found.rate > 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_diffusion_never_takes_more_passes_than_left_to_right_and_longer_takes_longer(system: str) -> None:
    lengths = range(1, 60)
    assert all(racing.passes(system, n, 6) <= n for n in lengths)
    times = [Pace(0.1, 0.01).seconds(system, n, 6, 0, None) for n in (1, 8, 64, 512)]
    assert times == sorted(times)

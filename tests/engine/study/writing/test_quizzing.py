"""A quiz about a run: points by hand, the rule's own answers get all of them, and no question knows its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.study.sample import sample
from engine.study.writing.quizzing import CHOICES, EACH, Game, Round, played, rounds_of
from engine.study.writing.watching import WatchedMoment, WatchedRun, watched
from tests.conftest import some
from tests.engine.study.writing.test_watching import ended, look

NAMES = "abcdefgh"
DENOISER = engine.scripted(" something else")
TAKEN = sample(DENOISER.tokenizer, "The quick brown fox jumps over the lazy dog.", 60)
HOLES = [(4, 6), (10, 11), (13, 15)]
SYSTEMS = {
    "llada": {"steps": 5}, "mercury": {"steps": 5}, "gemini": {"steps": 5}, "autoregressive": {},
    "mdlm": {"steps": 5, "remasking": "none", "first_hitting": True}, "eso-b": {"steps": 64, "alpha_0": 1.0},
}  # fmt: skip


def name(token: int) -> str:
    return NAMES[token]


def slot(token: int | None, likely: str = "") -> engine.Slot:
    """A slot with its likeliest tokens, best first; None: a mask."""
    named = tuple((one, 0.4 / n, NAMES.index(one)) for n, one in enumerate(likely, 1))
    return engine.Slot("x", "m" if token is None else "s", 0.5, named, token or 0, frozen=False)


def wrote(moment: WatchedMoment, *slots: int) -> WatchedMoment:
    return replace(moment, look=replace(moment.look, written=[at in slots for at in range(3)]))


BY_HAND = WatchedRun(
    "llada",
    [
        wrote(WatchedMoment(look([0.9, 0.3, 0.6], [True] * 3, [1, 2, 3]), (slot(1, "bcde"), slot(None), slot(None))), 0),
        wrote(
            WatchedMoment(
                look([0, 0.5, 0.8], [False, True, True], [1, 4, 3]), (slot(1, "bcde"), slot(4, "eb"), slot(3, "d"))
            ), 1, 2,
        ),
    ],
    2, "bed", (slot(None), slot(None), slot(None)),
)  # fmt: skip


def choice(round_: Round, at: int, token: int) -> int:
    return round_.choices[at].index(token)


def test_points_by_hand() -> None:
    first, second = rounds_of(BY_HAND, 0, name, [0])
    assert (first.open, first.written, second.open, second.written) == ((0, 1, 2), (0,), (1, 2), (2, 1))
    assert sorted(first.choices[0]) == [1, 2, 3, 4], "the model's four likeliest"
    assert sorted(second.choices[2]) == [0, 1, 3, 4], "d, what is likely on the other place, and what is spare"
    # One of three places, then one of four words; both of two places, then one of four.
    assert first.blind == pytest.approx(1 / 3 + 1 / 4) and second.blind == pytest.approx(1 + 1 / 4)
    # The surest place and its likeliest word are written in both.
    assert (first.seer, second.seer) == (2, 2)
    right = played((first, second), [0, choice(first, 0, 1), 1, choice(second, 1, 4)])
    assert [one.points for one in right.answers] == [2, 2] and right.now is None
    # Place 1 is not written: its word is asked where the rule wrote. Then the surest of two, and a wrong word.
    wrong = played((first, second), [1, choice(first, 0, 1), 2, choice(second, 2, 1)])
    assert [(one.asked, one.points) for one in wrong.answers] == [(0, 1), (2, 1)]


def test_numbers_that_nobody_could_have_given_end_the_game() -> None:
    rounds = rounds_of(BY_HAND, 0, name, [0])
    for numbers, taken in (([7], 0), ([-1], 0), ([0, 4], 1), ([0, -1], 1), ([0, 0, 0], 2), ([0, 0, 1, 0, 1], 4)):
        assert played(rounds, numbers).taken == taken, numbers


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", some([0, 1]))
def test_who_answers_as_the_rule_does_has_every_point_and_nobody_more(system: str, seed: int) -> None:
    run = ended(watched(DENOISER, TAKEN, HOLES, system, seed=seed, **SYSTEMS[system]))  # type: ignore[arg-type]
    rounds = rounds_of(run, seed, lambda token: f"{token}", TAKEN.ids)
    numbers: list[int] = []
    for one in rounds:
        assert set(one.written) <= set(one.open) and all(
            len(set(choices)) == CHOICES for choices in one.choices.values()
        )
        numbers += [one.written[0], choice(one, one.written[0], one.after[one.written[0]].token)]
        assert 0 < one.blind <= EACH and (one.seer is None or 0 <= one.seer <= EACH)
    game = played(rounds, numbers)
    assert game.now is None and sum(one.points for one in game.done) == EACH * len(rounds)
    if system in ("llada", "autoregressive", "mdlm", "eso-b"):  # what is written stays
        assert sorted(at for one in rounds for at in one.written) == list(range(5))
    if system == "llada":
        assert all(one.seer == EACH for one in rounds), "it does what who sees the numbers would do"
    if system == "autoregressive":
        assert [one.written for one in rounds] == [(at,) for at in range(5)] and rounds[0].seer is None


@cache
def _rounds() -> Sequence[Round]:
    return rounds_of(ended(watched(DENOISER, TAKEN, HOLES, "llada", steps=5)), 0, str, TAKEN.ids)


@given(st.lists(st.integers(-1, 5), max_size=12))
def test_any_answers_are_a_game_that_goes_on_from_the_answers_before(numbers: list[int]) -> None:
    rounds = _rounds()
    games: list[Game] = [played(rounds, numbers[:n]) for n in range(len(numbers) + 1)]
    for before, after in zip(games, games[1:], strict=False):
        assert before.taken <= after.taken <= before.taken + 1
        assert after.answers[: len(before.done)] == before.done
    assert all(0 <= one.points <= EACH for one in games[-1].done)


def test_what_is_to_choose_from_does_not_tell_what_was_chosen() -> None:
    """The same words in the same order, whichever of them the rule wrote."""
    first = replace(BY_HAND.moments[0], slots=(slot(3, "bcde"), slot(None), slot(None)))
    changed = replace(BY_HAND, moments=[first, *BY_HAND.moments[1:]])
    for seed in range(5):
        plain, other = rounds_of(BY_HAND, seed, name, [0])[0], rounds_of(changed, seed, name, [0])[0]
        assert plain.after[0].token != other.after[0].token and plain.choices == other.choices
    orders = {rounds_of(BY_HAND, seed, name, [0])[0].choices[0].index(1) for seed in range(20)}
    assert orders == {0, 1, 2, 3}, "the right one may stand anywhere"

"""Which words go where a share of them does: just as many, and no phrase is cut that need not be."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.edits.seams import cheapest, seams
from engine.text.slots import words_of
from tests.conftest import examples

COST = st.integers(0, 8).map(float)


def cost_of(goes: list[bool], costs: list[float], between: list[tuple[float, float]]) -> float:
    """Words that go, and the seams where they begin and end to."""
    around = [False, *goes, False]
    begun = sum(seam[0] for seam, a, b in zip(between, around, around[1:], strict=False) if b and not a)
    ended = sum(seam[1] for seam, a, b in zip(between, around, around[1:], strict=False) if a and not b)
    return begun + ended + sum(cost for cost, gone in zip(costs, goes, strict=True) if gone)


@examples(60)
@given(st.data())
def test_just_as_many_go_and_no_others_would_cost_less(data: st.DataObject) -> None:
    costs = data.draw(st.lists(st.one_of(COST, st.just(math.inf)), min_size=1, max_size=7))
    between = data.draw(st.lists(st.tuples(COST, COST), min_size=len(costs) + 1, max_size=len(costs) + 1))
    free = [at for at, cost in enumerate(costs) if cost < math.inf]
    count = data.draw(st.integers(0, len(free)))
    goes = cheapest(costs, between, count)
    assert sum(goes) == count and all(costs[at] < math.inf for at, gone in enumerate(goes) if gone)
    every = ([at in chosen for at in range(len(costs))] for chosen in combinations(free, count))
    assert cost_of(goes, costs, between) == min(cost_of(other, costs, between) for other in every)


@pytest.mark.parametrize(
    ("text", "count", "gone"),
    [
        ("We all sat down. It had begun to rain. None of us spoke.", 5, " It had begun to rain."),
        ("Call me (or my wife) tomorrow, or write a letter.", 4, " or write a letter."),
        ("x = a + b\ny = c * d\nz = e", 5, "\ny = c * d"),
    ],
)
def test_what_goes_is_a_sentence_a_line_or_a_phrase_where_it_can_be(text: str, count: int, gone: str) -> None:
    words = words_of(text)
    goes = cheapest([0.1] * len(words), seams(words), count)
    assert "".join(word for word, gone in zip(words, goes, strict=True) if gone) == gone


def test_brackets_and_quotes_are_not_opened() -> None:
    words = words_of('He read [the long guide](a.md) and "the short one" too')
    inside = {at for at, (begun, _) in enumerate(seams(words)) if begun >= 3}
    assert inside == {3, 4, 7, 8}


def test_no_phrase_is_cut_where_the_end_stays() -> None:
    words = words_of("She waited for the bus until it was dark")
    goes = cheapest([0.1] * (len(words) - 1) + [math.inf], seams(words), 3)
    assert "".join(word for word, gone in zip(words, goes, strict=True) if gone) == " for the bus"

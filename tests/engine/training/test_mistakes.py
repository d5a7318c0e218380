"""Mistakes put into clean text: each kind does what it says, and only that."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.slots import words_of
from engine.training.examples.mistakes import CONFUSIONS, FORMS, MISTAKES, NEIGHBOURS, spoil

TEXT = (
    "The children were walking to their school, and it rained. Many of them had no coats with them. "
    "They talked quietly about the weather, then ran. Anna lost her shoes on the way."
)
AWKWARD = st.text(st.one_of(st.sampled_from(" \n\tabAİıßéx,.5'"), st.characters(codec="utf-8")), max_size=30)


def made(kind: str, text: str = TEXT, tries: int = 60) -> list[list[str]]:
    """What a kind of mistake makes of every word of a text."""
    rng, words = np.random.default_rng(1), words_of(text)
    found = (MISTAKES[kind](words, at, rng) for at in range(len(words)) for _ in range(tries // len(words) + 1))
    return [changed for changed in found if changed is not None]


@pytest.mark.parametrize("kind", MISTAKES)
def test_every_kind_finds_a_place_and_changes_the_text(kind: str) -> None:
    spoilt = made(kind)
    assert spoilt
    assert all("".join(words) != TEXT for words in spoilt)


@pytest.mark.parametrize(("kind", "longer"), [("drop", -1), ("double", 1), ("order", 0), ("typo", 0), ("ending", 0)])
def test_words_come_and_go_one_at_a_time(kind: str, longer: int) -> None:
    size = len(words_of(TEXT))
    assert {len(words) - size for words in made(kind)} == {longer}


@pytest.mark.parametrize("kind", ["typo", "homophone", "grammar", "ending", "case", "comma"])
def test_one_word_changes_and_the_white_space_before_it_stays(kind: str) -> None:
    old = words_of(TEXT)
    for words in made(kind):
        changed = [(a, b) for a, b in zip(old, words, strict=True) if a != b]
        assert len(changed) == 1
        (a, b) = changed[0]
        assert a[: len(a) - len(a.lstrip())] == b[: len(b) - len(b.lstrip())]


def test_order_keeps_the_words() -> None:
    for words in made("order"):
        assert sorted(word.strip() for word in words) == sorted(TEXT.split())


def test_tables_hold_no_word_as_its_own_mistake() -> None:
    for table in (CONFUSIONS, FORMS):
        assert all(others and word not in others for word, others in table.items())
    assert set(NEIGHBOURS) == set("abcdefghijklmnopqrstuvwxyz")
    assert all(near and key not in near for key, near in NEIGHBOURS.items())


@given(AWKWARD, st.integers(0, 4), st.integers(0, 2**32))
def test_any_text_can_be_spoilt(text: str, mistakes: int, seed: int) -> None:
    spoilt, kinds = spoil(text, mistakes, np.random.default_rng(seed))
    assert len(kinds) <= mistakes and set(kinds) <= set(MISTAKES)
    if not kinds:
        assert spoilt == text
    if len(kinds) == 1:
        assert spoilt != text
    assert (spoilt, kinds) == spoil(text, mistakes, np.random.default_rng(seed))


def test_as_many_mistakes_as_asked_of_every_kind() -> None:
    rng = np.random.default_rng(0)
    count: Counter[str] = Counter()
    for _ in range(150):
        _, kinds = spoil(TEXT, 3, rng)
        assert len(kinds) == 3
        count.update(kinds)
    assert set(count) == set(MISTAKES)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "12 34", "=== +++"])
def test_where_none_fits_the_text_comes_back(text: str) -> None:
    assert spoil(text, 3, np.random.default_rng(0)) == (text, [])

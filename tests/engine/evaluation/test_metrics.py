"""The scores behave as their definitions say."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.metrics import character_f1, gleu

SOURCE = "He go to the school every day in the morning ."
RIGHT = "He goes to school every day in the morning ."
texts = st.text("abc de", max_size=20)


def test_what_was_wanted_scores_100() -> None:
    assert gleu([SOURCE], [RIGHT], [[RIGHT]]) == pytest.approx(100)
    assert gleu([RIGHT], [RIGHT], [[RIGHT]]) == pytest.approx(100)


def test_a_correction_is_better_than_none_and_a_right_word_changed_is_worse() -> None:
    more = "This sentence is right as it stands and nobody needs to touch it ."

    def score(text: str) -> float:
        return gleu([SOURCE, more], [text, more], [[RIGHT], [more]])

    half = SOURCE.replace("go ", "goes ")
    assert 0 < score(SOURCE) < score(half) < score(RIGHT)
    assert 0 < score(RIGHT.replace("day", "week")) < score(RIGHT)
    assert score(SOURCE.replace("day", "week")) < score(SOURCE)


def test_a_small_value_worked_by_hand() -> None:
    # 1: a b c d match, and x, kept from the source, counts off: (4 - 1) / 5. 2: ab bc cd, less dx: (3 - 1) / 4.
    # 3: abc bcd, less cdx: (2 - 1) / 3. 4: abcd, less bcdx: 0 / 2; one more word makes that 1 / 3.
    assert gleu(["a b c d x"], ["a b c d x"], [["a b c d y"]]) == 0
    value = 100 * ((5 - 1) / 6 * (4 - 1) / 5 * (3 - 1) / 4 * (2 - 1) / 3) ** 0.25
    assert gleu(["a b c d e x"], ["a b c d e x"], [["a b c d e y"]]) == pytest.approx(value)


def test_a_text_that_is_too_short_is_worth_less() -> None:
    value = 100 * math.exp(1 - 6 / 5)
    assert gleu(["a b c d e"], ["a b c d e"], [["a b c d e f"]]) == pytest.approx(value)


def test_words_are_told_apart_as_everywhere() -> None:
    assert gleu(["Yes ,no."], ["Yes,  no ."], [["Yes, no."]]) == pytest.approx(100)


def test_several_references() -> None:
    one, other = "the cat sat on the mat today", "the dog lay under a tree at noon"
    source = "the cat sit on the mat today"
    alone = [gleu([source], [one], [[wanted]]) for wanted in (one, other)]
    assert gleu([source], [one], [[one, one]]) == pytest.approx(100)
    mixed = gleu([source], [one], [[one, other]])
    assert min(alone) < mixed < max(alone)
    assert mixed == gleu([source], [one], [[one, other]])
    # A text with fewer references than the others has its own more than once.
    assert gleu([source, source], [one, one], [[one], [one, one]]) == pytest.approx(100)


def test_the_global_generator_is_left_as_it_was() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    gleu([SOURCE], [RIGHT], [[RIGHT, SOURCE]])
    assert random.random() == expected


def test_nothing_at_all() -> None:
    assert gleu([], [], []) == 0
    assert gleu(["a b c d"], [""], [["a b c d"]]) == 0
    assert gleu([""], ["x"], [["y"]]) == 0
    with pytest.raises(ValueError, match="2 texts"):
        gleu(["a"], ["a", "b"], [["a"]])


@given(texts, texts)
def test_character_f1_is_a_share(text: str, wanted: str) -> None:
    score = character_f1(text, wanted)
    assert 0 <= score <= 1
    assert (score == 1) == (text == wanted)
    if not set(text) & set(wanted) and text != wanted:
        assert score == 0


def test_character_f1_worked_by_hand() -> None:
    assert character_f1("abcd", "abxd") == pytest.approx(2 * 3 / 8)
    assert character_f1("", "a") == 0
    # Long texts too: the matcher's short cut for frequent characters is off.
    assert character_f1("a" * 300, "a" * 299 + "b") == pytest.approx(2 * 299 / 600)

"""What the pass over the rest of a text may change: the nearer two words are in form, the less it has to show."""

from __future__ import annotations

import pytest

from engine.edits.proofreading.evidence import FORBIDDEN, MORE, Evidence
from engine.models.embedded.palimpsest import ASSETS, vocabulary_of


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(vocabulary_of(ASSETS).tokenizer)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We recieve it.", "We receive it."), ("in the u.S. army", "in the U.S. army"), ("its late", "it's late"),
        ("I like alot of it.", "I like a lot of it."), ("a wierdley shape", "a weirdly shape"), ("There house", "Their house"),
        ("He said so", "He said, so"),
    ],
)  # fmt: skip
def test_what_only_a_slip_can_be_needs_no_more_than_any_change(evidence: Evidence, old: str, new: str) -> None:
    assert evidence(old, new) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("by the states of", "by the state of"), ("a form of it", "a from of it"), ("an amide group", "an amine group"),
        ("of old Lodnon", "of old London"), ("he has went home", "he has gone home"), ("seen at Rome", "seen in Rome"),
        ("I have dog", "I have a dog"), ("said by him", "said him"), ("since made decisions", "since decisions"),
    ],
)  # fmt: skip
def test_between_words_that_are_both_right_more_is_asked(evidence: Evidence, old: str, new: str) -> None:
    assert 0 < evidence(old, new) < FORBIDDEN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the monied classes", "the wealthy classes"), ("Nonetheless it is", "Nevertheless it is"), ("a strain", "a flu strain"),
        ("the tall old man", "the man"), ("Mr Straw said", "Mr Strawbridge said"),
        ("in northeast U,S, and", "in northeast U., and"), ("a red house", "the blue house"),
        ("it wok's now", "it will that now"), ("two hymn books", "two hymnbooks"),
        ("maybe it is", "may be it is"),
    ],
)  # fmt: skip
def test_no_word_of_content_becomes_another(evidence: Evidence, old: str, new: str) -> None:
    assert evidence(old, new) == FORBIDDEN


def test_a_word_that_stands_beside_once_more_may_go(evidence: Evidence) -> None:
    once = evidence("fresh news that news came", "fresh that news came")
    assert once < evidence("fresh news that came", "fresh that came") < FORBIDDEN


def test_no_slip_puts_a_letter_a_before_a_word(evidence: Evidence) -> None:
    """ "alike" and "like", "aside" and "side": both are written on purpose."""
    assert evidence("put it aside now", "put it side now") == MORE["rare"]
    assert evidence("they look alike now", "they look like now") > evidence("a form of it", "a from of it")

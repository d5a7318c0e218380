"""The forms of English verbs."""

from __future__ import annotations

import pytest

from engine.text.kinds.inflection import PASTS, base_of, past, third


@pytest.mark.parametrize(
    ("base", "he", "then"),
    [
        ("walk", "walks", "walked"), ("try", "tries", "tried"), ("play", "plays", "played"), ("go", "goes", "went"),
        ("watch", "watches", "watched"), ("pass", "passes", "passed"), ("fix", "fixes", "fixed"), ("stop", "stops", "stopped"),
        ("prefer", "prefers", "preferred"), ("hope", "hopes", "hoped"), ("come", "comes", "came"), ("put", "puts", "put"),
    ],
)  # fmt: skip
def test_the_forms_of_a_verb(base: str, he: str, then: str) -> None:
    assert third(base) == he and past(base) == then and base_of(he) == base


def test_no_ending_is_lost_and_none_is_made_twice() -> None:
    for base in PASTS:
        assert base_of(third(base)) == base
        assert not third(base).endswith("ss") and not past(base).endswith("eded")

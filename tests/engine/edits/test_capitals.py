"""Capitals: headings keep theirs, days and names get one."""

from __future__ import annotations

from engine.edits.proofreading.changes import heading
from engine.edits.proofreading.dictionary import capital, left_small
from engine.text.prose.english import findings


def test_a_heading_has_the_capitals_that_it_has_and_a_day_has_one() -> None:
    text = "Small boats\n\nThe harbour opens on monday, and we go there."
    assert heading(text, text.index("boats")) and not heading(text, text.index("opens"))
    found = next(one for one in findings(text) if text[one.start : one.end] == "monday")
    assert capital(text, found) == "Monday"
    assert not capital(text.lower(), found)  # who writes no capitals at all means it


def test_who_writes_no_capitals_means_the_name_and_no_word_near_to_it() -> None:
    small = "are you coming on saturday? bring what you like."
    for text in (small, f"Yes. {small}"):
        found = next(one for one in findings(text) if text[one.start : one.end] == "saturday")
        assert left_small(text, found) is (text == small)

"""The glossary: one table that people and the program read."""

from __future__ import annotations

from collections import Counter

import pytest

from editor.glossary import GLOSSARY, glossary, terms_in
from editor.lab.lab import LESSONS
from tests.conftest import ROOT


def test_every_term_is_told_shortly_once_and_in_order() -> None:
    terms = glossary()
    assert len(terms) > 40
    assert [term.name.lower() for term in terms] == sorted(term.name.lower() for term in terms)
    forms = Counter(form.lower() for term in terms for form in (term.name, *term.also))
    assert not [form for form, count in forms.items() if count > 1]
    assert all(len(term.meaning.split()) <= 30 and term.meaning.endswith(".") for term in terms)


def test_terms_lead_to_lessons_and_to_places_that_there_are() -> None:
    terms = glossary()
    assert {term.lesson for term in terms if term.lesson} <= set(LESSONS)
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "assets" / "web" / "src").rglob("*.js"))
    settings = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "systems").glob("*.py"))
    for term in terms:
        assert not term.place or f'"{term.place}"' in source + settings, term


def test_the_readme_leads_to_the_glossary() -> None:
    assert f"({GLOSSARY.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ["| mask | | hidden |", "| mask | | | noise | run |", "| | | hidden | | |"])
def test_a_row_that_is_none_is_named(row: str) -> None:
    with pytest.raises(ValueError, match="a row of the glossary has a term"):
        terms_in(row)
    assert terms_in("| term | also | meaning | lesson | acts at |\n| --- | --- | --- | --- | --- |\n") == ()

"""At a caret beside things alike another of them is written: a row, an entry, a name with its value, whatever model writes it."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from tomllib import loads

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Span
from engine.text.caret import caret
from engine.text.places.entries import entry_at
from engine.text.places.place import Place
from tests.conftest import some
from tests.engine.families import family, options

CSV = "name,city,age\nAnna,Bergen,34\nPeter,Oslo,41\n"
TABLE = "| Fruit | Colour |\n| --- | --- |\n| Apple | red |\n"
ARRAY = '{\n  "colours": [\n    "red",\n    "green"'
FOUND = {  # | is the caret (¦ where the text has others): language, what stands before and behind, what is like it
    CSV + "|": ("csv", "", "", "Peter,Oslo,41"),
    CSV.strip() + "|": ("csv", "\n", "", "Peter,Oslo,41"),
    "name,city\n|Anna,Bergen\nPeter,Oslo\n": ("csv", "", "\n", "Anna,Bergen"),
    "a;b\n1;2\n|\n5;6": ("", "", "", "1;2"),
    "name\tage\nAnna\t34\nPeter\t41\n|": ("", "", "", "Peter\t41"),
    "name,city\n|": ("csv", "", "", "name,city"),
    TABLE + "¦": ("", "| ", " |", "Apple | red"),
    TABLE.strip() + "¦\n\nMore.": ("", "\n| ", " |", "Apple | red"),
    ARRAY + ",\n    |\n  ]\n}": ("json", "", "", '"green"'),
    ARRAY + "|\n  ]\n}": ("json", ",\n    ", "", '"green"'),
    ARRAY + ',\n    |\n    "blue"\n  ]\n}': ("json", "", ",", '"green"'),
    ARRAY + ',|\n    "blue"\n  ]\n}': ("json", "\n    ", ",", '"green"'),
    '{"a": [1, |3]}': ("json", "", ", ", "1"),
    "[1,|]": ("json", " ", "", "1"),
    'x = ["red", |"blue"]': ("python", "", ", ", '"red"'),
    '[\n  {"a": 1},\n  |\n]': ("json", "", "", '{"a": 1}'),
    '{\n  "name": "x",\n  |\n  "age": 3\n}': ("json", "", ",", '"name": "x"'),
    "[server]\nport = 80\n|\n[log]\nlevel = 1": ("ini", "", "", "port = 80"),
    '[a]\nname = "x"|\n': ("toml", "\n", "", 'name = "x"'),
    "a:\n  b: 1\n|": ("yaml", "  ", "", "b: 1"),
    "a:\n  - x\n  |\n": ("yaml", "", "", "- x"),
}
NOTHING = {
    "Dear Anna,\n\n|\n\nLove, Tom": "",
    "We ate, and slept.\n|": "",
    "We went to Oslo, Bergen, and Bodø.\nThen to Rome, Pisa, and home.\n|": "",
    "print(1, |)": "python",
    'x = ["it is |", "b"]': "python",
    "x = 1\n|": "python",
    "a:\n|": "yaml",
    "[|]": "json",
    'x = [a, |"b"]': "python",
    "| Fruit | Colour |\n¦| --- | --- |\n| Apple | red |": "",
}


def parted(text: str) -> tuple[str, str]:
    before, _, after = text.partition("¦" if "¦" in text else "|")
    return before, after


@pytest.mark.parametrize("text", FOUND)
def test_what_stands_beside_a_caret_says_what_is_wanted(text: str) -> None:
    language, head, tail, like = FOUND[text]
    found = entry_at(*parted(text), language)
    assert found is not None and (found.head, found.tail, found.beside.like[0]) == (head, tail, like)
    place = Place.of("".join(parted(text)), *[len(parted(text)[0])] * 2, head, tail, beside=found.beside)
    if found.beside.kind != "titles":
        assert re.fullmatch(place.form, like), "what stands beside it has its form"


@pytest.mark.parametrize("text", NOTHING)
def test_elsewhere_nothing_alike_is_wanted(text: str) -> None:
    assert entry_at(*parted(text), NOTHING[text]) is None


def written(name: str, text: str, language: str, system: str = "llada") -> str:
    """The text with what a model writes at its caret."""
    before, after = parted(text)
    *_, last = engine.infill(
        family(name), before + after, [Span(len(before), len(before))],
        prose=False, language=language, system=system, **options(system, steps=4),
    )  # fmt: skip
    return before + last.spans[0].text + after


@pytest.mark.parametrize("name", some(["scripted", "writer", "joint"]))
def test_whoever_writes_the_text_stays_what_it_is(name: str) -> None:
    rows = written(name, CSV + "|", "csv").splitlines()
    assert len(rows) == 4 and {row.count(",") for row in rows} == {2} and rows[3].split(",")[2].isdecimal()
    table = written(name, TABLE + "¦", "").splitlines()
    assert len(table) == 4 and table[3].startswith("| ") and table[3].endswith(" |") and table[3].count("|") == 3
    colours = json.loads(written(name, ARRAY + ',\n    |\n    "blue"\n  ]\n}', "json"))["colours"]
    assert len(colours) == 4 and all(isinstance(colour, str) and colour for colour in colours)
    assert len(json.loads(written(name, '{\n  "name": "x",\n  |\n  "age": 3\n}', "json"))) in (2, 3)
    settings_ = ConfigParser()
    settings_.read_string(written(name, "[server]\nhost = a\nport = 80\n|\n[log]\nlevel = 1", "ini"))
    assert len(settings_["server"]) == 3
    assert len(loads(written(name, '[a]\nname = "x"\n|\n[b]\nc = 1', "toml"))["a"]) == 2


def test_entries_have_figures_and_signs_where_those_beside_them_have_some() -> None:
    for text, fits, unfit in [
        ('["red", |]', '"blue"', '"blue60"'),
        ('["a1", |]', '"b22"', '"b-2"'),
        ("[1, 2, |]", "7", "-7"),
        ("[-1, |]", "-7", '"x"'),
    ]:
        before, after = parted(text)
        found = entry_at(before, after, "json")
        assert found is not None
        form = Place.of(before + after, *[len(before)] * 2, found.head, found.tail, beside=found.beside).form
        assert re.fullmatch(form, fits) and not re.fullmatch(form, unfit), form


def test_a_name_beside_it_and_a_row_beside_it_are_not_written_again() -> None:
    for text, language, again, other in [
        (CSV + "|", "csv", "Anna,Bergen,34", "Maria,Molde,29"),
        ("[a]\nport = 80\n|", "ini", "port = 90", "path = 90"),
        (ARRAY + ',\n    |\n    "blue"\n  ]\n}', "json", '"blue"', '"white"'),
    ]:
        before, after = parted(text)
        found = caret(before + after, len(before), False, language)
        place = Place.of(before + after, *[len(before)] * 2, found.head, found.tail, beside=found.beside)
        assert place.faults(again) and not place.faults(other), (place.faults(again), place.faults(other))


@settings(deadline=None)
@given(st.text(st.sampled_from('ab1 ,;|\t\n"[]{}:=-#\\é'), max_size=40), st.data())
def test_any_text_can_be_looked_at(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for language in ("", "csv", "json", "ini", "yaml"):
        found = entry_at(text[:at], text[at:], language)
        if found is not None:
            assert found.beside.like and all(found.beside.like)
            form = Place.of(text, at, at, found.head, found.tail, beside=found.beside).form
            assert form == "" or re.compile(form)

"""Where nothing is selected: what the place wants is written there, parted from the text around, and nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Span
from engine.text.caret import BLOCK, LINE, SENTENCE, WORD, caret
from engine.text.chat import Chat
from tests.conftest import some
from tests.engine.families import options

PLACES = {  # | is the caret; what is wanted, and what stands before and behind the fill
    "the | door": (WORD, "", ""),
    "She opened the |door.": (WORD, "", " "),
    "She opened the| door.": (WORD, " ", ""),
    "print(|)": (WORD, "", ""),
    "We ate. |Then we slept.": (SENTENCE, "", " "),
    "We ate.| Then we slept.": (SENTENCE, " ", ""),
    "We ate.|": (SENTENCE, " ", ""),
    "We ate. |": (SENTENCE, "", ""),
    "我们吃了。|": (SENTENCE, "", ""),
    "I went to the|": (SENTENCE, "", ""),
    "|She slept.": (SENTENCE, "", " "),
    "": (SENTENCE, "", ""),
    "One.\n\n|\n\nTwo.": (SENTENCE, "", ""),
    "Dear Anna,|": (SENTENCE, "\n\n", ""),
    "Dear Mr. Hall,|": (SENTENCE, "\n\n", ""),
    "|Dear Mr. Hall,\n\nWe ate.": (SENTENCE, "", "\n\n"),
    "|Dear Mr. Hall,\r\n\r\nWe ate.": (SENTENCE, "", "\n\n"),
    "|After we ate,\nwe slept.": (SENTENCE, "", " "),
    "# The Boat|": (SENTENCE, "\n\n", ""),
    "|# The Boat": (LINE, "", "\n"),
    "- apples|\n- pears": (LINE, "\n- ", ""),
    "- [x] apples|": (LINE, "\n- [ ] ", ""),
    "1. apples\n|": (LINE, "2. ", ""),
    "- apples\n- |": (LINE, "", ""),
    "1. apples\n2. |\n3. pears": (LINE, "", ""),
    "- [ ] |": (LINE, "", ""),
    "# |": (LINE, "", ""),
    "- apples\r\n|": (LINE, "- ", ""),
    "- apples|\r\n- pears": (LINE, "\n- ", ""),
    "# The Boat\r\n\r\n|\r\n\r\nIt lay still.": (SENTENCE, "", ""),
    "  |- apples": (LINE, "- ", "\n  "),
}
CODE = {
    "def f(x):|": (BLOCK, "\n    ", ""),
    "if a:\n  b\nfor c in d:|": (BLOCK, "\n  ", ""),
    "func f() {|\n}": (BLOCK, "\n    ", ""),
    "def f():\n    |": (BLOCK, "", ""),
    "    a = 1\n|": (BLOCK, "    ", ""),
    "    |return x": (LINE, "", "\n    "),
    "x = |": (BLOCK, "", ""),
}


@pytest.mark.parametrize(("prose", "place"), [(True, p) for p in PLACES] + [(False, p) for p in CODE])
def test_what_a_place_wants(prose: bool, place: str) -> None:
    found = caret(place.replace("|", "", 1), max(0, place.find("|")), prose)
    assert (found.slots, found.head, found.tail) == (PLACES if prose else CODE)[place]
    assert found.multiline == (found.slots == BLOCK)


def test_what_a_text_is_can_be_seen() -> None:
    code = "import os\n\n\ndef f(a):\n    for b in a:\n        print(b)\n"
    assert caret(code, len(code)).multiline and not caret("We ate.\n\nThen we slept.\n", 9).multiline


@pytest.mark.parametrize("system", some(engine.SYSTEMS, "llada", "eso-b"))
@pytest.mark.parametrize(("text", "at"), [("", 0), ("We ate.", 7), ("We ate. Then.", 8), ("the door", 4)])
def test_every_system_writes_at_a_caret(system: str, text: str, at: int) -> None:
    *_, last = engine.infill(
        engine.scripted(" red"), text, [Span(at, at)], system=system, **options(system, temperature=0.0, steps=16)
    )
    (span,), where = last.spans, caret(text, at)
    assert last.done and (span.start, span.end) == (at, at)
    assert span.text == f"{where.head}red{where.tail}" == "".join(slot.text for slot in span.slots)


awkward = st.text(st.sampled_from("ab. \t\n-#|1é\u0301ש😀漢。:{}"), max_size=30)


@settings(deadline=None)
@given(awkward, st.data(), st.sampled_from([True, False, None]))
def test_a_caret_anywhere_gets_something_and_the_rest_stays(text: str, data: st.DataObject, prose: bool | None) -> None:
    at = data.draw(st.integers(0, len(text)))
    *_, last = engine.infill(engine.scripted(" ok"), text, [Span(at, at)], steps=2, prose=prose)
    span = last.spans[0]
    assert (span.start, span.end) == (at, at) and span.text.strip()


class Overheard:
    """Chat turns, and what they were asked for."""

    follows = True

    def __init__(self, turns: Chat) -> None:
        self.turns = turns
        self.asked: list[tuple[str, str]] = []

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        self.asked.append((instruction, source))
        return self.turns.turn(instruction, source)


def test_an_instruction_at_a_caret_is_told_what_stands_before_it() -> None:
    denoiser = engine.scripted(" a poem")
    assert denoiser.chat is not None
    denoiser.chat = heard = Overheard(denoiser.chat)
    for text in ("", "We ate."):
        *_, last = engine.edit(denoiser, text, Span(len(text), len(text)), "Go on.")
        assert last.spans[0].text.strip() == "a poem"
    (empty, _), (told, before) = heard.asked
    assert empty == "Go on." and told.startswith("Go on.") and before == "We ate."

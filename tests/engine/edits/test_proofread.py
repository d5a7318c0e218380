"""Proofreading as a run: what ``check`` finds is written first and stays, and every step computed something."""

from __future__ import annotations

import pytest

import engine
from engine import Span
from engine.errors import InvalidRequest, PinUnfit
from engine.models.scripted import ScriptedDenoiser
from tests.conftest import some

TEXT = "😀 I saw teh dog.\n\nShe dont like it, and it wsa late."
SLIPS = {"teh": "the", "wsa": "was"}
MENDED = TEXT.replace("teh", "the").replace("dont", "doesn't").replace("wsa", "was")


def steps_of(text: str, spans: list[Span], denoiser: ScriptedDenoiser | None = None, **options: object) -> list:
    return list(engine.proofread(denoiser or engine.scripted(corrections=SLIPS), text, spans, **options))  # type: ignore[arg-type]


def test_what_is_found_is_written_first_a_passage_a_step() -> None:
    steps = steps_of(TEXT, [Span(0, len(TEXT))])
    checks = [step for step in steps if step.phase == "check"]
    assert [step.progress for step in checks] == [(1, 2), (2, 2)]
    assert checks[0].spans[0].text == TEXT.replace("teh", "the")
    assert checks[1].spans[0].text == MENDED  # "dont": a rule says so
    written = [slot.text for slot in checks[0].spans[0].slots if slot.state == "n" and slot.text]
    assert "".join(written).strip() == "the"
    assert steps[-1].done and steps[-1].spans[0].text == MENDED
    assert all((step.spans[0].start, step.spans[0].end) == (0, len(TEXT)) for step in steps)


@pytest.mark.parametrize("text", some([TEXT, "Nothing is wrong with it.", " ".join([TEXT] * 22)]))
def test_a_step_that_is_numbered_computed_something(text: str) -> None:
    """Each has a number of its own, and passes that the one before had not made."""
    steps = [step for step in steps_of(text, [Span(0, len(text))]) if not step.aside]
    numbered = [step for step in steps if step.phase == "check"]
    assert numbered and steps[0].nfe == 0
    before = 0
    for index, step in enumerate(numbered, 1):
        assert step.index == index and step.nfe > before and step.steps > step.index
        before = step.nfe
    assert all(a.index <= b.index and a.nfe <= b.nfe for a, b in zip(steps, steps[1:], strict=False))
    assert len(numbered) <= 40


def test_what_was_found_stays_though_the_run_would_write_it_otherwise() -> None:
    """The suggestion of a rule is not taken back by the model that goes over the rest."""
    denoiser = engine.scripted(corrections={"doesn't": "dont", "teh": "the"})
    text = "She dont like teh dog."
    assert [spot.new for spot in engine.check(denoiser, text, Span(0, len(text)))] == ["doesn't", "the"]
    assert steps_of(text, [Span(0, len(text))], denoiser)[-1].spans[0].text == "She doesn't like the dog."


def test_several_spans_and_candidates_are_mended_where_they_stand() -> None:
    spans = [Span(2, 7), Span(TEXT.index("She"), len(TEXT))]
    last = steps_of(TEXT, spans, candidates=2)[-1]
    for row in last.candidates:
        assert [span.text for span in row] == [TEXT[2:7], MENDED[MENDED.index("She") :]]
    assert [(span.start, span.end) for span in last.spans] == [(s.start, s.end) for s in engine.trim(TEXT, spans)]


def test_what_lies_outside_is_letter_by_letter_the_same() -> None:
    inside = TEXT.index("teh"), TEXT.index("like")
    last = steps_of(TEXT, [Span(0, len(TEXT))], within=[inside])[-1]
    assert last.spans[0].text == TEXT.replace("teh", "the").replace("dont", "doesn't")
    pinned = steps_of(TEXT, [Span(0, len(TEXT))], within=[inside], pins=[engine.Pin(0, "cat")])[-1]
    assert pinned.spans[0].text.endswith("like it, and it wsa late.") and "cat" in pinned.spans[0].text


def test_a_suggestion_that_makes_no_text_is_not_taken() -> None:
    last = steps_of(TEXT, [Span(0, len(TEXT))], known=["wsa"], accepts=lambda changed: "doesn't" not in changed)[-1]
    assert last.spans[0].text == TEXT.replace("teh", "the")


def test_it_refuses_at_the_call() -> None:
    with pytest.raises(InvalidRequest):
        engine.proofread(engine.scripted(), TEXT, [])
    with pytest.raises(PinUnfit, match="strength below 1"):
        engine.proofread(
            engine.scripted(), TEXT, [Span(0, 30)], within=[(0, 9)], pins=[engine.Pin(0, "cat")], strength=1.0
        )

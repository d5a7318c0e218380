"""infill: what it refuses, and that nothing outside a span moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Span
from engine.errors import InvalidRequest
from engine.text.places.place import Place
from engine.text.spans import trim
from tests.engine.families import options

TEXT = "The quick brown fox jumps over the lazy dog."


@pytest.mark.parametrize(
    ("text", "spans", "options", "code"),
    [
        (TEXT, [], {}, "nothing_selected"),
        (TEXT, [Span(3, 3), Span(3, 3)], {}, "spans_overlap"),
        ("a   b", [Span(1, 4)], {}, "nothing_selected"),
        (TEXT, [Span(0, 99)], {}, "span_out_of_range"),
        (TEXT, [Span(5, 2)], {}, "span_out_of_range"),
        (TEXT, [Span(-1, 2)], {}, "span_out_of_range"),
        (TEXT, [Span(0, 9), Span(4, 12)], {}, "spans_overlap"),
        ("word " * 300, [Span(0, 1400)], {"slots": 8}, "span_too_long"),
        ("word " * 30_000, [Span(0, 140_000)], {}, "span_too_long"),
        ("x" * 9000, [Span(0, 9000)], {}, "span_too_long"),
        (TEXT, [Span(4, 9)], {"steps": 0}, "steps_out_of_range"),
        (TEXT, [Span(4, 9)], {"steps": 129}, "steps_out_of_range"),
        (TEXT, [Span(4, 9)], {"temperature": -0.1}, "temperature_out_of_range"),
        (TEXT, [Span(4, 9)], {"temperature": float("nan")}, "temperature_out_of_range"),
        (TEXT, [Span(4, 9)], {"seed": -1}, "seed_out_of_range"),
        (TEXT, [Span(4, 9)], {"system": "gpt"}, "unknown_system"),
    ],
)
def test_what_cannot_be_done_is_refused_at_the_call(text: str, spans: list[Span], options: dict, code: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        engine.infill(engine.scripted(), text, spans, **options)
    assert caught.value.code == code and str(caught.value)


def test_the_span_limit_is_named() -> None:
    with pytest.raises(InvalidRequest, match="256"):
        engine.infill(engine.scripted(), "word " * 300, [Span(0, 1400)], slots=8)


@pytest.mark.parametrize("system", engine.SYSTEMS)
def test_every_system_writes_every_span(system: str) -> None:
    *_, last = engine.infill(
        engine.scripted(" red"),
        TEXT,
        [Span(4, 9), Span(16, 19)],
        system=system,
        **options(system, temperature=0.0, steps=16),
    )
    assert last.done and [span.text for span in last.spans] == ["red", "red"]
    assert [(span.start, span.end) for span in last.spans] == [(4, 9), (16, 19)]
    assert all(slot.state in "nsx" for span in last.spans for slot in span.slots)


def test_the_first_step_is_the_masks_before_any_forward_pass() -> None:
    first = next(engine.infill(engine.scripted(), TEXT, [Span(4, 9)]))
    assert first.nfe == 0 and {slot.state for slot in first.spans[0].slots} == {"m"} and first.spans[0].text == ""


def test_outer_white_space_stays_outside() -> None:
    assert trim("a  two words\n\tb", [Span(1, 14)]) == [Span(3, 12)]


awkward = st.text(st.sampled_from("ab \t\r\n\0é\u0301שלום😀👩\u200d👧\ufeff<&"), min_size=1, max_size=40)


@settings(deadline=None)
@given(awkward, st.data())
def test_only_the_span_is_ever_reported(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if not text[start:end].strip():
        return
    *_, last = engine.infill(engine.scripted(" ok"), text, [Span(start, end)], steps=2)
    span = last.spans[0]
    assert start <= span.start < span.end <= end
    assert not (text[start : span.start] + text[span.end : end]).strip()
    assert span.text in (Place.of(text, span.start, span.end).choices or ("ok"[: len(span.slots)],))


@given(awkward)
def test_the_tokenizers_are_lossless(text: str) -> None:
    tokenizer = engine.scripted().tokenizer
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_steps_write_words_and_not_only_slots_that_stay_empty() -> None:
    d = engine.scripted("cat")
    _, first, *_, last = engine.infill(d, "The old one sat.", [Span(4, 11)], slots=14, steps=14)
    assert last.spans[0].text == "cat" and any(slot.text.strip() for slot in first.spans[0].slots)
    assert last.nfe < 8, "three letters, and eleven slots of which most are surely empty"

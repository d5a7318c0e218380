"""A selection that is longer than what is written at once: gone over in parts, and one proposal all the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import Span
from engine.edits.composing import MOMENTS
from engine.text.parts import parts_of
from tests.engine.families import options

LETTER = "\n\n".join(
    f"In week {n} we walked along the river and counted boats. It rained. Nobody minded, for we had tea!"
    for n in range(8)
)
CODE = "\n\n".join(
    f"def area_{n}(width, height):\n    if width < 0:\n        raise ValueError(width)\n    return width * height"
    for n in range(6)
)


def run(denoiser: engine.Denoiser, text: str, spans: list[Span], **more: object) -> list[engine.EditStep]:
    return list(engine.infill(denoiser, text, spans, **more))  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_sentence_is_written_and_what_parts_them_stays() -> None:
    text = f"Dear Anna,\n\n{LETTER}\n\nYours, Ida"
    span = Span(12, 12 + len(LETTER))
    steps = run(engine.scripted(" A boat"), text, [span], steps=4, candidates=2)
    shown = [step for step in steps if not step.aside]
    assert [step.done for step in shown] == [False] * (len(shown) - 1) + [True]
    assert {(s.spans[0].start, s.spans[0].end) for s in shown} == {(span.start, span.end)}
    for (state,) in shown[-1].candidates:
        assert set(state.text) <= set("A boat.!\n") and state.text.count("\n\n") == 7
        assert all(part.endswith("boat!") for part in state.text.split("\n\n")), (
            "a part keeps the mark that it ends with"
        )
        assert "".join(slot.text for slot in state.slots) == state.text and not any(slot.noisy for slot in state.slots)
    numbers = [step.parts for step in shown]
    assert numbers == sorted(numbers) and numbers[-1][0] == numbers[-1][1] > 8
    assert [step.nfe for step in steps if step.aside is False] == sorted(step.nfe for step in shown)
    first = shown[0].spans[0]
    assert first.text.endswith("for we had tea!") and any(slot.noisy for slot in first.slots), (
        "what waits stays to be read"
    )


def test_parts_read_what_was_written_before_them() -> None:
    denoiser, read = engine.scripted(" A boat"), []
    condition = denoiser.condition
    denoiser.condition = lambda context, how: (  # type: ignore[method-assign, misc]
        read.append(denoiser.tokenizer.decode(list(context.segments[0]))), condition(context, how)
    )[1]  # fmt: skip
    run(denoiser, LETTER, [Span(0, len(LETTER))], steps=1)
    assert "river" not in read[-1] and read[-1].count("A boat.") > 6


@pytest.mark.slow
def test_a_long_run_keeps_no_more_steps_than_people_look_at() -> None:
    for count in (1, 4):
        text = "\n\n".join([LETTER] * count)
        shown = [step for step in run(engine.scripted(" ok"), text, [Span(0, len(text))], steps=16) if not step.aside]
        parts = shown[-1].parts[1]
        assert len(shown) <= 2 * MOMENTS + 2 * parts
        assert max(len(step.spans[0].slots) for step in shown[:-1]) <= 2 * parts + 300


def test_code_is_gone_over_in_blocks() -> None:
    found = parts_of(CODE, Span(0, len(CODE)), len, 130, 400)
    assert len(found) == 6 and all(CODE[part.start : part.end].startswith("def area_") for part in found)


@pytest.mark.slow
@pytest.mark.parametrize("system", engine.SYSTEMS)
def test_every_system_goes_over_a_long_selection(system: str) -> None:
    own = options(system, temperature=0.0, steps=4)
    *_, last = run(engine.scripted(" A boat."), LETTER, [Span(0, len(LETTER))], system=system, **own)
    assert last.done and len(last.spans) == 1


def test_mistakes_of_a_long_text_are_mended_where_they_stand() -> None:
    text = LETTER.replace("the river", "teh river")
    denoiser = engine.scripted(corrections={"teh": "the"})
    *_, last = run(denoiser, text, [Span(0, len(text))], system="instant-edit")
    assert last.spans[0].text == LETTER


def test_only_what_lies_within_is_gone_over_and_the_rest_stays_letter_by_letter() -> None:
    text = "Run `teh` now.\n\nI saw teh dog and teh cat.\n\nUnd teh Hund."
    denoiser, span = engine.scripted(corrections={"teh": "the"}), Span(0, len(text))
    within = [(0, 4), (9, 14), (16, 42)]
    *_, last = run(denoiser, text, [span], system="instant-edit", within=within)
    assert last.spans[0].text == text.replace("saw teh dog and teh", "saw the dog and the")
    *_, one = run(denoiser, text, [span], system="instant-edit", within=[(16, 30)])
    state = one.spans[0]
    assert (state.start, state.end, state.text) == (0, len(text), text.replace("saw teh", "saw the"))
    assert run(denoiser, text, [span], system="instant-edit", within=[(0, len(text))])[-1].parts == (0, 0)
    with pytest.raises(engine.InvalidRequest, match="select something else"):
        run(denoiser, text, [span], system="instant-edit", within=[])


def test_an_instruction_goes_over_a_long_selection_too() -> None:
    *_, last = engine.edit(engine.scripted(corrections={"rained": "snowed"}), LETTER, Span(0, len(LETTER)), "Colder.")
    assert last.spans[0].text == LETTER.replace("rained", "snowed")


def test_a_number_of_tokens_is_shared_out() -> None:
    *_, last = run(engine.scripted(" x" * 400), LETTER, [Span(0, len(LETTER), length=200)], steps=1)
    assert abs(last.spans[0].tokens - 200) < 20


def test_several_spans_and_a_caret_are_one_run() -> None:
    text = f"{LETTER}\n\nThe end"
    spans = [Span(0, len(LETTER)), Span(len(text), len(text))]
    *_, last = run(engine.scripted(" A boat."), text, spans, steps=1)
    assert [(s.start, s.end) for s in last.spans] == [(s.start, s.end) for s in spans] and "A boat." in last.spans[
        1
    ].text


def test_closing_stops_the_passes() -> None:
    denoiser = engine.scripted(" A boat.")
    steps = engine.infill(denoiser, LETTER, [Span(0, len(LETTER))])
    for _ in range(40):
        next(steps)
    steps.close()
    before = denoiser.nfe
    assert next(steps, None) is None and denoiser.nfe == before


awkward = st.text(st.sampled_from("abc .!?\n\t。漢é\u0301😀{};:"), max_size=120)


@settings(deadline=None)
@given(awkward, st.integers(2, 12), st.integers(0, 20), st.sampled_from([True, False, None]))
def test_parts_hold_every_word_in_order_and_none_is_too_long(
    text: str, usual: int, more: int, prose: bool | None
) -> None:
    most = usual + more
    found = parts_of(text, Span(0, len(text)), len, usual, most, prose)
    at = 0
    for part in found:
        assert at <= part.start < part.end <= len(text) and len(text[part.start : part.end]) <= most
        assert all(len(word) > most - 2 for word in text[at : part.start].split()), "only what is too long is left out"
        at = part.end
    assert all(len(word) > most - 2 for word in text[at:].split())

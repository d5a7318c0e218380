"""A strength below 1 where whole fills are weighed: what stays stays letter by letter, what goes has a length of its own."""

from __future__ import annotations

from typing import Any

import pytest

import engine
from engine import Pin, Span
from engine.edits.stretches import drawn
from engine.errors import BeginningUnfit
from engine.models.causal.denoiser import CausalDenoiser
from engine.text.places.place import Place
from engine.text.slots import words_of
from tests.conftest import some
from tests.engine.denoising.test_laws import run as anything
from tests.engine.denoising.test_laws import seen
from tests.engine.families import everyone, family
from tests.engine.runs.test_branching import after, decisions

TEXT = "He has a cat or an ox, I say."
SPAN = Span(7, 21)
WORDS = words_of(TEXT[SPAN.start : SPAN.end])
JUDGED = everyone(among=["causal", "joint"])
LETTER = """Dear Sir,

our shop sells bicycles, and we repair them while you wait. The new opening hours are on the door, and on Sundays we are closed.
We hope to see you soon.
"""


def run(name: str, **more: Any) -> list[engine.EditStep]:
    return anything(name, "llada", TEXT, **({"spans": (SPAN,), "steps": 3, "strength": 0.5} | more))


def left(step: engine.EditStep, row: int = 0, span: int = 0) -> list[str]:
    """The words that stay, by their numbers."""
    return [slot.text.strip() for slot in step.candidates[row][span].slots if slot.token < 0]


@pytest.mark.parametrize("name", JUDGED)
@pytest.mark.parametrize("strength", some([0.05, 0.6, 0.8], [0.6]))
def test_just_its_share_goes_and_the_rest_stays_letter_by_letter(name: str, strength: float) -> None:
    steps = run(name, strength=strength, candidates=2)
    goes = max(1, round(strength * len(WORDS)))
    for step in steps:
        for row in range(2):
            slots = step.candidates[row][0].slots
            stays = [-1 - slot.token for slot in slots if slot.token < 0]
            assert len(stays) == len(WORDS) - goes and stays == sorted(set(stays))
            assert left(step, row) == [WORDS[at].strip() for at in stays]
            assert all(slot.state == "s" and not slot.noisy for slot in slots if slot.token < 0)
    (last,) = steps[-1].spans
    assert last.text == "".join(slot.text for slot in last.slots)
    assert steps[-1].done and (last.start, last.end) == (SPAN.start, SPAN.end)
    (split,) = drawn(TEXT, [SPAN], [strength], [], 3).spans
    at = 0
    for goes_, (a, b) in split.groups:
        kept = "".join(WORDS[a:b]).strip()
        if not goes_:
            assert (at := last.text.find(kept, at) + len(kept)) >= len(kept), (
                "in their order, with their own white space"
            )


@pytest.mark.parametrize("name", JUDGED)
def test_each_stretch_has_a_length_of_its_own(name: str) -> None:
    usual, longer = (run(name, length=wish)[-1].spans[0] for wish in ("auto", "longer"))
    (split,) = drawn(TEXT, [SPAN], [0.5], [], 3).spans
    encode = family(name).tokenizer.encode
    had = sum(len(encode(word)) for word, goes in zip(WORDS, split.goes, strict=True) if goes)
    assert usual.tokens == sum(slot.token >= 0 and slot.state != "x" for slot in usual.slots)
    assert usual.tokens != had <= longer.tokens and "judged" in usual.why


@pytest.mark.slow
def test_a_length_that_is_wished_for_is_that_of_the_whole_span() -> None:
    *_, last = run("causal", length=20)
    stays = sum(
        len(family("causal").tokenizer.encode(slot.text.rstrip())) for slot in last.spans[0].slots if slot.token < 0
    )
    assert abs(last.spans[0].tokens + stays - 20) <= 2


@pytest.mark.slow
def test_the_first_step_tells_what_goes() -> None:
    first, second, *_ = run("causal")
    told, later = ([s.alternatives[0] for s in step.spans[0].slots if s.alternatives] for step in (first, second))
    assert told and all(p == 0 for _, p, _ in told) and all(p > 0 for _, p, _ in later)
    (split,) = drawn(TEXT, [SPAN], [0.5], [], 3).spans
    gone = "".join(WORDS[at] for at, goes in enumerate(split.goes) if goes)
    assert "".join(
        word for word, *_ in (s.alternatives[0] for s in first.spans[0].slots if s.alternatives)
    ).split() == (gone.split())


@pytest.mark.parametrize("name", JUDGED)
def test_where_all_goes_the_strength_changes_nothing(name: str) -> None:
    whole = anything(name, "llada", TEXT, spans=(Span(9, 12),), steps=3)
    for strength in (0.1, 1.0):
        assert seen(run(name, spans=(Span(9, 12),), strength=strength)) == seen(whole), "one word"


@pytest.mark.parametrize("name", JUDGED)
def test_a_run_goes_on_from_a_step_with_the_same_words_left(name: str) -> None:
    spans = (SPAN, Span(25, 28, strength=1.0))
    whole = decisions(run(name, spans=spans))
    begin = after(whole[len(whole) // 2], 0.5)
    at = next(at for at, slot in enumerate(begin.spans[0]) if slot.token is None or slot.token >= 0)
    token = family(name).tokenizer.encode("Z")[0]
    for seed in (1, 2):
        steps = run(name, spans=spans, seed=seed, begin=begin.pinned(0, at, token))
        assert left(steps[0]) == left(steps[-1]) == left(whole[0]), "another seed scrapes no other words"
        pinned = steps[-1].spans[0].slots[at]
        assert (pinned.token, pinned.state) == (token, "p")
    with pytest.raises(BeginningUnfit, match="select the same words"):
        engine.infill(family(name), TEXT, [Span(7, 12), Span(25, 28)], strength=0.5, begin=begin)
    with pytest.raises(BeginningUnfit, match="wrote 2 spans and 1 are selected"):
        engine.infill(family(name), TEXT, [SPAN], strength=0.5, begin=begin)


@pytest.mark.slow
def test_words_can_be_pinned_where_a_share_is_scraped() -> None:
    *_, last = run("causal", pins=[Pin(0, "ab")])
    assert "ab" in last.spans[0].text


@pytest.mark.slow
def test_a_long_selection_has_its_share_in_every_part() -> None:
    text = "The ox is old. " * 11
    *_, last = engine.infill(family("causal"), text, [Span(0, len(text))], strength=0.1, steps=1, temperature=0.0)
    words = [slot for slot in last.spans[0].slots if slot.token < 0 and slot.text.strip()]
    assert last.parts[1] > 1 and abs(len(words) - 0.9 * 44) <= last.parts[1]


@pytest.mark.slow
def test_what_is_written_between_words_that_stay_is_a_sentence(embedded: CausalDenoiser) -> None:
    """The real model: as many sentences as there were, none of them cut."""
    start, end = LETTER.index("our"), LETTER.index("\nWe hope")
    for seed in (1, 2):
        *_, last = engine.infill(
            embedded, LETTER, [Span(start, end)], strength=0.5, seed=seed, steps=16, temperature=0.0, prose=True
        )
        assert not {"sentences", "end", "unfinished", "no sentence"} & set(
            Place.of(LETTER, start, end).faults(last.spans[0].text)
        ), last.spans[0].text

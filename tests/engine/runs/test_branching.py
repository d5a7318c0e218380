"""Runs that go on from a step of another, words pinned by the user, and spans with wishes of their own."""

from __future__ import annotations

import pytest

import engine
from engine import Beginning, Pin, Placed, Span
from engine.errors import BeginningUnfit, LengthOutOfRange, PinUnfit
from tests.engine.denoising.test_laws import ALL, TEXT, run, seen
from tests.engine.families import FAMILIES, everyone, family

SPANS = (Span(4, 15), Span(31, 39))


def after(step: engine.EditStep, behind: float) -> Beginning:
    """The canvas after a step."""
    return Beginning(
        tuple(
            tuple(
                Placed(
                    None if slot.noisy else slot.token,
                    slot.frozen,
                    slot.confidence,
                    tuple((token, p) for _, p, token in slot.alternatives),
                )
                for slot in span.slots
            )
            for span in step.spans
        ),
        behind,
    )


def decisions(steps: list) -> list:
    return [step for step in steps if step.phase == "denoise"]


# The particles of the causal denoiser depend on how a canvas came about, and uniform noise is drawn afresh.
@pytest.mark.parametrize(
    "name",
    everyone(
        among=[
            name
            for name in FAMILIES
            if name not in ("causal", "joint", "writer-judge", "sedd", "diffusion_gemma", "udlm", "sedd-uniform")
        ]
    ),
)
def test_a_run_goes_on_from_a_step_as_it_would_have(name: str) -> None:
    """Where nothing is drawn at random: the rest is step for step the same, and so are its numbers."""
    whole = decisions(run(name, "llada", spans=SPANS, steps=6, temperature=0.0))
    at = len(whole) // 2
    begin = after(whole[at], whole[at].index / whole[at].steps)
    rest = decisions(run(name, "llada", spans=SPANS, steps=6, temperature=0.0, begin=begin))
    assert seen(rest[1:]) == seen(whole[at + 1 :])
    assert [step.index for step in rest[1:]] == [step.index for step in whole[at + 1 :]]
    assert rest[-1].done and [s.text for s in rest[-1].spans] == [s.text for s in whole[-1].spans]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "system"), ALL)
def test_what_is_pinned_stays_whatever_the_rule(name: str, system: str) -> None:
    whole = decisions(run(name, system))
    token = family(name).tokenizer.encode("Z")[0]
    begin = after(whole[len(whole) // 2], 0.5)
    at = len(begin.spans[0]) - 1
    begin = begin.pinned(0, at, token)
    steps = decisions(run(name, system, begin=begin, candidates=2, seed=9))
    assert steps[-1].done and all(not slot.noisy for slot in steps[-1].spans[0].slots)
    for step in steps:
        for (span,) in step.candidates:
            [pinned] = [i for i, slot in enumerate(span.slots) if slot.frozen]
            assert (span.slots[pinned].token, span.slots[pinned].state) == (token, "p")
            # Where slots can be taken away, what stands behind them moves up.
            assert pinned == at or family(name).delete_id is not None and pinned < at


@pytest.mark.parametrize(("name", "system"), ALL)
def test_a_span_contains_the_words_it_must(name: str, system: str) -> None:
    steps = run(name, system, pins=[Pin(0, "ab")], candidates=3, length=9, strength=1.0)
    assert all("ab" in span.text for (span,) in steps[-1].candidates)


@pytest.mark.parametrize("at", ["start", "end", 2])
def test_words_are_pinned_where_they_are_wanted(at) -> None:
    found = run("scripted", "llada", pins=[Pin(0, "XY", at)])[-1].spans[0].text
    assert {"start": found.startswith("XY"), "end": found.endswith("XY"), 2: found[1:].startswith(" XY")}[at], found


def test_where_the_place_is_open_every_candidate_tries_another() -> None:
    found = {
        row[0].text.index("XY") for row in run("scripted", "llada", pins=[Pin(0, "XY")], candidates=3)[-1].candidates
    }
    assert len(found) == 3


@pytest.mark.parametrize(
    ("pins", "words"),
    [
        ([Pin(0, "x" * 400)], "finds no room"),
        ([Pin(0, "  ")], "nothing is given"),
        ([Pin(3, "a")], "mask 4"),
        ([Pin(0, "a", "start"), Pin(0, "b", "start")], "at the start"),
        ([Pin(0, "a", 99)], "behind 99 tokens"),
    ],
)
def test_a_pin_that_cannot_fit_is_named_at_the_call(pins: list[Pin], words: str) -> None:
    with pytest.raises(PinUnfit, match=words):
        engine.infill(family("scripted"), TEXT, [Span(4, 15)], pins=pins)


def test_a_beginning_that_does_not_fit_is_named_at_the_call() -> None:
    begin = after(run("scripted", "llada")[0], 0)
    with pytest.raises(BeginningUnfit, match="wrote 1 spans and 2 are selected"):
        engine.infill(family("scripted"), TEXT, SPANS, begin=begin)
    with pytest.raises(BeginningUnfit, match="another model"):
        engine.infill(family("scripted"), TEXT, [Span(4, 15)], begin=begin.pinned(0, 0, 10**6))
    with pytest.raises(PinUnfit, match="no slot 999"):
        begin.pinned(0, 999, 5)


@pytest.mark.parametrize("name", everyone(among=[name for name in FAMILIES if name != "scripted"]))
def test_every_span_has_a_strength_of_its_own(name: str) -> None:
    first = run(name, "llada", spans=(Span(4, 15, strength=0.2), Span(31, 39)))
    touched, written = first[0].spans
    assert any(slot.noisy for slot in touched.slots) and not all(slot.noisy for slot in touched.slots)
    assert all(slot.noisy for slot in written.slots)
    assert first[-1].done and not any(slot.noisy for span in first[-1].spans for slot in span.slots)
    kept = [slot.text for slot in touched.slots if not slot.noisy]
    assert "".join(kept).strip() and all(text in TEXT[4:15] for text in kept)


def test_strength_0_in_one_span_weighs_its_words_and_scrapes_none() -> None:
    bare = run("scripted", "llada", spans=(Span(4, 15, strength=0), Span(31, 39)))[0]
    assert not any(slot.noisy for slot in bare.spans[0].slots) and all(slot.noisy for slot in bare.spans[1].slots)
    with pytest.raises(engine.InvalidRequest, match=r"strength must be in 0\.\.1, got 2"):
        engine.infill(family("scripted"), TEXT, [Span(4, 15, strength=2)])


def test_every_span_has_a_length_of_its_own() -> None:
    last = run("writer", "llada", spans=(Span(4, 15, length=3), Span(31, 39, length=7)))[-1]
    assert [span.tokens for span in last.spans] == [3, 7]
    with pytest.raises(LengthOutOfRange, match="1000 tokens"):
        engine.infill(family("writer"), TEXT, [Span(4, 15, length=1000)])


def test_the_first_candidate_is_as_cold_as_asked_and_the_others_differ() -> None:
    alone = run("writer", "llada")[-1].spans[0].text
    texts = [row[0].text for row in run("writer", "llada", candidates=4)[-1].candidates]
    assert texts[0] == alone and len(set(texts)) > 1

"""Spans that may be something only: on every family and under every rule, and exactly so."""

from __future__ import annotations

import itertools
import re

import pytest
import torch

import engine
from engine import Pin, Span, only
from engine.denoising.limit import Limit
from engine.errors import InvalidRequest, LengthOutOfRange, OnlyUnfit
from engine.models.scripted import byte_tokenizer
from engine.text.context import Gap
from tests.conftest import some
from tests.engine.families import FAMILIES, family, options

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
FORMS = [only({"one_of": ["cat", "a bird", "x"]}), only("number"), only({"pattern": r"[a-c]{2,4}-\d+"})]
SYSTEMS = [name for name, system in engine.SYSTEMS.items() if system.strength]
NULL = 1


def holds(form: engine.Only, text: str) -> bool:
    return text in form.choices if form.choices else re.fullmatch(form.pattern, text) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_span_is_what_it_may_be_on_every_family_and_under_every_rule(name: str) -> None:
    """Each family meets each rule, and each rule and each family every kind."""
    number = list(FAMILIES).index(name)
    for turn, system in enumerate(SYSTEMS):
        form = FORMS[(number + turn) % len(FORMS)]
        wanted = options(system, temperature=0.9, temperature_start=1.5, steps=4)
        spans = [Span(4, 15, only=form), Span(31, 39)]
        *_, last = engine.infill(family(name), TEXT, spans, system=system, seed=3, candidates=1 + turn % 2, **wanted)
        for candidate in last.candidates:
            assert holds(form, candidate[0].text), (system, candidate[0].text)
            assert not any(slot.noisy for slot in candidate[0].slots)


def chain(slots: int) -> tuple[Limit, torch.Tensor, dict[tuple[int, ...], float]]:
    """(what a gap may hold, scores, every whole that may stand there with its share)."""
    tokenizer, pattern = byte_tokenizer(), "a(b|bc)*"
    limit = Limit.of(Gap(slots, only=only({"pattern": pattern})), tokenizer, NULL)
    scores = torch.randn(slots, 259, generator=torch.Generator().manual_seed(0)).double()
    found = {}
    for ids in itertools.product([*tokenizer.encode("abc"), NULL], repeat=slots):
        words = [i for i in ids if i != NULL]
        if tuple(words) == ids[: len(words)] and re.fullmatch(pattern, tokenizer.decode(words)):
            found[ids] = float(scores[torch.arange(slots), list(ids)].sum().exp())
    return limit, scores, {ids: weight / sum(found.values()) for ids, weight in found.items()}


@pytest.mark.slow
def test_shares_draws_and_the_likeliest_whole_are_those_of_all_wholes() -> None:
    limit, scores, shares = chain(4)
    open_ = torch.ones(4, dtype=torch.bool)
    said = limit.said(limit.known([0] * 4, open_.tolist()), scores, open_, open_)
    marginals = limit.marginals(said, limit.own(scores))
    for slot, column in itertools.product(range(4), limit.column.items()):
        wanted = sum(share for ids, share in shares.items() if ids[slot] == column[0])
        assert float(marginals[slot, column[1]]) == pytest.approx(wanted, abs=1e-9)
    assert tuple(limit.whole(said, None)) == max(shares, key=shares.__getitem__)
    rng, count = torch.Generator().manual_seed(1), 600
    drawn = [tuple(limit.whole(said, rng)) for _ in range(count)]
    assert set(drawn) <= set(shares)
    assert sum(abs(drawn.count(ids) / count - share) for ids, share in shares.items()) / 2 < 0.1


def test_what_is_written_is_kept_and_what_cannot_be_finished_does_not_fit() -> None:
    limit, scores, shares = chain(4)
    a, b, c = byte_tokenizer().encode("abc")
    for ids, fits in (([a, 0, c, 0], True), ([b, 0, 0, 0], False), ([0, NULL, b, 0], False), ([0, 0, 0, c], True)):
        open_ = [token == 0 for token in ids]
        assert limit.fits(ids, open_) == fits
        if fits:
            free = torch.tensor(open_)
            made = limit.whole(limit.said(limit.known(ids, open_), scores, free, free), None)
            agreeing = [w for w in shares if all(free or x == y for x, y, free in zip(w, ids, open_, strict=True))]
            assert tuple(made) == max(agreeing, key=shares.__getitem__)


def fill(name: str, form: object, **more: object) -> str:
    span = Span(4, 15, only=only(form), **{k: more.pop(k) for k in ("length", "strength") if k in more})
    *_, last = engine.infill(family(name), TEXT, [span], **({"steps": 3, "seed": 1} | more))
    return str(last.spans[0].text)


@pytest.mark.parametrize("name", some(["scripted", "causal", "llada"]))
def test_lengths_pins_and_seeds(name: str) -> None:
    digits = {"pattern": r"\d+"}
    assert len(fill(name, digits, length=5)) == 4, "with the space before it"
    assert "7" in fill(name, digits, pins=[Pin(0, "7", "start")])
    assert fill(name, digits) == fill(name, digits), "a seed gives the same"
    for wrong, raised in (
        ({"pins": [Pin(0, "word", "start")]}, InvalidRequest),
        ({"length": 5}, LengthOutOfRange),
    ):
        with pytest.raises(raised):
            fill(name, {"pattern": r"\d{2}"} if "length" in wrong else digits, **wrong)
    with pytest.raises(OnlyUnfit, match="more than the|too large"):
        fill(name, {"pattern": r"\d{128}" if family(name).max_slots == 128 else r"\d{300}"})


def test_candidates_are_other_choices() -> None:
    *_, last = engine.infill(family("causal"), TEXT, [Span(4, 15, only=FORMS[0])], candidates=3, steps=2)
    assert {candidate[0].text for candidate in last.candidates} == set(FORMS[0].choices)


def test_old_words_have_no_say_in_what_a_span_may_be() -> None:
    """Marks that would stay are part of the span, and strength is nothing to it."""
    *_, last = engine.infill(family("scripted"), 'say "hello" now', [Span(4, 11, only=only("yes or no"))], strength=0.2)
    assert last.spans[0].text in ("yes", "no", "Yes", "No") and (last.spans[0].start, last.spans[0].end) == (4, 11)

"""How long a fill gets, by every way there is."""

from __future__ import annotations

from dataclasses import fields

import pytest
import torch

import engine
from engine import Pin, Span
from engine.denoising.resizing import Resizing, resize
from engine.diffusion.canvas import MOVING, Canvas
from engine.errors import LengthOutOfRange, PinUnfit
from engine.models.masked.denoiser import MaskedDenoiser, Whole
from engine.models.scripted import byte_tokenizer
from engine.runs.length_search import search
from engine.text.spans import spare
from engine.text.wishes import REASONS, Measure, gap_of, wish
from tests.engine.families import everyone, family

TEXT = "The quick brown fox jumps."
MASK, NULL, EXPAND, DELETE = 2, 300, 301, 302
[LETTER] = byte_tokenizer().encode("a")


@pytest.mark.parametrize(("given", "meant"), [("auto", "auto"), (5, 5), ("7", 7), ("longer", "longer")])
def test_a_wish(given: object, meant: object) -> None:
    assert wish(given) == meant


@pytest.mark.parametrize("given", ["", "long", -1, 0, 2.5, None, "1e3"])
def test_a_wish_that_means_nothing_is_refused_by_name(given: object) -> None:
    with pytest.raises(LengthOutOfRange, match="auto, shorter, same, longer"):
        wish(given)


def test_a_wish_moves_what_is_expected_and_a_number_fixes_it() -> None:
    assert gap_of(8, "auto", spare) == Measure(12, 8) == gap_of(8, "same", spare)
    assert gap_of(8, "longer", spare) == Measure(24, 16, least=8) and gap_of(8, "shorter", spare) == Measure(6, 4)
    assert gap_of(8, 3, spare) == Measure(3, 3, exact=True)
    for old in range(1, 40):  # never the other way round
        assert gap_of(old, "longer", spare).least == old and gap_of(old, "shorter", spare).slots <= old


@pytest.mark.slow
@pytest.mark.parametrize("name", ["causal", "writer"])
@pytest.mark.parametrize("old", ["quick", "quick brown fox", "quick brown fox jumps over the"])
def test_longer_is_never_shorter_and_shorter_never_longer(name: str, old: str) -> None:
    d, text = family(name), "The quick brown fox jumps over the dog."
    span = Span(4, 4 + len(old))
    count = len(d.tokenizer.encode(" " + old))
    long, short = ([*engine.infill(d, text, [span], length=how)][-1].spans[0].tokens for how in ("longer", "shorter"))
    assert short <= count <= long


SAID = ["scripted", "writer", "diffusion_gemma", "mdlm", "sedd", "bd3lm", "esolm", "llada", "dreamon", "roberta"]
"""families on which a wish in words is a number of tokens; on a causal model it is what the judge expects"""


@pytest.mark.parametrize("name", everyone(among=SAID))
def test_tokens_wished_are_tokens_written(name: str) -> None:
    """Of the whole run, and of one span alone beside another; said truly."""
    d = family(name)
    old = len(d.tokenizer.encode(" quick brown"))
    for wished, count in (("same", old), ("longer", 2 * old), ("shorter", round(old / 2)), (5, 5)):
        *_, last = engine.infill(d, TEXT, [Span(4, 15)], length=wished, steps=2)
        assert last.spans[0].tokens == min(count, d.max_slots) and last.spans[0].why == REASONS["asked"], wished
    *_, last = engine.infill(d, TEXT, [Span(4, 9, length=7), Span(16, 19, length="same")], steps=2)
    assert [span.tokens for span in last.spans] == [7, 4]
    *_, last = engine.infill(d, TEXT, [Span(4, 9, length=3), Span(16, 19)], steps=2)
    assert last.spans[0].tokens == 3 and last.spans[0].why == REASONS["asked"]


def test_a_wish_for_more_than_fits_is_as_much_as_fits() -> None:
    d = family("bd3lm")
    text = "x" * (d.max_slots - 4)
    *_, last = engine.infill(d, text, [Span(0, len(text))], length="longer", steps=1)
    assert last.spans[0].tokens == d.max_slots


@pytest.mark.parametrize("name", everyone(among=["llada", "mdlm", "dreamon"]))
def test_pins_are_the_least_length_of_what_is_searched(name: str) -> None:
    """Whatever the model prefers; and a pin that does not fit is refused at the call."""
    d = family(name)
    for place in ("anywhere", "start", "end", 2):
        pins = [Pin(0, "must", place)]
        *_, last = engine.infill(d, TEXT, [Span(4, 15)], pins=pins, steps=3)
        assert "must" in last.spans[0].text
    for wished in (2, "shorter"):
        with pytest.raises(PinUnfit, match="finds no room"):
            engine.infill(d, TEXT, [Span(4, 9)], pins=[Pin(0, "a much longer text")], length=wished)


def test_the_search_looks_at_no_length_below_its_pins() -> None:
    *probes, last = search(4, 20, lambda slots: -slots, budget=40, least=6)
    assert last.slots == 6 and min(probe.slots for probe in probes) == 6
    d = likes(2)
    *_, made = engine.infill(d, TEXT, [Span(4, 15)], pins=[Pin(0, "must")], steps=2)
    assert "must" in made.spans[0].text and made.spans[0].tokens == 5, "and the space before it"


@pytest.mark.parametrize("name", ["causal", "writer"])
def test_a_number_of_tokens_is_kept_exactly(name: str) -> None:
    d = family(name)
    for count in (1, 6):
        *_, last = engine.infill(d, TEXT, [Span(4, 15)], length=count)
        assert last.spans[0].tokens == len(last.spans[0].slots) == count and "asked" in last.spans[0].why
    *_, last = engine.infill(d, TEXT, [Span(4, 15)])
    assert last.spans[0].why == REASONS[d.length_by]
    with pytest.raises(LengthOutOfRange, match="200 tokens are wished for"):
        engine.infill(d, TEXT, [Span(4, 9), Span(10, 15)], length=100)


@pytest.mark.model
def test_longer_is_longer_on_the_embedded_model(embedded) -> None:
    text = "In the morning we walked to the old market and bought some bread. Then it began to rain."
    span = Span(text.index("walked"), text.index(" and bought"))
    short, long = (
        [*engine.infill(embedded, text, [span], length=how)][-1].spans[0].tokens for how in ("shorter", "longer")
    )
    assert short < long


def at(ids: list[int], noisy: str, ranges=((0, 6),), **more) -> list:
    hidden = torch.tensor([[c == "?" for c in noisy]])
    count = torch.arange(len(ids))[None]
    sure = count.double() / 10
    canvas = Canvas(torch.tensor([ids]), hidden, torch.zeros_like(hidden), scraped=count, confidence=sure, **more)
    by = Resizing(EXPAND, DELETE, NULL, ranges)
    guesses = (tuple(((slot, 1.0),) for slot in range(len(ids))),)
    made, changed, known = resize(canvas, ~hidden, guesses, by)
    noisy_ = "".join("?" if n else "." for n in made.noisy[0].tolist())
    return [made.ids[0].tolist(), noisy_, made, changed, known]


def test_expand_makes_two_masks_and_moves_what_follows() -> None:
    ids, noisy, made, changed, known = at([70, EXPAND, 71, MASK, NULL, NULL], "...?..")
    assert noisy == ".??.?." and [ids[0], ids[3], ids[5]] == [70, 71, NULL]
    assert made.scraped[0].tolist() == [0, 1, 1, 2, 3, 0]
    assert made.confidence[0].tolist() == [0.0, 0.0, 0.0, 0.2, 0.3, 0.0]
    assert known[0] == (((0, 1.0),), ((1, 1.0),), ((1, 1.0),), ((2, 1.0),), ((3, 1.0),), ()), "alternatives move along"
    assert changed[0].tolist() == [True, True, True, True, False, False]


def test_where_turns_are_fixed_new_slots_come_next_from_left_to_right() -> None:
    order, turn = torch.tensor([[0, 1, 3, 2, -1, -1]]), torch.tensor([[0, 1, 2, 2, -1, -1]])
    _, noisy, made, *_ = at([70, EXPAND, MASK, MASK, NULL, NULL], "..??..", order=order, turn=turn)
    assert noisy == ".????."
    assert made.order[0].tolist() == [0, 1, 2, 5, 4, -1] and made.turn[0].tolist() == [0, 1, 2, 4, 4, -1]
    assert made.due[0].tolist() == [False, True, False, False, False, False]


def test_what_the_user_pinned_stays_pinned_where_it_moves_to() -> None:
    pinned = torch.tensor([[False, False, True, False, False, True]])
    hidden = torch.zeros_like(pinned)
    ids = torch.tensor([[EXPAND, 70, 71, DELETE, NULL, NULL]])
    made, *_ = resize(Canvas(ids, hidden, pinned), hidden, (((),) * 6,), Resizing(EXPAND, DELETE, NULL, ((0, 6),)))
    assert made.ids[0, 2:4].tolist() == [70, 71] and made.frozen[0].tolist() == [False] * 3 + [True, True, False]
    assert made.ids[0, 4:].tolist() == [NULL, NULL]


def test_everything_that_is_known_of_a_slot_moves_with_it() -> None:
    """Whatever is added to the canvas for each slot has to say where it goes."""
    here = {field.name for field in fields(Canvas)}
    assert here - set(MOVING) == {"block", "weighed"}, "what stays at its place"
    every = {name: torch.arange(4)[None] + 10 for name in MOVING} | {
        name: torch.tensor([[True, False, False, True]]) for name in ("noisy", "frozen", "final", "sequential")
    }
    moved = Canvas(**every).moved(torch.tensor([[3, 1, -1, 0]]), NULL)
    for name, values in every.items():
        wanted = [values[0, 3], values[0, 1], NULL if name == "ids" else MOVING[name], values[0, 0]]
        assert getattr(moved, name)[0].tolist() == [int(x) for x in wanted], name


def test_expand_without_room_is_one_mask_again() -> None:
    ids, noisy, *_ = at([70, EXPAND, 71, 72, 73, 74], "......")
    assert noisy == ".?...." and ids[2:] == [71, 72, 73, 74]


def test_delete_takes_a_slot_away() -> None:
    ids, noisy, *_ = at([DELETE, 70, DELETE, MASK, 71, 72], "...?..")
    assert ids[0] == 70 and noisy == ".?...." and ids[2:4] == [71, 72] and ids[4:] == [NULL, NULL]


def test_delete_makes_room_for_expand_in_its_own_gap_only() -> None:
    ids, noisy, *_ = at([DELETE, EXPAND, 70, EXPAND, 71, 72], "......", ((0, 3), (3, 6)))
    assert noisy == "??.?.." and ids[2] == 70 and ids[4:] == [71, 72]


def test_a_noisy_slot_is_no_length_token() -> None:
    ids, noisy, *_ = at([EXPAND, DELETE, 70, 71, 72, 73], "??....")
    assert ids == [EXPAND, DELETE, 70, 71, 72, 73] and noisy == "??...."


@pytest.mark.parametrize("start", [1, 4, 10, 30])
@pytest.mark.parametrize("peak", [1, 6, 13, 29])
def test_the_search_finds_a_single_peak(start: int, peak: int) -> None:
    *probes, last = search(start, 32, lambda slots: -abs(slots - peak), budget=40)
    assert last.slots == peak and len({p.slots for p in probes}) == len(probes) <= 40


def test_the_search_keeps_its_budget_and_its_bounds() -> None:
    asked: list[int] = []

    def score(slots: int) -> float:
        asked.append(slots)
        return slots

    *_, last = search(8, 20, score, budget=5)
    assert len(asked) == 5 and max(asked) <= 20 and last.slots == max(asked)


def likes(length: int) -> MaskedDenoiser:
    """A network that is surer of itself on canvases of one length, given a text around."""

    def scores(ids: torch.Tensor, there: torch.Tensor, t: float) -> torch.Tensor:
        masks = (ids == MASK).sum(-1)
        known = (ids >= 3).any(-1)
        sure = torch.where(known & (masks == length), 9.0, torch.where(known, 6.0 - (masks - length).abs() / 5, 5.0))
        out = torch.zeros(*ids.shape, 259)
        out[..., LETTER] = sure[:, None]
        return out

    return MaskedDenoiser(Whole(scores, 259), byte_tokenizer(), "likes", mask_id=MASK)


def test_a_model_without_a_word_for_length_has_it_searched_and_reported() -> None:
    d = likes(5)
    steps = list(engine.infill(d, TEXT, [Span(4, 15)], steps=3))
    looked = [step for step in steps if step.phase == "length"]
    assert looked and looked[-1].nfe == 2 * len({s.nfe for s in looked})
    assert steps[-1].spans[0].tokens == 5 and steps[-1].spans[0].why == REASONS["search"]
    assert steps[-1].nfe == looked[-1].nfe + 3
    *_, asked = engine.infill(d, TEXT, [Span(4, 15)], steps=3, length=9)
    assert asked.spans[0].tokens == 9 and asked.nfe == 3
    *_, same = engine.infill(d, TEXT, [Span(4, 15)], steps=3, length="same")
    assert same.nfe == 3 and same.spans[0].tokens == len(" quick brown") and same.spans[0].why == REASONS["asked"]
    *_, alone = engine.infill(d, TEXT, [Span(4, 9, length=9), Span(16, 19)], steps=3)
    assert alone.spans[0].tokens == 9 and alone.spans[0].why == REASONS["asked"]
    assert alone.spans[1].why == REASONS["search"]


def test_two_gaps_are_searched_one_after_the_other() -> None:
    *_, last = engine.infill(likes(12), TEXT, [Span(4, 9), Span(16, 19)], steps=3)
    assert sum(span.tokens for span in last.spans) == 12

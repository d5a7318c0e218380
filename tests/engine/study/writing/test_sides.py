"""What is seen of a text, by hand; left to right is what the likelihood says; a fill by the chain rule."""

from __future__ import annotations

import math

import pytest
import torch

import engine
from engine.study import likelihood
from engine.study.sample import sample
from engine.study.writing import sides
from tests.engine.families import FAMILIES
from tests.engine.study.writing.test_watching import DENOISER, TAKEN, ended

SHORT = sample(DENOISER.tokenizer, "something or", 12)


def test_what_is_hidden_by_hand() -> None:
    assert sides.hidden(5, 1, 3, "both") == [False, True, True, False, False]
    assert sides.hidden(5, 1, 3, "left") == [False, True, True, True, True]
    assert sides.hidden(5, 1, 3, "right") == [True, True, True, False, False]


def test_the_line_before_has_no_left_side_and_the_line_after_no_right_one() -> None:
    assert sides.hidden(4, 0, 2, "left") == [True] * 4 and sides.hidden(4, 0, 2, "right") == sides.hidden(
        4, 0, 2, "both"
    )
    assert sides.hidden(4, 2, 4, "right") == [True] * 4 and sides.hidden(4, 2, 4, "left") == sides.hidden(
        4, 2, 4, "both"
    )


def test_from_the_left_alone_is_the_price_from_left_to_right() -> None:
    found = ended(sides.prices(DENOISER, SHORT))
    scores = likelihood.canvas_scores(DENOISER, SHORT)
    one_way = ended(likelihood.one_way(scores, SHORT, DENOISER.mask_id))
    assert found["left"] == pytest.approx(one_way, abs=1e-5)
    assert all(len(every) == len(SHORT) and min(every) >= 0 for every in found.values())


def test_views_are_what_a_network_says_whatever_they_are_batched_with() -> None:
    every = [(at, sides.hidden(len(SHORT), at, at + 1, side)) for side in sides.SIDES for at in range(len(SHORT))]
    together = ended(sides.seen_from(DENOISER, SHORT, every))
    for view, row in list(zip(every, together, strict=True))[:: sides.ROWS // 2]:
        (alone,) = ended(sides.seen_from(DENOISER, SHORT, [view]))
        assert torch.equal(alone, row) and float(row.exp().sum()) == pytest.approx(1)


def test_a_fill_is_as_long_as_the_gap_and_who_has_no_reader_weighs_none() -> None:
    denoiser = engine.scripted(" something else")
    for side in sides.SIDES:
        assert len(ended(sides.filled(denoiser, TAKEN, 4, 9, side, 0))) == 5
    assert sides.judged(denoiser, TAKEN, 4, 9, [TAKEN.ids[4:9]]) == []


def test_the_two_parts_of_a_fill_are_the_chain_rule_of_the_reader() -> None:
    tiny_writer = FAMILIES["writer"]()
    text = sample(tiny_writer.tokenizer, "The quick brown fox jumps over the lazy dog", 9)
    fills = [text.ids[2:4], text.ids[5:7]]
    found = sides.judged(tiny_writer, text, 2, 4, fills)
    for fill, parts in zip(fills, found, strict=True):
        whole = tiny_writer.causal.reader.session()  # type: ignore[attr-defined]
        ids = (tiny_writer.tokenizer.bos_id, *text.ids[:2], *fill, *text.ids[4:])
        for _ in whole.read(ids[:1]):
            pass
        log_p = whole.branch(ids[:1], 1).extend(torch.tensor([ids[1:]]))[0]
        chain = [-float(log_p[at, ids[at + 2]]) for at in range(len(ids) - 2)]
        # ids[2] is the text's second token: the fill begins behind both of them.
        assert parts.before == pytest.approx(sum(chain[1 : 1 + len(fill)]), abs=1e-3)
        assert parts.behind == pytest.approx(sum(chain[1 + len(fill) :]), abs=1e-3)
        assert math.isfinite(parts.before)

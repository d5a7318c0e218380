"""What a guess costs: the textbook's numbers to the digit, and the identities between them."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.study import guess
from engine.study.sample import sample

BIT = math.log(2)


def test_the_textbooks_single_words() -> None:
    assert round(guess.surprise(0.9), 3) == 0.105
    assert round(guess.surprise(0.01), 1) == 4.6
    assert guess.surprise(1) == 0 and guess.surprise(0) == math.inf


def test_the_textbooks_soft_target_in_bits() -> None:
    h_p, h_pq, kl = guess.compared((0.7, 0.2, 0.1), (0.6, 0.3, 0.1))
    assert round(h_p / BIT, 3) == 1.157
    # By hand: 0.7 * 0.73697 + 0.2 * 1.73697 + 0.1 * 3.32193
    assert round(h_pq / BIT, 4) == 1.1955 and round(kl / BIT, 4) == 0.0387


@settings(deadline=None)
@given(st.lists(st.floats(-6, 6), min_size=2, max_size=9), st.data())
def test_the_gradient_is_what_was_said_less_what_is_true(logits: list[float], data: st.DataObject) -> None:
    true = data.draw(st.integers(0, len(logits) - 1))
    p = torch.tensor(logits, dtype=torch.float64).softmax(-1).tolist()
    target = [float(i == true) for i in range(len(logits))]
    found = guess.gradient(logits, target)
    assert found == pytest.approx([a - b for a, b in zip(p, target, strict=True)], abs=1e-9)
    assert sum(found) == pytest.approx(0, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(-6, 6), min_size=3, max_size=20), st.floats(0, 0.9), st.data())
def test_cross_entropy_is_entropy_and_kl(logits: list[float], softness: float, data: st.DataObject) -> None:
    log_q = torch.tensor(logits, dtype=torch.float64).log_softmax(-1)
    true = data.draw(st.integers(0, len(logits) - 1))
    hard, soft = guess.priced(log_q, true), guess.priced(log_q, true, softness)
    assert hard.target_entropy == 0 and hard.kl == pytest.approx(hard.cross_entropy) == pytest.approx(hard.binary)
    assert soft.cross_entropy == pytest.approx(soft.target_entropy + soft.kl) and soft.kl > -1e-12
    assert sum(target for _, _, target in soft.tops) == pytest.approx(1) and true in [i for i, _, _ in soft.tops]
    assert hard.rank == 1 + sum(float(q) > float(log_q[true]) for q in log_q)


def test_a_word_that_is_ruled_out_has_no_price_that_could_be_paid() -> None:
    log_q = torch.tensor([0.5, 0.5, 0.0], dtype=torch.float64).log()
    found = guess.priced(log_q, 2)
    assert found.true == 0 and found.cross_entropy == math.inf and found.kl == math.inf


def test_a_hidden_place_is_asked_of_the_denoiser_with_one_pass() -> None:
    """The scripted denoiser would write the first letter of its target, with the mask ruled out."""
    denoiser = engine.scripted("x marks it")
    text = sample(denoiser.tokenizer, "a b c", 9)
    asking = guess.scores(denoiser, text, 2)
    with pytest.raises(StopIteration) as ended:
        while True:
            next(asking)
    log_p = ended.value.value
    assert denoiser.nfe == 1 and float(log_p.exp().sum()) == pytest.approx(1)
    assert denoiser.tokenizer.decode([int(log_p.argmax())]) == "x" and log_p[denoiser.mask_id] == -math.inf

"""Two places at once: mutual information and clashes by hand; drawing in as many steps as places."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.errors import UnsupportedModel
from engine.study.sample import sample
from engine.study.writing import pairs
from tests.engine.study.writing.test_watching import DENOISER, TAKEN, ended

A, B, C = range(3)


def table(joint: list[list[float]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(log p of both places, log p of the second for each first token) of a joint distribution of two tokens."""
    p = torch.tensor(joint, dtype=torch.float64)
    return torch.stack([p.sum(1), p.sum(0)]).log(), (p / p.sum(1, keepdim=True)).log()


def test_san_goes_with_francisco_and_new_with_york() -> None:
    """Two pairs, evenly likely: knowing one word tells the other, log 2 nats. One step draws each wrong pair as often."""
    both, known = table([[0.5, 0.0], [0.0, 0.5]])
    found = pairs.laid(both, known, [A, B])
    assert found.news == pytest.approx(math.log(2))
    assert sorted(map(sorted, found.together)) == [[0.0, 0.5], [0.0, 0.5]]
    assert found.apart == [[0.25, 0.25], [0.25, 0.25]]


@given(st.lists(st.floats(0.01, 1), min_size=9, max_size=9))
def test_mutual_information_is_the_divergence_from_the_product_and_never_below_nothing(weights: list[float]) -> None:
    p = torch.tensor(weights, dtype=torch.float64).view(3, 3)
    p = p / p.sum()
    product = p.sum(1, keepdim=True) * p.sum(0, keepdim=True)
    found = pairs.laid(*table(p.tolist()), [A, B, C])
    assert found.news == pytest.approx(float((p * (p / product).log()).sum()), abs=1e-9) and found.news >= 0
    assert sum(map(sum, found.together)) == pytest.approx(1) == sum(map(sum, found.apart))
    assert pairs.laid(*table(product.tolist()), [A, B, C]).news == pytest.approx(0, abs=1e-9)


def test_a_clash_costs_what_the_better_word_is_likelier() -> None:
    known = torch.tensor([0.1, 0.6, 0.3], dtype=torch.float64).log()
    clash = pairs.weighed(known, A, C)
    assert (clash.first, clash.at_once, clash.after, clash.clashes) == (A, C, B, True)
    assert clash.price == pytest.approx(math.log(2))
    assert pairs.weighed(known, A, B).price == 0 and not pairs.weighed(known, A, B).clashes


def test_places_are_scored_with_all_else_known() -> None:
    """The scripted model knows what it wants to write wherever it is asked."""
    near = pairs.Neighbours(DENOISER, TAKEN)
    found = ended(pairs.clashes(near, len(TAKEN) - 1))
    wanted = DENOISER.tokenizer.encode("something else")
    assert [(one.first, one.after) for one in found[:10]] == list(zip(wanted[:10], wanted[1:11], strict=True))
    assert all(one.price == 0 and not one.clashes for one in found)
    assert ended(pairs.pair(near, 3)).news == pytest.approx(0, abs=1e-9)


def test_with_as_many_steps_as_places_one_is_written_at_a_time() -> None:
    denoiser = engine.scripted(" something else")
    for steps in (1, 4):
        before = denoiser.nfe
        found = ended(pairs.quality(denoiser, TAKEN, 4, 8, steps, 3, 0))
        assert denoiser.nfe - before == steps and len(found.ids) == len(found.nll) == 3
        assert found.mean == pytest.approx(sum(found.nll) / 3) and found.steps == steps


def test_who_draws_whole_fills_cannot_and_says_who_can() -> None:
    denoiser = engine.scripted()
    denoiser.drawing = object()  # type: ignore[attr-defined]
    with pytest.raises(UnsupportedModel, match=r"was not trained on masks.*masked diffusion model \(--model\)"):
        pairs.Neighbours(denoiser, sample(denoiser.tokenizer, "ab", 2))

"""The bound, level by level, against the objective itself and against models small enough to enumerate."""

from __future__ import annotations

from collections.abc import Generator as Gen
from typing import TypeVar

import pytest
import torch

import engine
from engine.diffusion import objectives
from engine.errors import UnsupportedModel
from engine.study import likelihood
from engine.study.guess import Progress
from engine.study.sample import Sample
from tests.engine.enumerable import MASK, TEXTS, conditionals, inconsistent, joint, network, seeded, table

T = TypeVar("T")


def ended(run: Gen[Progress, None, T]) -> T:
    while True:
        try:
            next(run)
        except StopIteration as end:
            found: T = end.value
            return found


@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_the_levels_is_the_bound_of_the_objective(seed: int) -> None:
    scores, text = inconsistent(table(seed)), TEXTS[3 + seed][None]
    losses = ended(likelihood.level_losses(scores, text, MASK, seeded(seed), 6))
    bound = objectives.nelbo(scores, text, MASK, seeded(seed), 6)
    assert text.shape[1] * sum(loss.each for loss in losses) / 6 == pytest.approx(float(bound))
    assert [loss.t for loss in losses] == sorted(loss.t for loss in losses) and {loss.masked for loss in losses} == {
        1,
        2,
        3,
    }


@pytest.mark.slow
def test_many_draws_come_near_the_sum_over_all_sets() -> None:
    scores, text = inconsistent(table(1)), TEXTS[5][None]
    exact = float(objectives.exact_nelbo(scores, text, MASK))
    bound = ended(likelihood.bound(scores, Sample(tuple(text[0].tolist()), ("a",) * 3, False), MASK, 3000, 1))
    assert 3 * bound.mean == pytest.approx(exact, rel=0.03) and bound.infinite == 0


def test_left_to_right_is_the_chain_of_conditionals_and_of_one_joint_the_likelihood() -> None:
    text = TEXTS[6]
    nats = ended(likelihood.left_to_right(inconsistent(table(2)), text[None], MASK))
    by_hand = [-float(conditionals(inconsistent(table(2)), text, tuple(range(at, 3)))[at]) for at in range(3)]
    assert nats == pytest.approx(by_hand)
    whole = ended(likelihood.left_to_right(network(joint(4)), text[None], MASK))
    assert sum(whole) == pytest.approx(-float(joint(4)[tuple(text.tolist())]), abs=1e-5)


def test_a_model_that_draws_whole_fills_has_no_loss_at_a_level_and_says_who_has() -> None:
    denoiser = engine.scripted()
    denoiser.drawing = object()  # type: ignore[attr-defined]
    with pytest.raises(UnsupportedModel, match=r"was not trained on masks.*masked diffusion model \(--model\)"):
        likelihood.canvas_scores(denoiser, Sample((3,), ("a",), False))


def test_what_is_ruled_out_is_infinite_and_left_out_of_the_bound() -> None:
    def scores(ids: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return torch.tensor([0.0, -1e9, 0.0]).double().expand(*ids.shape, 3)

    text = Sample((0, 1), ("a", "b"), False)
    assert ended(likelihood.one_way(scores, text, MASK)) == [pytest.approx(0), float("inf")]
    bound = ended(likelihood.bound(scores, text, MASK, 8, 0))
    assert bound.infinite > 0 and bound.mean == pytest.approx(0) and likelihood.perplexity(float("inf")) == float("inf")

"""Pools of particles: marginals, what is still open, what rows leave to one another, the prior of a length."""

from __future__ import annotations

import pytest
import torch

from engine.models.causal.particles import Pool, Tops, Written, length_prior, said
from engine.text.context import Gap


def test_marginals_are_the_normalised_scores_and_written_slots_drop_particles() -> None:
    pool = Pool(2)
    nothing = Tops(torch.zeros(0, 1).long(), torch.zeros(0, 1).double())
    pool.add((5, 9), 0.0, nothing)
    pool.add((5, 8), float(torch.log(torch.tensor(3.0))), nothing)
    pool.add((6, 9), 0.0, nothing)
    p = pool.marginals((None, None), 12).exp() / 0.98
    assert p[0, 5] == pytest.approx(4 / 5) and p[1, 8] == pytest.approx(3 / 5) and p[1, 9] == pytest.approx(2 / 5)
    given = pool.marginals((None, 9), 12).exp() / 0.98
    assert given[0, 5] == pytest.approx(1 / 2) and given[0, 6] == pytest.approx(1 / 2)
    assert pool.spent((7, None)) and not pool.spent((6, None)) and pool.best((None, 9))[1] == 9


def test_a_pool_is_open_as_long_as_another_model_could_turn_it() -> None:
    pool, nothing = Pool(2), Tops(torch.zeros(0, 1).long(), torch.zeros(0, 1).double())
    for fill, score, text in (((5, 9), 2.0, "a b"), ((5, 8), 1.0, "a c"), ((6, 7), 0.0, "d e")):
        pool.add(fill, score, nothing, text)

    def turns(written: Written, taken: list[str], revises: bool) -> bool:
        for token in (5, 6, 7, 8, 9):
            for sign in (1, -1):

                def says(ids: torch.Tensor, of: int = token, nats: float = 9.0 * sign) -> torch.Tensor:
                    return torch.where(ids == of, nats, 0.0).double()

                one, two = pool.marginals(written, 12, taken), pool.marginals(written, 12, taken, says)
                looked = [revises or stands is None for stands in written]
                if not torch.allclose(one[looked], two[looked]):
                    return True
        return False

    for written in ((None, None), (5, None), (None, 9), (6, None), (5, 9), (6, 7)):
        for taken in ([], ["a b"], ["a b", "a c"]):
            for revises in (False, True):
                found = pool.open(written, taken, revises=revises)
                assert found or not turns(written, taken, revises), (written, taken, revises)
    assert pool.open((5, None), [], revises=False) and not pool.open((6, None), [], revises=False)
    assert not pool.open((5, None), ["a b"], revises=False), "a row behind others keeps to the best of the rest"
    assert pool.open((5, 9), [], revises=True) and not pool.open((5, 9), [], revises=False)


def test_the_length_prior_is_highest_at_the_old_length() -> None:
    for gap, cost in ((Gap(12, 5), 0.0), (Gap(12, 5), 3.0), (Gap(12, 5, known=False), 3.0)):
        at = [length_prior(n, gap, cost) for n in range(1, 12)]
        assert max(at) == at[4] == 0 and at[:5] == sorted(at[:5]) and at[4:] == sorted(at[4:], reverse=True)
    assert length_prior(3, Gap(12), 3.0) == 0


def test_rows_leave_what_is_said_to_those_before_them() -> None:
    pool, nothing = Pool(2), Tops(torch.zeros(0, 1).long(), torch.zeros(0, 1).double())
    for fill, score, text in (
        ((5, 9), 9.0, " a fire."),
        ((5, 8), 8.0, " A fire"),
        ((6, 9), 7.0, " a fire broke"),
        ((7, 7), 0.0, " snow"),
    ):
        pool.add(fill, score, nothing, said(text))
    everything = (None, None)
    assert pool.best(everything) == (5, 9) and pool.best(everything, [said("a fire")]) == (7, 7)
    assert (
        pool.marginals(everything, 12, [said("a fire")]).exp()[0, 5] < 1e-6 < pool.marginals(everything, 12).exp()[0, 5]
    )
    # Where nothing else agrees with what is written, the same again is better than nothing, and is drawn again first.
    assert pool.best((6, None), [said("snow")]) == (6, 9) and pool.spent((5, None), [said("a fire")])

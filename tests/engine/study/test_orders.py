"""Eso-LM's passes: the work worked by hand, and the matrix that the engine's attention gives."""

from __future__ import annotations

import pytest
import torch

from engine.diffusion.attention import Attention, visibility
from engine.study.orders import ordered_run

BOTH: list[Attention] = ["eso-a", "eso-b"]


@pytest.mark.parametrize("attention", BOTH)
def test_alpha_0_is_a_dial_from_left_to_right_to_diffusion(attention: Attention) -> None:
    one_way = ordered_run(6, attention, 0.0, 4, 0)
    assert one_way.order == [0, 1, 2, 3, 4, 5] and one_way.diffused == 0 and len(one_way.passes) == 6
    assert all(step.sequential for step in one_way.passes)
    # The first pass runs a mask; every other the token that was just written and the next mask.
    assert one_way.work == [1, 2, 2, 2, 2, 2]
    diffused = ordered_run(6, attention, 1.0, 4, 0)
    assert diffused.diffused == 6 and len(diffused.passes) <= 4 and not any(step.sequential for step in diffused.passes)


@pytest.mark.parametrize("alpha_0", [0.0, 0.3, 0.7, 1.0])
def test_in_b_every_token_is_run_once_as_a_mask_and_once_when_it_is_clean(alpha_0: float) -> None:
    run = ordered_run(12, "eso-b", alpha_0, 5, 2)
    assert sum(run.work) == 2 * 12 - len(run.passes[-1].due)  # nobody asks for the last ones again
    for before, step in zip(run.passes, run.passes[1:], strict=False):
        assert step.kept + len(before.due) == sum(len(p.due) for p in run.passes[: run.passes.index(step)])
        assert set(step.queries) == {*before.due, *step.due}
    assert sorted(run.order) == list(range(12)) == sorted(place for step in run.passes for place in step.due)


def test_in_a_all_that_is_clean_is_run_again_while_diffusion_writes() -> None:
    run = ordered_run(12, "eso-a", 1.0, 5, 2)
    written = 0
    for step in run.passes:
        assert step.kept == 0 and len(step.queries) == written + len(step.due)
        written += len(step.due)


@pytest.mark.parametrize("attention", BOTH)
def test_the_matrix_is_what_the_attention_gives_for_the_whole_canvas(attention: Attention) -> None:
    """While diffusion writes, for the tokens that are run, and but for masks that are not due."""
    run = ordered_run(9, attention, 1.0, 4, 3)
    rank = torch.tensor([run.order.index(place) for place in range(9)])
    written: list[int] = []
    for step in run.passes:
        noisy = torch.tensor([place not in written for place in range(9)])
        # A mask is behind all that is clean in the order of a pass.
        whole = visibility(attention, noisy[None], (rank + 9 * noisy)[None])[0]
        for query, row in zip(step.queries, step.visible, strict=True):
            assert row == [bool(whole[query, key]) for key in step.keys]
        written += step.due

"""Eso-LM's loss: by hand, at its two ends, and against every order of writing."""

from __future__ import annotations

import math

import pytest
import torch

from engine.diffusion import objectives as o
from engine.diffusion.schedules import Linear, Partial
from engine.errors import ParameterOutOfRange
from tests.engine.enumerable import EXACT, MASK, TEXTS, L, V, conditionals, inconsistent, joint, network, seeded, table

pytestmark = pytest.mark.usefixtures("double")


def test_autoregressive_by_hand() -> None:
    log_p = torch.tensor([[[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]]).log()
    # -log(0.5 * 0.75 * 0.2) = -log 0.075
    assert o.autoregressive(log_p, torch.tensor([[0, 1, 0]])).item() == pytest.approx(-math.log(0.075))


def test_eso_by_hand() -> None:
    diffusion = torch.tensor([[[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]]).log()
    sequential = torch.tensor([[[0.1, 0.9], [0.5, 0.5], [0.4, 0.6]]]).log()
    ids = torch.tensor([[0, 1, 0]])
    noisy, left = torch.tensor([[True, False, True]]), torch.tensor([[False, True, True]])
    # alpha_0 = 1/2, t = 1/2: weight 0.5 / 0.75 = 2/3 on -log(0.5 * 0.2) = log 10; left: -log(0.5 * 0.4) = log 5.
    loss = o.eso(diffusion, sequential, ids, noisy, left, torch.tensor([0.5]), 0.5)
    assert loss.item() == pytest.approx(2 / 3 * math.log(10) + math.log(5))


def test_eso_ends_in_masked_diffusion_and_in_autoregression() -> None:
    scores, rng = inconsistent(table(3)), seeded()
    t = o.times((len(TEXTS),), rng)
    log_p = torch.randn(len(TEXTS), L, V, generator=rng).log_softmax(-1)
    other = torch.randn(len(TEXTS), L, V, generator=rng).log_softmax(-1)
    start = torch.zeros(len(TEXTS))
    for alpha_0 in (1.0, 0.0):
        left = o.mask(TEXTS, start, Partial(alpha_0), rng)
        noisy = o.mask(TEXTS, t, Partial(alpha_0), rng)
        assert left.all() if alpha_0 == 0 else not left.any()
        expected = o.mdlm(log_p, TEXTS, noisy, t, Linear()) if alpha_0 else o.autoregressive(other, TEXTS)
        torch.testing.assert_close(o.eso(log_p, other, TEXTS, noisy, left, t, alpha_0), expected)
    torch.testing.assert_close(o.exact_eso(scores, TEXTS, MASK, 1.0), o.exact_nelbo(scores, TEXTS, MASK), **EXACT)
    rows = [torch.stack([conditionals(scores, x, tuple(range(i, L)))[i] for i in range(L)]).sum() for x in TEXTS]
    torch.testing.assert_close(o.exact_eso(scores, TEXTS, MASK, 0.0), -torch.stack(rows), **EXACT)


@pytest.mark.parametrize("alpha_0", [0.0, 0.25, 0.7, 1.0])
def test_eso_is_exact_for_conditionals_of_one_distribution(alpha_0: float) -> None:
    p = joint(2)
    torch.testing.assert_close(o.exact_eso(network(p), TEXTS, MASK, alpha_0), -p.flatten(), **EXACT)


def test_eso_draws_agree_with_its_exact_form_also_with_a_network_for_each_phase() -> None:
    first, second, n, alpha_0 = inconsistent(table(3)), inconsistent(table(4)), 20000, 0.5
    ids, rng = TEXTS[6].expand(n, L), seeded(1)
    t = o.times((n,), rng)
    noisy, left = o.mask(ids, t, Partial(alpha_0), rng), o.mask(ids, torch.zeros(n), Partial(alpha_0), rng)
    diffusion = first(ids.masked_fill(noisy, MASK), t).log_softmax(-1)
    # Slot i sees everything before it, and behind it what is not left; its own token is hidden.
    place = torch.arange(L)
    columns = [second(ids.masked_fill(left & (place >= i), MASK), t).log_softmax(-1)[:, i] for i in range(L)]
    loss = o.eso(diffusion, torch.stack(columns, 1), ids, noisy, left, t, alpha_0)
    exact = o.exact_eso(first, ids[:1], MASK, alpha_0, second).item()
    assert loss.mean().item() == pytest.approx(exact, abs=4 * float(loss.std()) / math.sqrt(n))


def test_a_share_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(ParameterOutOfRange, match=r"alpha_0.*1\.5"):
        o.exact_eso(inconsistent(table(0)), TEXTS, MASK, 1.5)

"""Laws of the losses, and values worked by hand: masking, masked diffusion, information, gradients."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engine.diffusion import objectives as o
from engine.diffusion.schedules import Cosine, Geometric, Linear, LogLinear, Partial
from engine.errors import TooLongToEnumerate
from tests.conftest import some
from tests.engine.enumerable import (
    EXACT,
    MASK,
    SETS,
    TEXTS,
    L,
    V,
    inconsistent,
    joint,
    likelihood,
    mean_over_orders,
    network,
    seeded,
    table,
)

pytestmark = pytest.mark.usefixtures("double")


# The forward process


def test_levels_are_spread_evenly_each_is_uniform_and_none_is_zero() -> None:
    t = o.times((5000, 4), seeded())
    assert t.shape == (5000, 4) and t.min() > 0 and t.max() <= 1
    # One in each quarter of 0..1 (of (0, 1]), in every row.
    assert (((1 - t) * 4).floor().sort(-1).values == torch.arange(4.0)).all()
    # Uniform: mean 1/2, variance 1/12 = 0.0833, in every column.
    torch.testing.assert_close(t.mean(0), torch.full((4,), 0.5), atol=0.02, rtol=0)
    torch.testing.assert_close(t.var(0), torch.full((4,), 1 / 12), atol=0.004, rtol=0)


def test_a_slot_is_masked_with_probability_one_minus_alpha_and_never_where_frozen() -> None:
    t = torch.tensor([0.3]).expand(20000)
    ids = torch.zeros(20000, 3, dtype=torch.long)
    frozen = torch.tensor([False, True, False]).expand(20000, 3)
    noisy = o.mask(ids, t, Cosine(), seeded(), frozen)
    expected = math.cos(math.pi / 2 * 0.7)  # 1 - alpha(0.3) = cos(0.35 pi) = 0.454
    torch.testing.assert_close(noisy.double().mean(0), torch.tensor([expected, 0, expected]), atol=0.01, rtol=0)
    assert noisy[:, [0, 2]].all(-1).double().mean().item() == pytest.approx(expected**2, abs=0.01)  # on their own
    assert o.mask(ids[:1], torch.ones(1), Linear(), seeded()).all()


def test_counted_masks_by_hand_and_every_set_of_them_as_likely() -> None:
    ids = torch.zeros(5, 4, dtype=torch.long)
    t = torch.tensor([1e-9, 0.25, 0.26, 0.75, 1.0])
    # ceil(4 t), at least one
    assert o.mask_count(ids, t, seeded()).sum(-1).tolist() == [1, 1, 2, 3, 4]
    noisy = o.mask_count(torch.zeros(30000, 3, dtype=torch.long), o.times((30000,), seeded()), seeded(1))
    share = {m: float((noisy == torch.tensor([i in m for i in range(3)])).all(-1).double().mean()) for m in SETS}
    # Three counts, 1/3 each; three sets of one or two, 1/9 each.
    assert share == pytest.approx({m: 1 / 3 if len(m) == 3 else 1 / 9 for m in SETS}, abs=0.01)


# Masked diffusion


def test_weights_by_hand() -> None:
    t = torch.tensor([0.25, 0.5, 1.0])
    torch.testing.assert_close(o.bound_weight(Linear(), t), torch.tensor([4.0, 2.0, 1.0]))  # 1 / t
    # alpha = 0.5 (1 - t): 0.5 / (1 - 0.5 (1 - t)) = 0.5 / 0.625, 0.5 / 0.75, 0.5 / 1
    torch.testing.assert_close(o.bound_weight(Partial(0.5), t), torch.tensor([0.8, 2 / 3, 0.5]))
    # Cosine: alpha' / (1 - alpha) = pi/2 sin(pi/2 (1 - t)) / cos(pi/2 (1 - t)), at t = 1/2 pi/2 tan(pi/4) = pi/2
    torch.testing.assert_close(o.bound_weight(Cosine(), torch.tensor([0.5])), torch.tensor([math.pi / 2]))
    assert torch.isfinite(o.bound_weight(Linear(), torch.zeros(1))).all()  # nothing is masked there


def test_mdlm_and_any_order_by_hand() -> None:
    log_p = torch.tensor([[[0.5, 0.5], [0.25, 0.75], [0.2, 0.8]]]).log()
    ids = torch.tensor([[0, 1, 0]])
    noisy = torch.tensor([[True, False, True]])
    # Masked: slots 0 and 2, -log 0.5 - log 0.2 = log 10. At t = 1/4 the linear weight is 4.
    torch.testing.assert_close(
        o.mdlm(log_p, ids, noisy, torch.tensor([0.25]), Linear()), torch.tensor([4 * math.log(10)])
    )
    # Two of three slots: 3/2 log 10.
    torch.testing.assert_close(o.any_order(log_p, ids, noisy), torch.tensor([1.5 * math.log(10)]))
    nothing = torch.zeros_like(noisy)
    assert o.mdlm(log_p, ids, nothing, torch.zeros(1), Linear()).item() == 0 == o.any_order(log_p, ids, nothing).item()


def test_set_weights_by_hand() -> None:
    # Three slots: 1 / (1 * 3), 1 / (2 * 3), 1 / (3 * 1).
    torch.testing.assert_close(o.set_weights(3), torch.tensor([0, 1 / 3, 1 / 6, 1 / 3]))
    # Two slots, alpha from 1/4 to 1/2: the integrals of a and of 1 - a: (1/4 - 1/16) / 2 = 3/32, and 1/4 - 3/32 = 5/32.
    torch.testing.assert_close(o.set_weights(2, 0.5, 0.25), torch.tensor([0, 3 / 32, 5 / 32]))
    assert not o.set_weights(4, high=0.0).any()
    # All slots together count once: the sum over sets of m / (m C(L, m)) is L.
    counts = torch.tensor([m * math.comb(9, m) for m in range(10)])
    assert (o.set_weights(9) * counts).sum().item() == pytest.approx(9)


def test_exact_nelbo_by_hand() -> None:
    """Two slots, two tokens. Both masked: p(0) = 1/2 in each; one masked: p(0) = 1/4 in slot 0, 1/8 in slot 1."""

    def scores(ids: Tensor, t: Tensor) -> Tensor:
        p = torch.where((ids == MASK).all(-1)[:, None], torch.tensor([1 / 2, 1 / 2]), torch.tensor([1 / 4, 1 / 8]))
        return torch.stack([p.log(), (-p).log1p()], -1)

    # Slot 0 first: 1/2 * 1/8 = 2^-4. Slot 1 first: 1/2 * 1/4 = 2^-3. Mean of the logs: 3.5 log 2.
    ids = torch.zeros(1, 2, dtype=torch.long)
    assert o.exact_nelbo(scores, ids, MASK).item() == pytest.approx(3.5 * math.log(2))
    # The likelihood is (1/16 + 1/8) / 2 = 3/32: 3.415 log 2, less than the bound.
    assert -math.log2(3 / 32) == pytest.approx(3.415, abs=1e-3)
    # Eso-LM at alpha_0 = 1/2. Diffusion: each set of one adds the integral of a up to 1/2, 1/8, times (2 + 3) log 2; the set of
    # two that of 1 - a, 3/8, times 2 log 2: 11/8 log 2. Sequential: both left, 1/4, costs (1 + 3) log 2; slot 0 alone, 1/4,
    # costs 2 log 2; slot 1 alone, 1/4, 3 log 2: 9/4 log 2. (As orders: 0 first with 5/8, 1 first with 3/8: 4 * 5/8 + 3 * 3/8.)
    assert o.exact_eso(scores, ids, MASK, 0.5).item() == pytest.approx((11 / 8 + 9 / 4) * math.log(2))
    assert 11 / 8 + 9 / 4 == 4 * 5 / 8 + 3 * 3 / 8


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_the_exact_likelihood_for_conditionals_of_one_distribution(seed: int) -> None:
    p = joint(seed)
    bound = o.exact_nelbo(network(p), TEXTS, MASK)
    torch.testing.assert_close(bound, -p.flatten(), **EXACT)
    assert likelihood(network(p), TEXTS[3]) == pytest.approx(float(p.flatten()[3]))


@pytest.mark.parametrize("alpha_0", [1.0, 0.6, 0.0])
@pytest.mark.parametrize("seed", some(range(3)))
def test_the_bound_is_above_the_exact_likelihood_of_an_inconsistent_model(seed: int, alpha_0: float) -> None:
    scores = inconsistent(table(seed))
    bound = o.exact_eso(scores, TEXTS, MASK, alpha_0)
    exact = torch.tensor([-likelihood(scores, text, alpha_0) for text in TEXTS])
    assert (-exact).exp().sum().item() == pytest.approx(1)  # it is a distribution
    # The bound is the mean of the logs over orders, where the likelihood is the log of the mean.
    jensen = torch.tensor([-mean_over_orders(scores, text, alpha_0) for text in TEXTS])
    torch.testing.assert_close(bound, jensen, **EXACT)
    gap = bound - exact
    assert (gap > 1e-4).all() if alpha_0 else (gap.abs() < 1e-12).all()  # one order only: no gap


LOW = LogLinear(eps=0.3)
"""alpha(1) = 0.3: what is still clean at t = 1 is not paid for, in the estimate and in the exact form alike"""


@pytest.mark.parametrize("schedule", some([None, Linear(), Cosine(), Geometric(), LOW], None, LOW))
def test_estimates_agree_with_the_exact_bound(schedule) -> None:
    """1000 estimates of each text by 24 draws: their mean is within four of its standard errors, which are below 0.1 nats."""
    scores = inconsistent(table(5))
    exact = o.exact_nelbo(scores, TEXTS, MASK, low=0.3 if schedule is LOW else 0.0)
    found = o.nelbo(scores, TEXTS.repeat(1000, 1), MASK, seeded(), 24, schedule).view(1000, -1)
    error = found.std(0) / math.sqrt(1000)
    assert ((found.mean(0) - exact).abs() < 4 * error).all() and (error < 0.1).all()


def test_counted_masks_have_less_variance() -> None:
    """And one draw for each number of masks less than as many on their own."""
    scores, ids = inconsistent(table(5)), TEXTS.repeat(1000, 1)

    def spread(samples: int, schedule: Linear | None) -> float:
        return float(o.nelbo(scores, ids, MASK, seeded(), samples, schedule).view(1000, -1).var(0).mean())

    assert spread(1, None) < spread(1, Linear()) / 2
    assert spread(L, None) < spread(1, None) / L


def test_even_levels_lower_the_variance() -> None:
    scores = inconsistent(table(5))
    ids = TEXTS[5].expand(500, L)

    def spread(t: Tensor) -> float:
        rng, total = seeded(3), torch.zeros(len(ids))
        for column in t.unbind(-1):
            noisy = o.mask(ids, column, Linear(), rng)
            log_p = scores(ids.masked_fill(noisy, MASK), column).log_softmax(-1)
            total += o.mdlm(log_p, ids, noisy, column, Linear())
        return float(total.var())

    assert spread(o.times((500, 16), seeded())) < spread(torch.rand(500, 16, generator=seeded()))


def test_too_many_sets_are_refused() -> None:
    with pytest.raises(TooLongToEnumerate, match="13 slots"):
        o.exact_nelbo(inconsistent(table(0)), torch.zeros(1, 13, dtype=torch.long), MASK)


# Information


def test_entropy_cross_entropy_and_kl_by_hand() -> None:
    p, q = torch.tensor([0.5, 0.5, 0.0]).log(), torch.tensor([0.25, 0.5, 0.25]).log()
    # H(p) = log 2; H(p, q) = 1/2 log 4 + 1/2 log 2 = 3/2 log 2; KL = 1/2 log 2.
    assert o.entropy(p).item() == pytest.approx(math.log(2))
    assert o.cross_entropy(p, q).item() == pytest.approx(1.5 * math.log(2))
    assert o.kl(p, q).item() == pytest.approx(0.5 * math.log(2))
    assert o.kl(p, p).item() == 0 and o.kl(q, p).item() == math.inf


def test_cross_entropy_is_entropy_and_kl() -> None:
    p, q = (torch.randn(50, 7, generator=seeded(k)).log_softmax(-1) for k in (0, 1))
    torch.testing.assert_close(o.cross_entropy(p, q), o.entropy(p) + o.kl(p, q), **EXACT)
    assert (o.kl(p, q) > 0).all()


def test_what_a_model_pays_on_average_is_the_entropy_of_the_data_and_the_kl_from_it() -> None:
    data, model = joint(0).flatten(), joint(1)
    bound = o.exact_nelbo(network(model), TEXTS, MASK)
    paid = (data.exp() * bound).sum()
    torch.testing.assert_close(paid, o.entropy(data) + o.kl(data, model.flatten()), **EXACT)


def test_perplexity_by_hand() -> None:
    # A uniform choice among 8, three times: 3 log 8 nats, perplexity 8.
    assert o.perplexity(3 * math.log(8), 3) == pytest.approx(8)


# Gradients


def test_gradients_flow_and_stay_finite_also_where_nothing_is_masked() -> None:
    ids, t = TEXTS, torch.zeros(len(TEXTS))
    values = torch.randn(len(TEXTS), L, V + 1, generator=seeded(), requires_grad=True)
    noisy = o.mask(ids, torch.full_like(t, 0.5), Linear(), seeded(1))
    for level, masked in ((t, torch.zeros_like(noisy)), (torch.full_like(t, 0.5), noisy)):
        total, rate = o.total_noise(Linear(), level)
        log_p = o._log_p(values, MASK)
        for loss in (
            o.mdlm(log_p, ids, masked, level, Linear()),
            o.any_order(log_p, ids, masked),
            o.sedd(o.log_scores(log_p, total), ids, masked, total, rate, MASK),
            o.eso(log_p, log_p, ids, masked, masked, level, 0.5),
        ):
            (slope,) = torch.autograd.grad(loss.sum(), values, retain_graph=True)
            assert torch.isfinite(slope).all() and not slope[..., MASK].any()
            assert torch.equal(slope[..., :V].abs().sum(-1) > 0, masked)  # exactly the masked slots learn


@pytest.mark.slow
def test_training_on_the_exact_bound_reaches_the_entropy_of_the_data() -> None:
    data = joint(7).flatten()
    values = torch.zeros((V + 1) ** L, L, V, requires_grad=True)
    optimizer = torch.optim.Adam([values], lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        loss = (data.exp() * o.exact_nelbo(inconsistent(values), TEXTS, MASK)).sum()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) == pytest.approx(float(o.entropy(data)), abs=1e-3)

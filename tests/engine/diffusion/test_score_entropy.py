"""Score entropy against values worked by hand, the ratios of enumerated noisy texts, and the bound of masked diffusion."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engine.diffusion import objectives as o
from engine.diffusion.schedules import Cosine, Geometric, LogLinear
from tests.engine.enumerable import EXACT, MASK, SETS, TEXTS, L, V, inconsistent, joint, network, seeded, table

pytestmark = pytest.mark.usefixtures("double")


def test_score_entropy_by_hand_and_its_minimum_at_the_true_ratio() -> None:
    ratio = torch.tensor([0.5, 2.0, 0.0])
    log_s = torch.tensor([1.0, 2.0, 4.0]).log()
    # w (s - r log s + r (log r - 1)): 1 - 0 + 0.5 (log 0.5 - 1) = 0.5 - 0.5 log 2, times 2;
    # 2 - 2 log 2 + 2 (log 2 - 1) = 0; 4 - 0 + 0 = 4, times 1; the total 5 - log 2.
    weight = torch.tensor([2.0, 3.0, 1.0])
    assert o.score_entropy(log_s, ratio, weight).item() == pytest.approx(5 - math.log(2))
    assert o.score_entropy(ratio.log(), ratio, weight).item() == 0
    # Its gradient in log s is w (s - r): by hand 2 (1 - 0.5), 0, 1 (4 - 0).
    log_s.requires_grad_()
    (slope,) = torch.autograd.grad(o.score_entropy(log_s, ratio, weight), log_s)
    torch.testing.assert_close(slope, torch.tensor([1.0, 0.0, 4.0]))
    others = ratio.log() + torch.randn(1000, 3, generator=seeded())
    assert (o.score_entropy(others, ratio, weight)[:, None] > 0).all()
    # A term that has no weight may be anything.
    assert o.score_entropy(torch.tensor([-torch.inf]), torch.ones(1), torch.zeros(1)).item() == 0


def test_sedd_by_hand() -> None:
    # e^sigma - 1 = 1 at sigma = log 2: r = 1. Slot 0 is masked: s = (1/2, 2), x = 1: 1/2 + 2 - log 2 + K(1) = 3/2 - log 2;
    # the mask's own column (e^5) and slot 1, which is not masked, add nothing. dsigma = 3.
    log_s = torch.tensor([[[0.5, 2.0, 1.0], [7.0, 7.0, 1.0]]]).log()
    log_s[0, 0, MASK] = 5.0
    ids, noisy = torch.tensor([[1, 0]]), torch.tensor([[True, False]])
    loss = o.sedd(log_s, ids, noisy, torch.tensor([math.log(2)]), torch.tensor([3.0]), MASK)
    assert loss.item() == pytest.approx(3 * (1.5 - math.log(2)))
    # The same from the general form, with the ratio of each y and no weight on the mask.
    general = o.score_entropy(log_s[0, 0], torch.tensor([0.0, 1.0, 0.0]), torch.tensor([3.0, 3.0, 0.0]))
    torch.testing.assert_close(loss[0], general)


@pytest.mark.parametrize("schedule", [LogLinear(), Geometric(), Cosine()])
def test_sedd_of_a_masked_model_is_its_nelbo_draw_for_draw(schedule) -> None:
    t = torch.tensor([0.1, 0.5, 0.9])
    ids, noisy = TEXTS[1:4], torch.tensor([[True, False, True], [True, True, True], [False, False, True]])
    log_p = (
        torch.randn(3, L, V + 1, generator=seeded()).index_fill(-1, torch.tensor([MASK]), -torch.inf).log_softmax(-1)
    )
    total, rate = o.total_noise(schedule, t)
    log_s = o.log_scores(log_p, total)
    loss = o.sedd(log_s, ids, noisy, total, rate, MASK)
    torch.testing.assert_close(loss, o.mdlm(log_p, ids, noisy, t, schedule))
    torch.testing.assert_close(o.log_masses(log_s, total), log_p)
    # A model whose ratios add up to m times too much pays r (m - 1 - log m) more at every masked slot.
    off = o.sedd(log_s + math.log(3), ids, noisy, total, rate, MASK)
    extra = rate / torch.expm1(total) * (3 - 1 - math.log(3)) * noisy.sum(-1)
    torch.testing.assert_close(off, loss + extra)


def test_log_scores_by_hand() -> None:
    # sigma = log 3: log s = log p - log 2.
    log_s = o.log_scores(torch.zeros(1, 1, 1), torch.tensor([math.log(3)]))
    assert log_s.item() == pytest.approx(-math.log(2))
    # Tiny and large sigma: log(e^sigma - 1) is log sigma, and sigma.
    for sigma, expected in ((1e-12, math.log(1e-12)), (800.0, 800.0)):
        assert o.log_masses(torch.zeros(1, 1, 1), torch.tensor([sigma])).item() == pytest.approx(expected)


def test_true_ratios_of_noisy_texts_minimise_the_expected_loss() -> None:
    """The score of the joint's noisy marginals: p_t(y) / p_t(x), enumerated, is what the conversion gives, and the minimum."""
    p, t = joint(0), torch.tensor([0.4])
    schedule = LogLinear()
    total, rate = o.total_noise(schedule, t)
    keep = float(schedule.alpha(t))

    def marginal(noisy_text: tuple[int, ...]) -> float:
        hidden = noisy_text.count(MASK)
        shown = torch.tensor(noisy_text)
        fits = p.flatten()[((shown == TEXTS) | (shown == MASK)).all(-1)].exp()
        return float(fits.sum()) * keep ** (L - hidden) * (1 - keep) ** hidden

    seen = (MASK, 1, MASK)
    log_p = o._log_p(network(p)(torch.tensor([seen]), t), MASK)
    log_s = o.log_scores(log_p, total)
    for slot in (0, 2):
        for y in range(V):
            to = (*seen[:slot], y, *seen[slot + 1 :])
            assert log_s[0, slot, y].exp().item() == pytest.approx(marginal(to) / marginal(seen))

    fits = TEXTS[TEXTS[:, 1] == 1]
    posterior = p[tuple(fits.T)].softmax(0)
    noisy = torch.tensor([seen]).eq(MASK).expand(len(fits), L)

    def expected(log_s: Tensor) -> Tensor:
        n = len(fits)
        return (posterior * o.sedd(log_s.expand(n, -1, -1), fits, noisy, total.expand(n), rate.expand(n), MASK)).sum()

    log_s.requires_grad_()
    (slope,) = torch.autograd.grad(expected(log_s), log_s)
    torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-12, rtol=0)
    for k in range(20):
        moved = log_s.detach() + 0.3 * torch.randn(log_s.shape, generator=seeded(k))
        assert expected(moved) > expected(log_s)


@pytest.mark.parametrize("consistent", [True, False])
def test_the_integral_of_score_entropy_is_the_exact_bound(consistent: bool) -> None:
    """Gauss-Legendre over t, all sets of masks at each: polynomials, so it is exact."""
    scores, schedule = network(joint(1)) if consistent else inconsistent(table(1)), LogLinear()
    nodes = torch.tensor([0.5 - math.sqrt(0.15), 0.5, 0.5 + math.sqrt(0.15)])
    shares = torch.tensor([5 / 18, 8 / 18, 5 / 18])
    total = torch.zeros(len(TEXTS))
    for t, share in zip(nodes, shares, strict=True):
        sigma, rate = o.total_noise(schedule, t.expand(len(TEXTS)))
        alpha = schedule.alpha(t)
        for masked in SETS:
            noisy = torch.tensor([i in masked for i in range(L)]).expand(len(TEXTS), L)
            log_p = o._log_p(scores(TEXTS.masked_fill(noisy, MASK), t), MASK)
            loss = o.sedd(o.log_scores(log_p, sigma), TEXTS, noisy, sigma, rate, MASK)
            total += share * (1 - alpha) ** len(masked) * alpha ** (L - len(masked)) * loss
    exact = o.exact_nelbo(scores, TEXTS, MASK, low=schedule.eps)
    torch.testing.assert_close(total, exact, **EXACT)
    if consistent:  # the score is exact, so nothing is lost but what is still clean at t = 1
        torch.testing.assert_close(total, -joint(1).flatten(), atol=0.01, rtol=0)

"""Uniform noise against the process itself: texts of two slots and four tokens, noised by matrix exponentials and enumerated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
import torch
from numpy.polynomial.legendre import leggauss
from torch import Tensor

from engine.diffusion import uniform
from engine.diffusion.canvas import Canvas, Proposal, Said
from engine.diffusion.dice import Dice
from engine.diffusion.posterior import UNIFORM, forward, posterior
from engine.diffusion.quota import alphas
from engine.diffusion.schedules import Cosine, Geometric, Linear, LogLinear, NoiseSchedule, rate_at
from engine.samplers import Analytic, Blocks, UniformReverse
from tests.conftest import some
from tests.engine.diffusion.test_samplers import proposal

pytestmark = pytest.mark.usefixtures("double")
N, L = 4, 2
TEXTS = list(itertools.product(range(N), repeat=L))
DATA = (
    torch.randn(N, N, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    .mul(1.5)
    .flatten()
    .softmax(0)
    .view(N, N)
)
"""p(x_0): the slots depend on each other"""
RATE = torch.ones(N, N, dtype=torch.float64) / N - torch.eye(N, dtype=torch.float64)
"""the rate matrix of one slot at sigma' = 1: a token is lost at the rate 1 and becomes any of them"""


def moved(distance: float) -> Tensor:
    """(N, N) q(column | row) over total noise ``distance``, by the matrix exponential."""
    return torch.linalg.matrix_exp(distance * RATE)


def at(alpha: float) -> Tensor:
    """(N, N) p_t of the whole text."""
    q = moved(-math.log(alpha))
    return q.T @ DATA @ q


def network(seen: Tensor, alpha: float) -> Tensor:
    """(B, L, N) the exact answer: p of each slot's clean token given the other slot's noisy one, and nothing of its own."""
    q = moved(-math.log(alpha))
    first, second = DATA @ q, DATA.T @ q  # rows: own clean token, columns: the noisy other
    one, two = (part / part.sum(0) for part in (first, second))
    return torch.stack([one[:, seen[:, 1]].T, two[:, seen[:, 0]].T], 1)


def exact_step(seen: tuple[int, ...], a_t: float, a_s: float) -> Tensor:
    """(L, N) the marginals of p(x_s | x_t) by Bayes over all texts at s."""
    q = moved(math.log(a_s / a_t))
    joint = at(a_s) * torch.outer(q[:, seen[0]], q[:, seen[1]])
    joint = joint / joint.sum()
    return torch.stack([joint.sum(1), joint.sum(0)])


def stepped(said: Said, ids: Tensor, t: float, s: float, schedule: NoiseSchedule, *, euler: bool = False) -> Tensor:
    p = UniformReverse(N, schedule, euler).step((said,), ids, t, s)
    return p / p.sum(-1, keepdim=True)


@pytest.mark.parametrize("noise", [0.1, 1.0, 5.0])
def test_the_forward_process_is_the_matrix_exponential(noise: float) -> None:
    for start in range(N):
        torch.testing.assert_close(forward(UNIFORM, start, math.exp(-noise), N)[:N], moved(noise)[start])


@pytest.mark.parametrize(("a_t", "a_s"), [(0.2, 0.7), (0.01, 0.02), (0.6, 1.0)])
def test_the_posterior_is_bayes_with_matrix_exponentials(a_t: float, a_s: float) -> None:
    before, onward = moved(-math.log(a_s)), moved(math.log(a_s / a_t))
    for start, seen in TEXTS:
        wanted = before[start] * onward[:, seen]
        torch.testing.assert_close(posterior(UNIFORM, a_t, a_s, seen, start, N)[:N], wanted / wanted.sum())


@pytest.mark.parametrize("schedule", some([Linear(), LogLinear(), Cosine(), Geometric(high=6.0)], LogLinear()))
@pytest.mark.parametrize(("t", "s"), [(0.95, 0.9), (0.5, 0.2), (0.3, 0.0)])
def test_one_step_of_an_exact_model_is_that_of_the_process(schedule: NoiseSchedule, t: float, s: float) -> None:
    """UDLM's by its distributions and SEDD's by its ratios; at s = 0 it is Tweedie's."""
    a_t, a_s = alphas(schedule, t, s)
    ids = torch.tensor(TEXTS)
    p = network(ids, a_t)
    marginal = at(a_t)
    wanted = torch.stack([exact_step(text, a_t, a_s) for text in TEXTS])
    torch.testing.assert_close(stepped(Said(p.log()), ids, t, s, schedule), wanted)
    ratios = torch.stack(
        [torch.stack([marginal[:, b] / marginal[a, b], marginal[a] / marginal[a, b]]) for a, b in TEXTS]
    )
    torch.testing.assert_close(uniform.log_ratios(p, ids, a_t).exp(), ratios)
    torch.testing.assert_close(uniform.at_level(ratios.log(), a_t), p)
    torch.testing.assert_close(stepped(Said(ratios.log(), ratios=True), ids, t, s, schedule), wanted)


@pytest.mark.slow
@pytest.mark.parametrize("by_ratios", [True, False])
def test_euler_steps_come_to_the_exact_step_as_they_get_smaller(by_ratios: bool) -> None:
    """One slot, so that steps multiply. The error halves where steps are halved."""
    schedule, data, ids = LogLinear(), DATA.sum(1), torch.arange(N)[:, None]
    t, s = 0.9, 0.1
    a_t, a_s = alphas(schedule, t, s)
    before = data @ moved(-math.log(a_s))
    exact = before * moved(math.log(a_s / a_t)).T
    exact = exact / exact.sum(-1, keepdim=True)

    def error(steps: int) -> float:
        whole = torch.eye(N)
        for i in range(steps):
            now, then = (t + (s - t) * k / steps for k in (i, i + 1))
            p = data.expand(N, 1, N)
            said = Said(p.log())
            if by_ratios:
                said = Said(uniform.log_ratios(p, ids, alphas(schedule, now, now)[0]), ratios=True)
            whole = whole @ stepped(said, ids, now, then, schedule, euler=True)[:, 0]
        return float((whole - exact).abs().max())

    errors = [error(n) for n in (100, 200, 400)]
    assert errors[0] < 0.05 and errors[1] / errors[0] == pytest.approx(0.5, abs=0.05)
    assert errors[2] / errors[1] == pytest.approx(0.5, abs=0.03)
    # The step itself is one along the generator: s(y) sigma' / N for each other token.
    ratio = before[None] / before[:, None]  # any ratios will do
    rates = ratio * rate_at(schedule, t) / N
    rates = rates.masked_fill(torch.eye(N, dtype=torch.bool), 0)
    wanted = torch.eye(N) * (1 - 0.01 * rates.sum(1)) + 0.01 * rates
    made = stepped(Said(ratio.log()[:, None], ratios=True), ids, t, t - 0.01, schedule, euler=True)
    torch.testing.assert_close(made[:, 0], wanted)


@pytest.mark.slow
def test_absorbing_steps_come_to_the_exact_one_too() -> None:
    """SEDD's rule for masks: what a masked slot is written with, by the analytic step at once and by many of Euler's. (Under the
    log-linear schedule the two are one: both write a share (t - s) / t.)"""
    schedule, t, s = Geometric(high=3.0), 0.95, 0.5
    a_t, a_s = alphas(schedule, t, s)
    exact = (a_s - a_t) / (1 - a_t)
    noisy = torch.ones(1, 20_000, dtype=torch.bool)
    canvas = Canvas(torch.zeros_like(noisy).long(), noisy, ~noisy)

    def written(steps: int, **which: bool) -> float:
        left, rule = 1.0, Analytic(schedule, **which)
        for k in range(steps):
            now, then = (t + (s - t) * i / steps for i in (k, k + 1))
            left *= 1 - float(rule.decide(canvas, proposal(20_000), now, then, Dice([k])).accept.double().mean())
        return 1 - left

    assert written(1) == pytest.approx(exact, abs=0.01)
    errors = [abs(written(n, euler=True) - exact) for n in (4, 16)]
    assert errors[0] > 0.03 and errors[1] < errors[0] / 2.5


def test_score_entropy_of_the_uniform_graph_summed_by_hand() -> None:
    """The definition: over every other token y, Q(x, y) (s - r log s + K(r)) with r = q(y | x_0) / q(x | x_0)."""
    sigma, rate = 0.7, 1.3
    q = moved(sigma)
    log_s = torch.randn(len(TEXTS), 1, N, generator=torch.Generator().manual_seed(1))
    found = []
    for row, (start, seen) in enumerate(TEXTS):
        total = 0.0
        for y in range(N):
            if y != seen:
                r, s = float(q[start, y] / q[start, seen]), float(log_s[row, 0, y].exp())
                total += rate * float(RATE[seen, y]) * (s - r * math.log(s) + r * (math.log(r) - 1))
        found.append(total)
    clean, noisy = (torch.tensor(part)[:, None] for part in zip(*TEXTS, strict=True))
    levels = torch.full((len(TEXTS),), sigma), torch.full((len(TEXTS),), rate)
    torch.testing.assert_close(uniform.sedd(log_s, clean, noisy, *levels), torch.tensor(found))


def bound(text: tuple[int, ...], of: Callable[[Tensor, float], Tensor], nodes: int = 60) -> float:
    """The NELBO of a text: over t by Gauss and Legendre, over all noisy texts by enumeration."""
    x, w = (torch.as_tensor(part) for part in leggauss(nodes))
    ids, seen = torch.tensor([text]).expand(len(TEXTS), -1), torch.tensor(TEXTS)
    total = 0.0
    for u, weight in zip((x + 1) / 2, w / 2, strict=True):
        t = u**2  # nodes are dense where the loss is steep
        alpha = float(1 - t)
        q = moved(-math.log(alpha))
        share = q[text[0], seen[:, 0]] * q[text[1], seen[:, 1]]
        loss = uniform.udlm(of(seen, alpha).log(), ids, seen, t.expand(len(TEXTS)), Linear())
        total += float(weight * 2 * u * (share * loss).sum())
    return total


@pytest.mark.slow
def test_the_bound_of_an_exact_model_is_the_likelihood_and_that_of_another_is_worse() -> None:
    """UDLM's continuous-time NELBO: nothing is lost where the model says what is true, and on average nobody does better."""
    for text in TEXTS[::5]:
        assert bound(text, network) == pytest.approx(-math.log(float(DATA[text])), abs=3e-4)
    entropy = -float((DATA * DATA.log()).sum())
    mean = sum(float(DATA[text]) * bound(text, lambda *x: 0.8 * network(*x) + 0.2 / N, 12) for text in TEXTS)
    assert mean > entropy + 0.01


def decided(rule: UniformReverse | Blocks, said: tuple[Said, ...], canvas: Canvas, t: float, s: float, seed: int = 0):
    given: Proposal = proposal(canvas.ids.shape[1])
    fields = {name: getattr(given, name) for name in given.__slots__} | {"said": said}
    return rule.decide(canvas, Proposal(**fields), t, s, Dice([seed]))


def test_what_is_drawn_is_distributed_as_the_step_says_and_closed_slots_stay() -> None:
    size, t, s = 20_000, 0.6, 0.3
    ids = torch.full((1, size), 2)
    noisy = torch.ones_like(ids, dtype=torch.bool)
    frozen = torch.arange(size)[None] % 2 == 1
    p = torch.tensor([0.6, 0.3, 0.1, 0.0], dtype=torch.float64).clamp_min(1e-300).log().expand(1, size, N)
    canvas = Canvas(ids, noisy & ~frozen, frozen)
    made = decided(UniformReverse(N), (Said(p),), canvas, t, s)
    assert made.ids is not None and (made.ids[frozen] == 2).all()
    wanted = stepped(Said(p[:, :1]), ids[:, :1], t, s, LogLinear())[0, 0]
    shares = torch.bincount(made.ids[~frozen], minlength=N) / (size / 2)
    torch.testing.assert_close(shares, wanted, atol=0.015, rtol=0)
    assert not (made.accept & made.remask).any() and not ((made.accept | made.remask) & frozen).any()
    last = decided(UniformReverse(N), (Said(p),), canvas, 0.1, 0.0).ids
    assert last is not None and not (last[~frozen] == 3).any(), "at the end no noise is left"
    barred = torch.zeros(1, size, N, dtype=torch.bool)
    barred[..., 0] = True
    never = decided(UniformReverse(N), (Said(p, barred=barred),), canvas, t, s).ids
    assert never is not None and not (never[~frozen] == 0).any()


def test_guided_steps_are_multiplied() -> None:
    """D-CFG: log p = (1 + w) log p_with - w log p_without of the posteriors, not of what they are made from."""
    ids = torch.tensor([[1, 3]])
    one, two = torch.randn(2, 1, L, N, generator=torch.Generator().manual_seed(2)).log_softmax(-1)
    made = UniformReverse(N).step((Said(one, weight=2.5), Said(two, weight=-1.5)), ids, 0.7, 0.4)
    alone = [stepped(Said(part), ids, 0.7, 0.4, LogLinear()) for part in (one, two)]
    torch.testing.assert_close(made, (2.5 * alone[0].log() - 1.5 * alone[1].log()).softmax(-1))
    same = UniformReverse(N).step((Said(one, weight=2.5), Said(one, weight=-1.5)), ids, 0.7, 0.4)
    torch.testing.assert_close(same, alone[0])


def test_blocks_step_by_their_own_time() -> None:
    noisy = torch.ones(1, 4, dtype=torch.bool)
    canvas = Canvas(torch.tensor([[0, 1, 2, 3]]), noisy, ~noisy, block=torch.tensor([[0, 0, 1, 1]]))
    said = (Said(torch.randn(1, 4, N, generator=torch.Generator().manual_seed(2)).log_softmax(-1)),)
    made = decided(Blocks(2, UniformReverse(N)), said, canvas, 0.75, 0.5)  # the last of the first block's two steps
    assert made.ids is not None and made.ids[0, 2:].tolist() == [2, 3]
    assert made.accept[0, :2].all() and not made.accept[0, 2:].any()

"""Score entropy on one place: ratios in place of probabilities, their loss, and SEDD's analytic step. For masks and for
random tokens."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.diffusion import objectives, uniform
from engine.diffusion.canvas import Canvas, Proposal, Said
from engine.diffusion.dice import Dice
from engine.diffusion.schedules import NoiseSchedule
from engine.samplers import Analytic, UniformReverse
from engine.text.tokenizer import Tokenizer

DRAWS = 20_000
"""masked places on which the sampler decides, to count how many it writes"""


@dataclass(frozen=True, slots=True)
class Ratios:
    """A masked model as a score model, on one place at one noise level."""

    sigma: float
    dsigma: float
    true_ratio: float
    """1 / (e^sigma - 1): that of the true token; every other token's is 0"""
    scores: list[float]
    """s(y) of the tokens that were asked for"""
    mass: float
    """the sum of s(y) over all tokens"""
    loss: float
    """the diffusion-weighted score entropy of this place"""
    mdlm: float
    """what masked diffusion pays for the same draw: -alpha' / (1 - alpha) times -log p"""


def ratios(log_p: Tensor, true: int, schedule: NoiseSchedule, t: float, asked: list[int]) -> Ratios:
    """Scores from the log-probabilities (V,) of a masked model at noise level ``t``."""
    at = torch.tensor([t], dtype=torch.float64)
    sigma, dsigma = objectives.total_noise(schedule, at)
    log_s = objectives.log_scores(log_p.double()[None, None], sigma)
    ids, noisy = torch.tensor([[true]]), torch.ones(1, 1, dtype=torch.bool)
    loss = objectives.sedd(log_s, ids, noisy, sigma, dsigma, log_p.shape[-1])
    same = objectives.mdlm(log_p.double()[None, None], ids, noisy, at, schedule)
    s = log_s[0, 0].exp()
    return Ratios(
        float(sigma), float(dsigma), 1 / math.expm1(float(sigma)), [float(s[i]) for i in asked], float(s.sum()),
        float(loss), float(same),
    )  # fmt: skip


def loss_curve(ratio: float, points: int = 121, span: float = 100.0) -> tuple[list[float], list[float]]:
    """(s, score entropy of s for the true ratio), s from ``ratio`` / span to ``ratio`` * span, evenly on a log scale."""
    log_s = torch.linspace(-math.log(span), math.log(span), points, dtype=torch.float64) + math.log(ratio)
    one = torch.ones(points, 1, dtype=torch.float64)
    values = objectives.score_entropy(log_s[:, None], one * ratio, one)
    return log_s.exp().tolist(), values.tolist()


def loss_at(ratio: float, score: float) -> float:
    """The score entropy of one score for one true ratio."""
    log_s, r = (torch.tensor([x], dtype=torch.float64) for x in (math.log(score), ratio))
    return float(objectives.score_entropy(log_s, r, torch.ones_like(r)))


@dataclass(frozen=True, slots=True)
class AnalyticStep:
    """One step of SEDD from t to s on a masked place."""

    distance: float
    """d = sigma(t) - sigma(s)"""
    by_hand: float
    """(e^d - 1) times the sum of s(y): the probability that the place is written"""
    counted: float
    """the share of DRAWS masked places that the engine's sampler wrote"""
    draws: int = DRAWS


def analytic_step(schedule: NoiseSchedule, mass: float, t: float, s: float, seed: int) -> AnalyticStep:
    """The step by the formula, and by the sampler that writes. ``mass``: the sum of the scores at ``t``. At s = 0 the mask's
    share is dropped (Tweedie), so everything is written."""
    sigma_t, sigma_s = (
        float(objectives.total_noise(schedule, torch.tensor(u, dtype=torch.float64))[0]) for u in (t, s)
    )
    by_hand = min(1.0, math.expm1(sigma_t - sigma_s) * mass)
    noisy = torch.ones(1, DRAWS, dtype=torch.bool)
    canvas = Canvas(torch.zeros(1, DRAWS, dtype=torch.long), noisy, ~noisy)
    # The sampler is told of the scores what a denoiser of SEDD tells it: their sum times e^sigma - 1.
    told = torch.full((1, DRAWS), mass * math.expm1(sigma_t), dtype=torch.float64)
    nothing = torch.zeros_like(told)
    proposal = Proposal(
        ids=canvas.ids, confidence=nothing, entropy=nothing, current=nothing, best=canvas.ids, top=nothing, gap=nothing,
        standing=nothing, mass=told, stable=torch.zeros(1, dtype=torch.bool),
    )  # fmt: skip
    decision = Analytic(schedule).decide(canvas, proposal, t, s, Dice([seed]))
    return AnalyticStep(sigma_t - sigma_s, by_hand, float(decision.accept.double().mean()))


@dataclass(frozen=True, slots=True)
class UniformRatios:
    """The same where a random token stands on the place, which nobody knows to be noise."""

    sigma: float
    scores: list[float]
    """s(y) = p_t(y) / p_t(seen) of the tokens that were asked for"""
    true_ratios: list[float]
    """the same for the true token: q(y | true) / q(seen | true)"""
    loss: float
    """the diffusion-weighted score entropy of this place, which is what UDLM's bound pays"""
    posterior: list[float]
    """what the place was at s, by UDLM's posterior: of the tokens that were asked for"""
    analytic: list[float]
    """the same by the engine's own rule from the ratios: SEDD's analytic step"""


def stranger(tokenizer: Tokenizer, seed: int) -> int:
    """A token of ordinary text that has nothing to do with the place."""
    return int(
        tokenizer.ordinary[torch.randint(len(tokenizer.ordinary), (1,), generator=Generator().manual_seed(seed))]
    )


def uniform_ratios(
    log_p: Tensor, true: int, seen: int, schedule: NoiseSchedule, t: float, s: float, asked: list[int]
) -> UniformRatios:
    """Scores from the log-probabilities (N,) of what a place was at first, where ``seen`` stands at noise level ``t``."""
    at, stands = torch.tensor([t], dtype=torch.float64), torch.tensor([[seen]])
    p = log_p.double().exp()[None, None]
    alpha, alpha_s = (float(schedule.alpha(torch.tensor(u, dtype=torch.float64))) for u in (t, s))
    log_s = uniform.log_ratios(p, stands, alpha)
    clean = torch.nn.functional.one_hot(torch.tensor([[true]]), len(log_p))
    ratio = uniform.log_ratios(clean, stands, alpha).exp()[0, 0]
    sigma, dsigma = objectives.total_noise(schedule, at)
    loss = uniform.sedd(log_s, torch.tensor([[true]]), stands, sigma, dsigma)
    before = uniform.posterior(p, stands, alpha, alpha_s)[0, 0]
    rule = UniformReverse(len(log_p), schedule).step((Said(log_s, ratios=True),), stands, t, s)[0, 0]
    return UniformRatios(
        float(sigma), [float(log_s[0, 0, i].exp()) for i in asked], [float(ratio[i]) for i in asked], float(loss),
        [float(before[i]) for i in asked], [float(rule[i]) for i in asked],
    )  # fmt: skip

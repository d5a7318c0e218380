"""What diffusion language models are trained for and measured by, as pure functions of log-probabilities.

Everything is in nats, and sums over slots: divide by tokens for a mean, see ``perplexity`` for a bound. Shapes: B rows, L
slots, V ids. ``ids`` (B, L) is always the clean text and ``noisy`` (B, L) bool says which of its slots are masked, so the text
that a network sees is ``ids.masked_fill(noisy, mask_id)``. ``log_p`` (B, L, V) is normalised and gives the mask itself no
probability. The losses are differentiable; those with a row each, (B,), are unbiased for every row.

    masked diffusion    mdlm, any_order: one draw    nelbo: many    exact_nelbo: all of them
    score entropy       sedd, score_entropy          log_scores: a masked model as a score model
    left to right       autoregressive               eso, exact_eso: the mixture of it with masked diffusion
    information         entropy, cross_entropy, kl, perplexity
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from engine.diffusion.schedules import NoiseSchedule, Partial
from engine.errors import TooLongToEnumerate

Scores = Callable[[Tensor, Tensor], Tensor]
"""A network on masked ids (B, L) at noise levels t (B,): unnormalised scores (B, L, V). Text around the canvas is its own
business."""

MAX_EXACT = 12
"""slots up to which all 2^L sets of masked slots are tried"""


# The forward process


def times(shape: tuple[int, ...], rng: Generator) -> Tensor:
    """Noise levels in (0, 1], spread evenly along the last dimension: t_i = (u + i / n) mod 1 with one u for all n.

    Each is uniform, all together leave no stretch of 0..1 out, which lowers the variance of their mean (VDM, arXiv 2107.00630,
    the low-discrepancy sampler; MDLM, arXiv 2406.07524, trains with it). ``shape`` is (B,) for a batch to train on, or (B, n)
    for n levels of each row.
    """
    n = shape[-1]
    u = torch.rand((*shape[:-1], 1), generator=rng, device=rng.device)
    return 1 - (u + torch.arange(n, device=rng.device) / n) % 1  # turned round: 0, where nothing is masked, never comes


def mask(ids: Tensor, t: Tensor, schedule: NoiseSchedule, rng: Generator, frozen: Tensor | None = None) -> Tensor:
    """q(x_t | x): (B, L) bool, each slot of ``ids`` noisy with probability 1 - alpha(t), t (B,), on its own (MDLM).

    Slots that are ``frozen`` (B, L) never are.
    """
    drawn = torch.rand(ids.shape, generator=rng, device=rng.device).to(ids.device)
    noisy = drawn < (1 - schedule.alpha(t)).to(ids.device)[:, None]
    return noisy if frozen is None else noisy & ~frozen


def mask_count(ids: Tensor, t: Tensor, rng: Generator) -> Tensor:
    """(B, L) bool: ceil(t L) slots of each row noisy, t (B,) in (0, 1], any of them alike (LLaDA, arXiv 2502.09992, eq. 6)."""
    count = (t * ids.shape[1]).ceil().clamp(1, ids.shape[1])
    rank = torch.rand(ids.shape, generator=rng, device=rng.device).argsort(-1).argsort(-1)
    return (rank < count.to(rank.device)[:, None]).to(ids.device)


# Masked diffusion


def bound_weight(schedule: NoiseSchedule, t: Tensor) -> Tensor:
    """-alpha'(t) / (1 - alpha(t)) of the bound, of the shape of t: 1 / t for the linear schedule (MDLM, eq. 10)."""
    masked = 1 - schedule.alpha(t)
    # Where rounding leaves 0, no slot is masked: any finite weight will do.
    return -schedule.alpha_dot(t) / masked.clamp_min(torch.finfo(masked.dtype).eps / 2)


def mdlm(log_p: Tensor, ids: Tensor, noisy: Tensor, t: Tensor, schedule: NoiseSchedule) -> Tensor:
    """(B,) the NELBO of masked diffusion at one t (B,) and one draw of ``mask``; its mean over both is the bound on -log p(ids).

    The sum of -log p(x_i | x_t) over masked slots, times ``bound_weight``: only masked slots are predicted, the others are copied
    (MDLM, arXiv 2406.07524, eq. 10 summed over the tokens). Few masks at a tiny t weigh so much that the variance has no bound.
    """
    return bound_weight(schedule, t).to(log_p) * _sum(log_p, ids, noisy)


def any_order(log_p: Tensor, ids: Tensor, noisy: Tensor) -> Tensor:
    """(B,) the same bound at one t, uniform, and one draw of ``mask_count``: L / m times the sum over the m masked slots.

    It has the mean of ``mdlm`` under any schedule and a variance that is bounded (LLaDA, arXiv 2502.09992, eq. 6). So the bound
    is that of a model that writes one slot at a time in a random order (RADD, arXiv 2406.03736).
    """
    return ids.shape[1] / noisy.sum(-1).clamp_min(1) * _sum(log_p, ids, noisy)


def nelbo(
    scores: Scores, ids: Tensor, mask_id: int, rng: Generator, samples: int, schedule: NoiseSchedule | None = None
) -> Tensor:
    """(B,) a Monte Carlo estimate of the bound: the mean over ``samples`` noise levels a row, spread evenly.

    Of ``any_order``, which varies less, or of ``mdlm`` where a schedule is given. With ``samples`` = L every number of masks
    comes once.
    """
    found = []
    for t in times((len(ids), samples), rng).unbind(-1):
        noisy = mask_count(ids, t, rng) if schedule is None else mask(ids, t, schedule, rng)
        t = t.to(ids.device)
        log_p = _log_p(scores(ids.masked_fill(noisy, mask_id), t), mask_id)
        found.append(any_order(log_p, ids, noisy) if schedule is None else mdlm(log_p, ids, noisy, t, schedule))
    return torch.stack(found).mean(0)


def set_weights(size: int, high: float = 1.0, low: float = 0.0) -> Tensor:
    """(L + 1,) float64: what each set of m masked slots of ``size`` adds to the bound per nat of its slots, t integrated out.

    A set is masked with probability (1 - alpha)^m alpha^(L - m), so with alpha from ``low`` = alpha(1) to ``high`` = alpha(0) the
    integral of -alpha' / (1 - alpha) times it is that of (1 - a)^(m - 1) a^(L - m) da, an incomplete beta function. In full,
    1 / (m C(L, m)): every m counts alike, and every set of m. Up to a < 1 it is that times the probability that more than L - m
    of L slots, each clean with probability a, are clean.
    """

    def clean(alpha: float, least: int) -> float:
        return sum(math.comb(size, k) * alpha**k * (1 - alpha) ** (size - k) for k in range(least, size + 1))

    full = [1 / (m * math.comb(size, m)) for m in range(1, size + 1)]
    spans = [clean(high, size - m + 1) - clean(low, size - m + 1) for m in range(1, size + 1)]
    return torch.tensor([0.0, *(w * span for w, span in zip(full, spans, strict=True))], dtype=torch.float64)


def exact_nelbo(scores: Scores, ids: Tensor, mask_id: int, high: float = 1.0, low: float = 0.0) -> Tensor:
    """(B,) the NELBO with nothing drawn: the sum over all sets of masked slots, by ``set_weights``.

    It is the mean of ``mdlm`` under any schedule with alpha(0) = ``high`` and alpha(1) = ``low``, and in full that of
    ``any_order``. For a network whose scores do not depend on t (it is given the share of masked slots). It takes 2^L - 1 rows
    of the network for each of ids; raises TooLongToEnumerate above MAX_EXACT slots.
    """
    sets, nats = _all(scores, ids, mask_id)
    return (nats.sum(-1) * set_weights(ids.shape[1], high, low).to(nats)[sets.sum(-1)]).sum(-1)


# Score entropy


def total_noise(schedule: NoiseSchedule, t: Tensor) -> tuple[Tensor, Tensor]:
    """SEDD's total noise sigma = -log alpha and its derivative, of the shape of t. Infinite where alpha is 0."""
    alpha = schedule.alpha(t)
    return -alpha.log(), -schedule.alpha_dot(t) / alpha


def log_scores(log_p: Tensor, sigma: Tensor) -> Tensor:
    """log s (B, L, V) of a masked model at masked slots: log p - log(e^sigma - 1), sigma (B,) (RADD, arXiv 2406.03736).

    s(y) is then the ratio p(x with y here) / p(x with a mask here) of noisy texts.
    """
    return log_p - _log_expm1(sigma).to(log_p)[:, None, None]


def log_masses(log_s: Tensor, sigma: Tensor) -> Tensor:
    """The inverse of ``log_scores``. A score model's sum to log 0 only once it is trained."""
    return log_s + _log_expm1(sigma).to(log_s)[:, None, None]


def score_entropy(log_s: Tensor, ratio: Tensor, weight: Tensor) -> Tensor:
    """(...) the sum over y of w (s - r log s + K(r)), K(a) = a (log a - 1), of scores s for true ratios r, all (..., N).

    Never negative, and 0 only at s = r: the Bregman divergence of K (SEDD, arXiv 2310.16834, definition 3.1).
    """
    ratio = ratio.to(log_s)
    cross = ratio * log_s.masked_fill(ratio == 0, 0.0)  # 0 log 0 = 0
    values = weight * (log_s.exp() - cross + torch.xlogy(ratio, ratio) - ratio)
    return torch.where(weight == 0, 0.0, values).sum(-1)


def sedd(log_s: Tensor, ids: Tensor, noisy: Tensor, sigma: Tensor, dsigma: Tensor, mask_id: int) -> Tensor:
    """(B,) the diffusion-weighted denoising score entropy of the absorbing graph at one sigma (B,) and one draw of ``mask``.

    Only a mask can turn back into a token, at the rate dsigma; the ratio is r = 1 / (e^sigma - 1) at the true token and 0 at the
    others, so the sum over y is sum s(y) - r log s(x_i) + K(r), the mask's own column left out (SEDD, theorem 3.6, eq. 10). Its
    mean over t and draws bounds -log p(ids), for alpha(1) near 0. With ``log_scores`` it equals ``mdlm`` draw for draw.
    """
    r = torch.exp(-_log_expm1(sigma)).to(log_s)[:, None]
    others = (
        log_s.index_fill(-1, torch.tensor([mask_id], device=ids.device), -torch.inf)
        if mask_id < log_s.shape[-1]
        else log_s
    )
    own = log_s.gather(-1, ids[..., None]).squeeze(-1)
    values = others.exp().sum(-1) - r * own + torch.xlogy(r, r) - r
    return dsigma.to(log_s) * torch.where(noisy, values, 0.0).sum(-1)


# Left to right, and both


def autoregressive(log_p: Tensor, ids: Tensor) -> Tensor:
    """(B,) -log p(ids) exactly: log_p[:, i] scores slot i given the slots before it."""
    return _sum(log_p, ids, torch.ones_like(ids, dtype=torch.bool))


def eso(
    diffusion: Tensor, sequential: Tensor, ids: Tensor, noisy: Tensor, left: Tensor, t: Tensor, alpha_0: float
) -> Tensor:
    """(B,) the NELBO of Eso-LM at one draw: diffusion writes a share alpha_0, what is left is written left to right.

    ``diffusion`` (B, L, V) is log p given the text with ``noisy`` masked, ``noisy`` drawn by ``mask`` at t (B,) under
    Partial(alpha_0); ``sequential`` (B, L, V) is log p of slot i given every slot before it and those behind it that are not in
    ``left`` (B, L) bool, drawn by ``mask`` at t = 0. alpha_0 = 1 is ``mdlm``, alpha_0 = 0 ``autoregressive`` (arXiv 2506.01928).
    """
    return mdlm(diffusion, ids, noisy, t, Partial(alpha_0)) + _sum(sequential, ids, left)


def exact_eso(scores: Scores, ids: Tensor, mask_id: int, alpha_0: float, sequential: Scores | None = None) -> Tensor:
    """(B,) the mean of ``eso`` over all draws, as ``exact_nelbo``; ``sequential`` is the network in that phase, where it differs.

    Slot i is written in the sequential phase with the set M still masked, i its first, where all of M were left and all other
    slots behind i were not: probability (1 - alpha_0)^|M| alpha_0^(others behind i).
    """
    Partial(alpha_0)  # refuses a share outside 0..1
    sets, nats = _all(scores, ids, mask_id)
    size, masked, first = ids.shape[1], sets.sum(-1), sets.int().argmax(-1)
    diffused = (nats.sum(-1) * set_weights(size, alpha_0).to(nats)[masked]).sum(-1)
    if sequential is not None:
        _, nats = _all(sequential, ids, mask_id)
    left = (1 - alpha_0) ** masked.double() * alpha_0 ** (size - first - masked).double()
    return diffused + (nats.gather(-1, first.expand(len(ids), -1)[..., None]).squeeze(-1) * left.to(nats)).sum(-1)


# Information


def entropy(log_p: Tensor) -> Tensor:
    """H(p) = -sum p log p (...,) of log-probabilities (..., N): the nats that nobody can save."""
    return cross_entropy(log_p, log_p)


def cross_entropy(log_p: Tensor, log_q: Tensor) -> Tensor:
    """H(p, q) = -sum p log q (...,): the nats that a model q pays for data from p. H(p, q) = H(p) + KL(p || q)."""
    p = log_p.exp()
    return -(p * log_q.masked_fill(p == 0, 0.0)).sum(-1)  # 0 log 0 = 0


def kl(log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(p || q) = sum p (log p - log q) (...,): what q pays beyond the entropy, 0 only for q = p."""
    p = log_p.exp()
    return (p * (log_p - log_q).masked_fill(p == 0, 0.0)).sum(-1)


def perplexity(nats: float, tokens: float = 1) -> float:
    """exp(nats / tokens): of a likelihood, or of a NELBO, which bounds it from above."""
    return math.exp(nats / tokens)


def _sum(log_p: Tensor, ids: Tensor, where: Tensor) -> Tensor:
    """(B,) -log p of the true ids, summed over the slots ``where`` (B, L). Other slots may have no finite score."""
    return torch.where(where, -log_p.gather(-1, ids[..., None]).squeeze(-1), 0.0).sum(-1)


def _log_p(scores: Tensor, mask_id: int) -> Tensor:
    if mask_id < scores.shape[-1]:
        scores = scores.index_fill(-1, torch.tensor([mask_id], device=scores.device), -torch.inf)
    return scores.log_softmax(-1)


def _log_expm1(sigma: Tensor) -> Tensor:
    """log(e^sigma - 1), for sigma that is tiny or large."""
    sigma = sigma.clamp_min(torch.finfo(sigma.dtype).eps / 2)
    return sigma + torch.log(-torch.expm1(-sigma))


def _all(scores: Scores, ids: Tensor, mask_id: int) -> tuple[Tensor, Tensor]:
    """All S = 2^L - 1 sets of masked slots (S, L) bool, and the nats of the masked slots under each (B, S, L), 0 elsewhere."""
    rows, size = ids.shape
    if size > MAX_EXACT:
        raise TooLongToEnumerate(
            f"{size} slots have 2^{size} sets of masks; give at most {MAX_EXACT}, or estimate with nelbo()"
        )
    numbers = torch.arange(1, 2**size, device=ids.device)
    sets = (numbers[:, None] >> torch.arange(size, device=ids.device)) % 2 == 1
    sets = sets[sets.sum(-1).argsort(stable=True)]
    parts = []
    for m in range(1, size + 1):
        noisy = sets[sets.sum(-1) == m].repeat(rows, 1)  # (B C(L, m), L)
        clean = ids.repeat_interleave(len(noisy) // rows, 0)
        t = torch.full((len(noisy),), m / size, device=ids.device)
        log_p = _log_p(scores(clean.masked_fill(noisy, mask_id), t), mask_id)
        found = torch.where(noisy, -log_p.gather(-1, clean[..., None]).squeeze(-1), 0.0)
        parts.append(found.view(rows, -1, size))
    return sets, torch.cat(parts, 1)

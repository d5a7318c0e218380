"""What a denoiser makes of one masked word, and what that costs: entropy, cross-entropy, KL, and the gradient."""

from __future__ import annotations

import math
from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.diffusion import objectives
from engine.diffusion.canvas import Canvas
from engine.study.sample import Sample
from engine.systems.choice import Ways
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap

Progress = tuple[int, int]
"""passes done and passes to do"""


def guesser(ways: Ways) -> tuple[str, Denoiser]:
    """Who answers for masks: a network that was trained on them where there is one, else what fills in. (name, denoiser)."""
    name = "writer" if "writer" in ways.denoisers else ways.best["infill"]
    return name, ways.denoisers[name]


def scores(denoiser: Denoiser, text: Sample, at: int) -> Gen[Progress, None, Tensor]:
    """(V,) log p of every token on one masked place, everything around it known. Yields between forward passes.

    What no fill may hold (special tokens) has no share in it.
    """
    context = Context((text.ids[:at], text.ids[at + 1 :]), (Gap(1, multiline=True, exact=True),))
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    bound = alone.condition(context)
    ids = torch.full((1, 1), denoiser.mask_id, device=denoiser.device)
    noisy = torch.ones_like(ids, dtype=torch.bool)
    canvas = Canvas(ids, noisy, ~noisy)
    for draft in bound.draft(canvas):
        yield draft.done, draft.total + 1
    found = bound.logits(canvas, 1 / len(text))[0, 0].double().cpu()
    log_p = found.clamp_min(NEVER).log_softmax(-1)
    return torch.where(log_p < NEVER / 2, -torch.inf, log_p)


@dataclass(frozen=True, slots=True)
class Guess:
    """The distribution of one masked place, and its price for a target. Nats; infinite where the model rules the target out."""

    tops: list[tuple[int, float, float]]
    """(id, probability, target) of the likeliest tokens, the true one among them, best first"""
    true: float
    """probability of the true token"""
    rank: int
    """place of the true token among all, from 1"""
    entropy: float
    """H(Q)"""
    target_entropy: float
    """H(P)"""
    cross_entropy: float
    """H(P, Q)"""
    kl: float
    """KL(P || Q)"""
    binary: float
    """-log p of "it is this token" as the only question"""
    binary_wrong: float
    """-log(1 - p): the price had the answer been no"""


def near(log_q: Tensor, true: int, most: int) -> list[int]:
    """The likeliest tokens beside the true one; none that the model rules out."""
    ranked = log_q.clone()
    ranked[true] = -torch.inf
    found: list[int] = ranked.topk(min(most, int((ranked > -torch.inf).sum()))).indices.tolist()
    return found


def soft_target(size: int, true: int, softness: float, others: list[int]) -> Tensor:
    """(V,) log P: all on the true token but for ``softness``, which ``others`` share evenly."""
    p = torch.zeros(size, dtype=torch.float64)
    p[true] = 1.0
    if others:
        p[true] -= softness
        p[others] += softness / len(others)
    return p.log()


def priced(log_q: Tensor, true: int, softness: float = 0.0, shown: int = 8) -> Guess:
    """What a guess ``log_q`` (V,) costs where the truth is ``true``, or a soft target around it."""
    others = near(log_q, true, shown - 1)
    log_p = soft_target(len(log_q), true, softness, others)
    tops = sorted([true, *others], key=lambda i: -float(log_q[i]))
    p_true = float(log_q[true].exp())
    infinite = bool(((log_p > -torch.inf) & (log_q == -torch.inf)).any())
    return Guess(
        [(i, float(log_q[i].exp()), float(log_p[i].exp())) for i in tops],
        p_true,
        int((log_q > log_q[true]).sum()) + 1,
        float(objectives.entropy(log_q)),
        float(objectives.entropy(log_p)) + 0.0,  # and not -0.0
        math.inf if infinite else float(objectives.cross_entropy(log_p, log_q)),
        math.inf if infinite else float(objectives.kl(log_p, log_q)),
        surprise(p_true),
        surprise(1 - p_true),
    )


def surprise(p: float) -> float:
    """-log p in nats: the cross-entropy of what happened, by the probability that it was given."""
    if p <= 0:
        return math.inf
    return float(
        objectives.cross_entropy(torch.zeros(1, dtype=torch.float64), torch.tensor([p], dtype=torch.float64).log())
    )


def compared(p: Sequence[float], q: Sequence[float]) -> tuple[float, float, float]:
    """(H(P), H(P, Q), KL(P || Q)) of two small distributions, in nats."""
    log_p, log_q = (torch.tensor(x, dtype=torch.float64).log() for x in (p, q))
    return (
        float(objectives.entropy(log_p)),
        float(objectives.cross_entropy(log_p, log_q)),
        float(objectives.kl(log_p, log_q)),
    )


def gradient(logits: Sequence[float], target: Sequence[float]) -> list[float]:
    """The derivative of the cross-entropy of ``target`` and softmax(``logits``) by each logit, by autograd."""
    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    p = torch.tensor(target, dtype=torch.float64)
    objectives.cross_entropy(p.log(), z.log_softmax(-1)).backward()
    assert z.grad is not None
    return [float(g) for g in z.grad]

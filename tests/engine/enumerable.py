"""Models small enough to enumerate: two tokens, three slots, so all texts, all sets of masks and all orders of writing."""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor

from engine.diffusion.objectives import Scores

L, V = 3, 2
MASK = V
TEXTS = torch.tensor(list(itertools.product(range(V), repeat=L)))
SETS = [m for n in range(1, L + 1) for m in itertools.combinations(range(L), n)]
EXACT = {"atol": 1e-12, "rtol": 1e-12}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def joint(seed: int) -> Tensor:
    """log p of every text (V,) * L."""
    return torch.randn((V,) * L, generator=seeded(seed)).flatten().log_softmax(0).view((V,) * L)


def network(log_joint: Tensor) -> Scores:
    """The network whose scores are the conditionals of one joint distribution: log p(x_i | the unmasked slots)."""

    def scores(ids: Tensor, t: Tensor) -> Tensor:
        out = torch.full((*ids.shape, V + 1), 9.0)  # the mask's own column must not matter
        for row, text in enumerate(ids.tolist()):
            seen = log_joint
            for i, token in enumerate(text):
                if token != MASK:
                    seen = seen.narrow(i, token, 1)
            for i, token in enumerate(text):
                if token == MASK:
                    out[row, i, :V] = seen.movedim(i, 0).flatten(1).logsumexp(1)
        return out

    return scores


def table(seed: int) -> Tensor:
    """(3 ** L, L, V) any conditionals at all: they belong to no joint distribution."""
    return torch.randn((V + 1) ** L, L, V, generator=seeded(seed))


def inconsistent(values: Tensor) -> Scores:
    places = (V + 1) ** torch.arange(L)
    return lambda ids, t: values[(ids * places).sum(-1)]


def conditionals(scores: Scores, text: Tensor, masked: tuple[int, ...]) -> Tensor:
    """(L,) log p of the true token of each slot, with ``masked`` slots hidden."""
    ids = text.clone()
    ids[list(masked)] = MASK
    log_p = scores(ids[None], torch.ones(1))[0, :, :V].log_softmax(-1)
    return log_p.gather(-1, text[:, None]).squeeze(-1)


def written(scores: Scores, text: Tensor, order: tuple[int, ...]) -> float:
    """log-probability that a model which writes slots in this order writes this text."""
    return float(sum(conditionals(scores, text, order[k:])[i] for k, i in enumerate(order)))


def orders(alpha_0: float) -> dict[tuple[int, ...], float]:
    """How likely Eso-LM is to write in each order: each slot by diffusion with probability alpha_0, those in any order."""
    found: dict[tuple[int, ...], float] = {}
    for n in range(L + 1):
        for drafted in itertools.permutations(range(L), n):
            order = (*drafted, *(i for i in range(L) if i not in drafted))
            share = alpha_0**n * (1 - alpha_0) ** (L - n) / math.factorial(n)
            found[order] = found.get(order, 0.0) + share
    return found


def likelihood(scores: Scores, text: Tensor, alpha_0: float = 1.0) -> float:
    """The exact log-likelihood of the process: the mean over orders of the probability."""
    return math.log(sum(share * math.exp(written(scores, text, order)) for order, share in orders(alpha_0).items()))


def mean_over_orders(scores: Scores, text: Tensor, alpha_0: float = 1.0) -> float:
    """The mean over orders of the log-probability: never more, by Jensen."""
    return sum(share * written(scores, text, order) for order, share in orders(alpha_0).items())

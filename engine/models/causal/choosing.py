"""Which tokens the rows of a drawing take: together as the model says, and no two rows the same without need."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from engine.text.allowed import NEVER
from engine.text.context import Gap
from engine.text.tokenizer import Tokenizer

UNLIKELY = 0.02
"""share of the likeliest token's probability below which a token is not tried where rows stand at the same place"""


def first_tokens(log_p: Tensor, n: int, rng: Generator, usual: Sequence[int] = ()) -> Tensor:
    """(n,) first tokens by the log-probabilities (V,), the likeliest for row 0. Of rows that begin alike some begin otherwise, so
    that half of all differ where they can and there is something to choose from: as is ``usual`` there, a quarter of the rows at
    most, then as is likeliest. What a beginning is worth is weighed like any other."""
    chosen = spread(log_p, n, rng)
    begun: dict[int, int] = {}
    alike = [row for row, token in enumerate(chosen.tolist()) if begun.setdefault(token, row) != row]
    named = [token for token in usual if log_p[token] > NEVER / 2 and token not in begun][: n // 4]
    likely = log_p.topk(min(len(log_p), n)).indices.tolist()
    rest = [token for token in likely if token not in {*begun, *named}][: max(0, n // 2 - len(begun) - len(named))]
    for row, token in zip(reversed(alike), [*named, *rest], strict=False):
        chosen[row] = token
    return chosen


def next_tokens(log_p: Tensor, written: Tensor, temperature: float, rng: Generator) -> Tensor:
    """(N,) the next token of every row: the argmax for row 0, tempered draws for the others. Rows that say the same so far share
    what may come next among them.

    Args:
        log_p: (N, V).
        written: (N, D) what the rows say.
    """
    # By the inverse of the distribution function: torch's multinomial draws a number for every token of the vocabulary.
    below = (log_p / temperature).softmax(-1).cumsum(-1)
    drawn = torch.rand(len(log_p), 1, generator=rng).to(log_p.device) * below[:, -1:]
    chosen = torch.searchsorted(below, drawn, right=True).squeeze(-1)
    chosen[0] = log_p[0].argmax()
    _, own = written.unique(dim=0, return_inverse=True)
    for group, count in enumerate(own.bincount().tolist()):
        if count > 1:
            rows = (own == group).nonzero().flatten()
            chosen[rows] = spread(log_p[rows[0]], count, rng)
    return chosen


def spread(log_p: Tensor, n: int, rng: Generator) -> Tensor:
    """(n,) tokens, or rows, each as often as its probability says, the likeliest first: systematic resampling (Kitagawa 1996),
    which draws one number for all and so neither misses what is likely nor takes it too often. What is unlikely beside the best
    is left out: a row that begins with it is lost."""
    p = (log_p - log_p.max()).double().exp()
    below = torch.where(p >= UNLIKELY, p, 0.0).cumsum(0)
    places = (torch.arange(n, dtype=p.dtype) + torch.rand(1, generator=rng, dtype=p.dtype)).to(p.device) / n
    chosen = torch.searchsorted(below, places * below[-1], right=True).clamp_max(len(p) - 1)
    best = p.argmax()
    chosen[(chosen == best).long().argmax()] = chosen[0].clone()
    chosen[0] = best
    return chosen


def usual(gap: Gap, tokenizer: Tokenizer) -> list[int]:
    """The tokens with which others begin that are like what stands there."""
    space = " " if gap.leading_space else ""
    near = [] if gap.place is None else gap.place.openings
    return list(dict.fromkeys(tokenizer.encode(space + text)[0] for text in near))

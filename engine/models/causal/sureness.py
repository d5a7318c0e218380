"""How sure a written word is: the chance that it is the word that stood there, as measured on held-out text.

What tells: how much of the posterior has the word at that place, how likely the model found it when it was written, and how many
words there are. ``python -m engine.evaluation.calibration`` fits the weights and measures them on other texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

import torch
from torch import Tensor

from engine.models.causal.particles import Fill, Pool
from engine.text.tokenizer import Tokenizer

SPREAD = 5.0
"""scores are divided by this where they are shares of a posterior: sums over many tokens are surer than they are right"""
WORD = re.compile(r"\w+|[^\w\s]")
"""a word or a mark"""


BEHIND = 0.98
"""of the sureness of a fill that the judge likes better: one behind it is at most so sure, whatever it was drawn like. On fills
that a person read the judge's order is right in 82 of 100 pairs, the mean of words in 65"""


class Signs(NamedTuple):
    """What tells how sure a word is."""

    share: float
    """of the posterior that has the word at its place"""
    likely: float
    """probability with which it was drawn, per token"""
    words: int
    """of the fill"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds that a word is right: a sum of its signs."""

    constant: float
    share: float
    """weight of the log-odds of the share"""
    likely: float
    """weight of the log-probability"""
    words: float
    """weight of the logarithm of their number"""

    @staticmethod
    def terms(signs: Signs) -> tuple[float, float, float, float]:
        """What the weights are multiplied by."""
        share = min(max(signs.share, 1e-3), 1 - 1e-3)
        likely, words = math.log(max(signs.likely, 1e-4)), math.log(max(1, signs.words))
        return 1.0, math.log(share / (1 - share)), likely, words

    def __call__(self, signs: Signs) -> float:
        weights = (self.constant, self.share, self.likely, self.words)
        odds = sum(weight * term for weight, term in zip(weights, self.terms(signs), strict=True))
        return 1 / (1 + math.exp(-odds))


def words_of(tokenizer: Tokenizer, fill: Sequence[int]) -> tuple[list[str], list[list[int]]]:
    """(the words and marks of a fill, for each the tokens that it is made of)."""
    pieces = [tokenizer.pieces[token] if token < len(tokenizer.pieces) else "" for token in fill]
    owner = [at for at, piece in enumerate(pieces) for _ in piece]
    found = list(WORD.finditer("".join(pieces)))
    return [word[0] for word in found], [sorted(set(owner[word.start() : word.end()])) for word in found]


def signs(tokenizer: Tokenizer, pool: Pool, fill: Fill, null_id: int) -> tuple[list[Signs], list[list[int]]]:
    """(signs of every word of a particle, the slots of each)."""
    plain = {other: [token for token in other if token != null_id] for other in pool.fills}
    slots = [slot for slot, token in enumerate(fill) if token != null_id]
    said, tokens = words_of(tokenizer, plain[fill])
    scores = torch.tensor(list(pool.fills.values()), dtype=torch.float64)
    share = [0.0] * len(said)
    for other, weight in zip(pool.fills, (scores / SPREAD).softmax(0).tolist(), strict=True):
        matcher = SequenceMatcher(None, said, words_of(tokenizer, plain[other])[0], autojunk=False)
        for block in matcher.get_matching_blocks():
            for at in range(block.a, block.a + block.size):
                share[at] += weight
    likely = _likely(pool, fill)
    means = [math.exp(sum(math.log(likely[slots[at]]) for at in own) / len(own)) for own in tokens]
    found = [Signs(min(1.0, part), mean, len(said)) for part, mean in zip(share, means, strict=True)]
    return found, [[slots[at] for at in own] for own in tokens]


def _likely(pool: Pool, fill: Fill) -> list[float]:
    """Probability of the token on every slot when it was drawn, as far as the likeliest ones tell it."""
    tops, found = pool.tops[fill], []
    for slot, token in enumerate(fill):
        if slot >= len(tops.ids):
            found.append(1e-2)
            continue
        hit = (tops.ids[slot] == token).nonzero().flatten()
        p = tops.probabilities[slot]
        found.append(max(1e-4, float(p[hit[0]] if len(hit) else p.min() / 2)))
    return found


def assured(
    pools: Mapping[tuple[int, int, tuple[Fill, ...]], Pool],
    ranges: Sequence[tuple[int, int]],
    ids: Tensor,
    tokenizer: Tokenizer,
    null_id: int,
    calibration: Callable[[Signs], float],
) -> Tensor:
    """(B, L) chance that each word of a canvas is right; NaN where what stands there was not weighed. A row is on average less
    sure than those that the judge likes better.

    Args:
        pools: by row, gap and the fills of the gaps before it.
        ids: (B, L), everything written.
    """
    found = torch.full(ids.shape, torch.nan, dtype=torch.float64)
    judged: list[float] = []
    for row in range(ids.shape[0]):
        fills: tuple[Fill, ...] = ()
        judged.append(0.0)
        for index, (start, end) in enumerate(ranges):
            fill: Fill = tuple(ids[row, start:end].tolist())
            pool, fills = pools.get((row, index, fills)), (*fills, fill)
            if pool is None or fill not in pool.fills:
                judged[-1] = math.nan
                continue
            judged[-1] += pool.fills[fill]
            told, places = signs(tokenizer, pool, fill, null_id)
            for each, slots in zip(told, places, strict=True):
                found[row, [start + slot for slot in slots]] = calibration(each)
    _in_order(found, judged)
    return found


def _in_order(found: Tensor, judged: Sequence[float]) -> None:
    """Lower the rows (B, L) that are surer than one that is judged better; those of NaN were not judged."""
    means = found.nanmean(-1).tolist()
    known = [row for row, mean in enumerate(means) if not math.isnan(mean + judged[row])]
    most, last = math.inf, math.inf
    for row in sorted(known, key=lambda row: -judged[row]):
        mean = means[row]
        most *= BEHIND if judged[row] < last else 1.0
        if mean > most:
            found[row] *= most / mean
        most, last = min(mean, most), judged[row]

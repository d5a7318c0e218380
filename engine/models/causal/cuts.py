"""The cuts of drawn rows, each a candidate: which are noted, and which of them are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from engine.judging.healing import Merges, across
from engine.models.causal.held import HeldRows
from engine.models.causal.particles import BROKEN, DOUBT, FAULT, Fill, Written, length_prior
from engine.text.allowed import NEVER, Bans
from engine.text.context import Gap
from engine.text.tokenizer import Tokenizer


class Cutting(Protocol):
    """What cuts have to know of a denoiser."""

    null_id: int
    bans: Bans
    tokenizer: Tokenizer


@dataclass(frozen=True, slots=True)
class Cut:
    """The first slots of a drawn row, the rest NULL."""

    row: int
    slots: int
    tokens: int
    fill: Fill
    log_p: float
    """log p(fill | before) + log prior(length), less what it loses for its faults"""
    first: float
    """log p(first token after | before, fill)"""
    across: int | None = None
    """the token that is read in the place of the last of the fill and the first after it; ``first`` is its log p, and ``log_p``
    that of the fill without its last token"""

    @property
    def worth(self) -> float:
        return self.log_p + self.first

    @property
    def run(self) -> int:
        """tokens of the row behind which the text after is read"""
        return self.tokens - (self.across is not None)


class Cuts:
    """The candidates of one drawing: of those that say the same by the same tokens, the likeliest.

    Args:
        merges: the tokens across the end of a fill.
        cost: nats of a token of the text, on average.
    """

    def __init__(
        self, d: Cutting, gap: Gap, written: Written, merges: Merges, cost: float, held: HeldRows | None, kept: int
    ) -> None:
        self._d, self._gap, self._written, self._merges = d, gap, written, merges
        self._cost, self._held, self._kept = cost, held, kept
        self._cuts: dict[Fill, Cut] = {}
        self._lost: dict[Fill, float] = {}
        self.last_fixed = max(
            (slot for slot, token in enumerate(written) if token not in (None, d.null_id)), default=-1
        )
        """the last slot on which something is written; -1 where nothing is"""

    def __bool__(self) -> bool:
        return bool(self._cuts)

    def add(self, columns: Sequence[Tensor], tokens: Sequence[Tensor], score: Tensor, first: Tensor) -> None:
        """Note the rows as they stand now.

        Args:
            columns: what stands on each slot so far, (N,) each.
            tokens: those of them that are no NULL.
            score: (N,) log p of the rows.
            first: (N,) log p that the text after begins here.
        """
        if not self._may_end(len(columns), len(tokens)):
            return
        ends_blank = self._d.bans("blank")[tokens[-1]].tolist()
        whole = [True] * len(score) if self._held is None else self._held.whole
        rows = torch.stack(list(columns), 1).tolist()
        for row, (fill, log_p, begun) in enumerate(zip(rows, score.tolist(), first.tolist(), strict=True)):
            if whole[row] and (not ends_blank[row] or len(columns) == self._gap.slots or self._held is not None):
                self._note(row, fill, len(tokens), log_p, begun)

    def heal(
        self, columns: Sequence[Tensor], tokens: Sequence[Tensor], score: Tensor, free: Tensor, log_p: Tensor
    ) -> None:
        """Note the rows as they end with the next token, where that and the first of the text after are one: there a row that is
        drawn freely goes on within the text after.

        Args:
            free: (N, V) log p of the next token.
            log_p: the same among the tokens that the gap allows.
        """
        slot = len(columns)
        if not len(self._merges) or not self._may_end(slot + 1, len(tokens) + 1):
            return
        stems = self._merges.stems.to(log_p.device)
        fits = log_p[:, stems] > NEVER / 2
        fits = fits & (
            ~self._d.bans("blank")[stems] if self._held is None else self._held.whole_with(stems).to(fits.device)
        )
        rows = torch.stack(list(columns), 1).tolist() if columns else [[] for _ in range(len(free))]
        scores = score.tolist()
        for row, stem, token, begun in across(self._merges, free, fits):
            if self._written[slot] in (None, stem):
                self._note(row, [*rows[row], stem], len(tokens) + 1, scores[row], begun, token)

    def _may_end(self, slots: int, tokens: int) -> bool:
        """Whether a fill may end behind so many slots."""
        if slots <= self.last_fixed or self._gap.exact and slots < self._gap.slots or not tokens:
            return False
        return tokens >= min(self._gap.least, sum(token != self._d.null_id for token in self._written))

    def _note(
        self, row: int, fill: list[int], tokens: int, log_p: float, first: float, across: int | None = None
    ) -> None:
        whole = (*fill, *(self._d.null_id,) * (self._gap.slots - len(fill)))
        if whole not in self._lost:
            plain = [token for token in fill if token != self._d.null_id]
            self._lost[whole] = penalty(self._d.tokenizer, self._gap, plain)
        weighed = log_p + length_prior(tokens, self._gap, self._cost) - self._lost[whole]
        cut = Cut(row, len(fill), tokens, whole, weighed, first, across)
        if whole not in self._cuts or cut.worth > self._cuts[whole].worth:
            self._cuts[whole] = cut

    def settled(self, score: Tensor) -> bool:
        """Whether no later cut can rank among the kept: its score is at most the row's log p so far."""
        if len(self._cuts) < self._kept:
            return False
        ranked = sorted((cut.worth for cut in self._cuts.values()), reverse=True)
        return ranked[self._kept - 1] > float(score.max())

    def best(self, pruned: bool = True) -> list[Cut]:
        """The cuts to judge: the best by everything known so far; where there are any, only those that say something and end
        on a whole character, and before all others those with which the text will do."""
        ranked = sorted(self._cuts.values(), key=lambda cut: -cut.worth)
        texts = [self._d.tokenizer.decode([i for i in cut.fill if i != self._d.null_id]) for cut in ranked]
        whole = [cut for cut, text in zip(ranked, texts, strict=True) if text.strip() and "\ufffd" not in text]
        kept = self._kept if pruned else len(ranked)
        return self._accepted(whole or ranked, kept)[:kept]

    def _accepted(self, ranked: list[Cut], kept: int) -> list[Cut]:
        """The cuts with which the text will do, as many as are kept, and behind them the others."""
        if self._gap.accepts is None:
            return ranked
        good: list[Cut] = []
        bad: list[Cut] = []
        for at, cut in enumerate(ranked):
            if len(good) == kept or at == self._gap.accepts.tries:
                break
            plain = [token for token in cut.fill if token != self._d.null_id]
            lost = _broken(self._d.tokenizer, self._gap, plain)
            (bad if lost else good).append(replace(cut, log_p=cut.log_p - lost))
        return [*good, *bad, *ranked[len(good) + len(bad) :]]


def placed(scores: Sequence[float], fills: Sequence[Fill], gap: Gap, cost: float, tokenizer: Tokenizer) -> list[float]:
    """What the judge says of fills, with their length, what their place does not bear, and whether the text bears them."""
    return [
        score + length_prior(len(fill), gap, cost) - penalty(tokenizer, gap, fill) - _broken(tokenizer, gap, fill)
        for fill, score in zip(fills, scores, strict=True)
    ]


def penalty(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> float:
    """Nats that a fill loses for what its place does not bear, and for what speaks against it."""
    if gap.place is None:
        return 0.0
    text = _seen(tokenizer, gap, tokens)
    return FAULT * len(gap.place.faults(text)) + DOUBT * len(gap.place.doubts(text))


def _broken(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> float:
    """Nats that a fill loses where the text will not do with it."""
    return 0.0 if gap.accepts is None or gap.accepts(_seen(tokenizer, gap, tokens)) else BROKEN


def _seen(tokenizer: Tokenizer, gap: Gap, tokens: Sequence[int]) -> str:
    """A fill as it comes to stand in its text."""
    text = tokenizer.decode(list(tokens))
    return text.removeprefix(" ") if gap.leading_space else text

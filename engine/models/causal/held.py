"""Drawing where a span may be something and nothing else: each row by its state, or all choices at once."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.denoising.limit import Limit
from engine.models.causal.particles import Fill, Written
from engine.text.allowed import NEVER
from engine.text.context import Gap
from engine.text.permitted import choices_of
from engine.text.tokenizer import Tokenizer


class HeldRows:
    """Where each of N rows stands in what the span may be."""

    def __init__(self, gap: Gap, tokenizer: Tokenizer, null_id: int, written: Written, rows: int) -> None:
        self._limit = Limit.of(gap, tokenizer, null_id)
        open_ = torch.tensor([token is None for token in written])
        chain = self._limit.known([token or 0 for token in written], open_.tolist())
        self._able = self._limit.behind(chain, torch.ones_like(open_)) > 0
        """(slots + 1, S + 1)"""
        self._words = self._limit.tokens != null_id
        dead = torch.full((1, self._limit.step.shape[1]), len(self._limit.step))
        self._step = torch.cat([self._limit.step, dead])
        self._accepting = torch.cat([self._limit.accepting, torch.zeros(1, dtype=torch.bool)])
        self._states = torch.zeros(rows, dtype=torch.long)

    @property
    def fits(self) -> bool:
        """Whether what is written has room in what the span may be."""
        return bool(self._able[0, 0])

    @property
    def alive(self) -> Tensor:
        """(N,) bool: rows that can be finished."""
        return self._states < len(self._limit.step)

    def restrict(self, log_p: Tensor, slot: int) -> Tensor:
        """(N, V) without what cannot be finished."""
        after = self._step[self._states]  # (N, C)
        fits = self._able[slot + 1][after][:, self._limit.kind] & self._words
        kept = torch.full_like(log_p, NEVER)
        tokens = self._limit.tokens.to(log_p.device)
        kept[:, tokens] = torch.where(fits.to(log_p.device), log_p[:, tokens], NEVER)
        return kept

    def begun(self, chosen: Tensor, log_p: Tensor) -> Tensor:
        """(N,) first tokens with others in place of those that cannot be written: there may be fewer than rows."""
        fit = log_p[0, chosen] > NEVER / 2
        able = chosen[fit] if bool(fit.any()) else log_p[0].argmax()[None]
        return torch.where(fit, chosen, able[torch.arange(len(chosen), device=chosen.device) % len(able)])

    def take(self, chosen: Tensor, slot: int) -> None:
        """The tokens (N,) of a slot."""
        column = torch.tensor([self._limit.column.get(token, -1) for token in chosen.tolist()])
        states = self._step[self._states, self._limit.kind[column]]
        lost = (column < 0) | ~self._able[slot + 1][states]
        self._states = states.masked_fill(lost, len(self._limit.step))

    def whole_with(self, tokens: Tensor) -> Tensor:
        """(N, J) bool: which rows are something that the span may be with each of the tokens (J,) behind them."""
        columns = torch.tensor([self._limit.column.get(token, -1) for token in tokens.tolist()])
        states = self._step[self._states][:, self._limit.kind[columns]]
        return self._accepting[states] & (columns >= 0)

    @property
    def whole(self) -> list[bool]:
        """Which rows are something that the span may be, as they stand."""
        return self._accepting[self._states].tolist()


def choices(gap: Gap, tokenizer: Tokenizer, null_id: int, written: Written) -> list[Fill]:
    """Every choice on the slots of a gap that agrees with what is written."""
    assert gap.only is not None
    found = []
    for tokens in choices_of(tokenizer, gap.only, gap.leading_space):
        fill = (*tokens, *(null_id,) * (gap.slots - len(tokens)))
        room = len(tokens) == gap.slots if gap.exact else len(tokens) <= gap.slots
        if room and all(w is None or w == v for w, v in zip(written, fill, strict=True)):
            found.append(fill)
    return found

"""Where a fill and the text around it meet within one token.

A model has read "values[i];" as "values", "[", "i", "];" and hardly ever as "]" and ";". Where "]" ends a fill and ";" is the
first token of the text after, log p of the two says how rare such a cut is and not how well the words go together, and a fill
whose end no token goes across would win ("values[i] + 1"). Token healing (Lundberg 2023, "The art of prompt design"), at both
ends of a fill: it is read with the one token where that is likelier, as the model would have read its text, and what may begin it
is what may come next in the text, whether the token before ends there or goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from engine.text.tokenizer import PARTIAL, Tokenizer

KEPT = 64
"""tokens beside gaps whose merges are remembered"""
SOME = 0.02
"""probability of such a token from which on a row is cut there"""


@dataclass(frozen=True, slots=True, eq=False)
class Merges:
    """Tokens that are two in one: a token of the text beside a gap, and the one next to it in the gap, the stem."""

    ids: Tensor
    """(J,)"""
    stems: Tensor
    """(J,)"""
    of: dict[int, int]
    """stem -> the token"""

    @classmethod
    def by_stem(cls, of: dict[int, int]) -> Merges:
        return cls(torch.tensor(list(of.values()), dtype=torch.long), torch.tensor(list(of), dtype=torch.long), of)

    def __len__(self) -> int:
        return len(self.of)


NO_MERGES = Merges.by_stem({})


class Healing:
    """The tokens of one vocabulary, or of the ``size`` of them that a model scores, that go across an end of a gap."""

    def __init__(self, tokenizer: Tokenizer, size: int) -> None:
        self._tokenizer, self._size = tokenizer, size
        self._found = lru_cache(maxsize=KEPT)(self._merges)

    def after(self, after: Sequence[int]) -> Merges:
        """Those that end with the first token of the text after a gap."""
        return self._found(after[0], True) if after else NO_MERGES

    def before(self, before: Sequence[int]) -> Merges:
        """Those that begin with the last token of the text before a gap."""
        return self._found(before[-1], False) if before else NO_MERGES

    def _merges(self, beside: int, ends: bool) -> Merges:
        pieces = self._tokenizer.pieces[: self._size]
        text = pieces[beside] if beside < len(pieces) and beside not in self._tokenizer.special_ids else ""
        if not text.strip() or PARTIAL in text:
            return NO_MERGES
        number = self._number
        found = [
            (piece, i) for piece, i in number.items() if (piece.endswith(text) if ends else piece.startswith(text))
        ]
        stems = [(piece.removesuffix(text) if ends else piece.removeprefix(text), i) for piece, i in found]
        return Merges.by_stem({number[stem]: i for stem, i in stems if stem and stem in number})

    @cached_property
    def _number(self) -> dict[str, int]:
        """The token of every text that is one."""
        pieces = enumerate(self._tokenizer.pieces[: self._size])
        return {piece: i for i, piece in pieces if i not in self._tokenizer.special_ids and PARTIAL not in piece}


def begun(log_p: Tensor, before: Tensor, last: int, merges: Merges) -> Tensor:
    """(1, V) log-probability of the first token of a fill, where the token before it may go on into it.

    Args:
        log_p: (1, V) behind the last token before the gap.
        before: (1, V) behind what is before that.
        merges: the tokens that begin with that.
    """
    if not len(merges):
        return log_p
    ids, stems = merges.ids.to(log_p.device), merges.stems.to(log_p.device)
    healed = log_p.clone()
    healed[:, stems] = torch.logaddexp(healed[:, stems], before[:, ids] - before[:, last, None])
    return healed.log_softmax(-1)


def across(merges: Merges, log_p: Tensor, fits: Tensor) -> list[tuple[int, int, int, float]]:
    """(row, stem, token, its log p) for the likely tokens across the end of N rows that end with the next token.

    Args:
        log_p: (N, V) log-probability of what follows.
        fits: (N, J) bool, the stems with which a row may end.
    """
    ids, stems = merges.ids.to(log_p.device), merges.stems.to(log_p.device)
    found = log_p[:, ids].exp().masked_fill(~fits, 0.0)
    rows, at = (found >= SOME).nonzero().unbind(-1)
    values = log_p[rows, ids[at]]
    return list(zip(rows.tolist(), stems[at].tolist(), ids[at].tolist(), values.tolist(), strict=True))


def behind(after: tuple[int, ...], tokens: Sequence[int | None], device: torch.device) -> Tensor:
    """(R, m) the text after as each of R rows goes on with it: with the token across its end in the place of the first, where it
    has one."""
    rows = torch.tensor(after, device=device).repeat(len(tokens), 1)
    for row, token in enumerate(tokens):
        if token is not None:
            rows[row, 0] = token
    return rows

"""Where a fill ends and the text after begins within one token.

A model has read "values[i];" as "values", "[", "i", "];" and hardly ever as "]" and ";". Where "]" ends a fill and ";" is the
first token of the text after, log p of the two says how rare such a cut is and not how well the words go together, and a fill
whose end no token goes across would win ("values[i] + 1"). Token healing (Lundberg 2023, "The art of prompt design"), here at the
end of a fill: it is read with the one token where that is likelier, as the model would have read its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.text.tokenizer import PARTIAL, Tokenizer

SOME = 0.02
"""probability of such a token from which on a row is cut there"""


@dataclass(frozen=True, slots=True, eq=False)
class Merges:
    """Tokens that are the first token of a text and something before it."""

    ids: Tensor
    """(J,)"""
    stems: Tensor
    """(J,) the token of what is before it"""
    of: dict[int, int]
    """stem -> the token with the other behind it"""

    def __len__(self) -> int:
        return len(self.of)


NO_MERGES = Merges(torch.empty(0, dtype=torch.long), torch.empty(0, dtype=torch.long), {})


def merges_with(tokenizer: Tokenizer, first: int, size: int) -> Merges:
    """The tokens that a text which begins with the token ``first`` can have across its beginning, among the ``size`` that a model
    scores."""
    pieces = tokenizer.pieces[:size]
    end = pieces[first] if first < len(pieces) else ""
    if not end or PARTIAL in end or first in tokenizer.special_ids:
        return NO_MERGES
    number = {piece: i for i, piece in enumerate(pieces) if piece and i not in tokenizer.special_ids}
    of = {
        number[piece[: -len(end)]]: i
        for piece, i in number.items()
        if piece.endswith(end) and piece[: -len(end)] in number and PARTIAL not in piece
    }
    return Merges(torch.tensor(list(of.values()), dtype=torch.long), torch.tensor(list(of), dtype=torch.long), of)


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

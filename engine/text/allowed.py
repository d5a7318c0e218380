"""Which tokens may stand in a fill, whatever model writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.text.context import Context, Gap
from engine.text.tokenizer import Tokenizer

NEVER = -1e9
"""added to what must not be written: finite, so that a canvas without choice stays a distribution"""
RULES: dict[str, Callable[[str], bool]] = {
    "always": lambda piece: piece == "",
    "line break": lambda piece: "\n" in piece or "\r" in piece,
    "no space": lambda piece: not piece.startswith(" "),
    "space": lambda piece: piece[:1].isspace(),
    "blank": lambda piece: not piece.strip(),
    "fence": lambda piece: "```" in piece,
}


class Bans:
    """The tokens of one vocabulary that each rule keeps out of a fill.

    Args:
        size: V, ids that a model scores; the tokenizer may have fewer, and what it does not know is banned always.
        never: ids banned always, beside the special ones.
    """

    def __init__(self, tokenizer: Tokenizer, size: int, device: torch.device, never: Sequence[int] = ()) -> None:
        self.tokenizer = tokenizer
        self.size = size
        self.device = device
        self._never = [i for i in {*tokenizer.special_ids, *never} if i < size]
        self._found: dict[str, Tensor] = {}

    def __call__(self, rule: str) -> Tensor:
        """(V,) bool."""
        if rule not in self._found:
            mask = torch.zeros(self.size, dtype=torch.bool)
            found = self.tokenizer.where(RULES[rule])
            mask[: len(found)] = found[: self.size]
            if rule == "always":
                mask[len(found) :] = True
                mask[self._never] = True
            self._found[rule] = mask.to(self.device)
        return self._found[rule]


class Allowed:
    """Which tokens may stand in the fill of one gap. The instruct tuning likes code fences and chat turns: what a text of this
    kind would not hold is kept out.

    Args:
        last: the token before the gap; None, or the beginning of text: nothing is before it.
    """

    def __init__(self, bans: Bans, context: Context, gap: Gap, last: int | None) -> None:
        tokenizer = bans.tokenizer
        held = tokenizer.decode([i for segment in context.segments for i in segment])
        self.never = bans("always")
        if not gap.multiline:
            self.never = self.never | bans("line break")
        if "```" not in held:
            self.never = self.never | bans("fence")
        self.first = self.never
        before = "\n" if last is None or last == tokenizer.bos_id else _piece(tokenizer, last)
        if gap.leading_space:
            self.first = self.never | bans("no space")
        elif before.endswith("\n"):
            self.first = self.never | bans("space")

    def restrict(self, log_p: Tensor, slot: int) -> Tensor:
        return log_p.masked_fill(self.first if slot == 0 else self.never, NEVER).log_softmax(-1)


def _piece(tokenizer: Tokenizer, token: int) -> str:
    """The text of a token; none for an id that the tokenizer does not have."""
    return tokenizer.pieces[token] if token < len(tokenizer.pieces) else ""

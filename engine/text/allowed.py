"""Which tokens may stand in a fill, whatever model writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from engine.text.context import Context, Gap
from engine.text.places.characters import Characters
from engine.text.places.marks import Onset
from engine.text.places.place import Place
from engine.text.tokenizer import Tokenizer

NEVER = -1e9
"""added to what must not be written: finite, so that a canvas without choice stays a distribution"""
KEPT = 16
"""places for which the tokens are kept that may stand there"""
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
        # Every draft of a run asks for the same, and so does every run at the same place.
        self.starting = lru_cache(maxsize=KEPT)(self._starting)
        self.holding = lru_cache(maxsize=KEPT)(self._holding)

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

    def _starting(self, onset: Onset) -> Tensor:
        """(V,) bool: the tokens that begin, white space aside, with a character that does not fit, and blank ones."""
        letters = self._letters
        unfits = torch.tensor([*(not onset.fits(character) for character in letters.known), True])
        return self._sized(unfits[letters.first])

    def _holding(self, characters: Characters) -> Tensor:
        """(V,) bool: the tokens that hold a character that does not fit."""
        letters = self._letters
        unfits = torch.tensor([not characters.fits(character) for character in letters.known])
        found = torch.zeros(len(letters.first), dtype=torch.bool)
        found[letters.tokens[unfits[letters.characters]]] = True
        return self._sized(found)

    @cached_property
    def _letters(self) -> Letters:
        return Letters.of(self.tokenizer.pieces)

    def _sized(self, found: Tensor) -> Tensor:
        mask = torch.zeros(self.size, dtype=torch.bool)
        mask[: len(found)] = found[: self.size]
        return mask.to(self.device)


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Which characters the tokens of a vocabulary are made of."""

    known: list[str]
    """every character there is"""
    first: Tensor
    """(V,) number of the first one of a token that is no white space; that behind the last of ``known`` where there is none"""
    tokens: Tensor
    characters: Tensor
    """token tokens[i] holds character characters[i]"""

    @classmethod
    def of(cls, pieces: Sequence[str]) -> Letters:
        known = sorted({character for piece in pieces for character in piece})
        number = {character: i for i, character in enumerate(known)}
        pairs = [(token, number[character]) for token, piece in enumerate(pieces) for character in set(piece)]
        first = [number.get(piece.lstrip()[:1], len(known)) for piece in pieces]
        tokens, characters = torch.tensor(pairs).reshape(-1, 2).long().unbind(-1)
        return cls(known, torch.tensor(first), tokens, characters)


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
        elif before[-1:].isspace() or gap.place is not None and gap.place.old[:1].strip():
            self.first = self.never | bans("space")  # where words follow a mark or a letter, so do others
        if gap.place is not None:
            self._placed(bans, gap.place)

    def _placed(self, bans: Bans, place: Place) -> None:
        """Keep out what the place has no use for. What stands there is known to fit, so something is left."""
        never = self.never | bans.holding(place.characters)
        first = self.first | never | bans.starting(place.start)
        # A tiny vocabulary may have nothing that fits.
        self.never = never if not never.all() else self.never
        self.first = first if not first.all() else self.first

    def restrict(self, log_p: Tensor, slot: int) -> Tensor:
        return log_p.masked_fill(self.first if slot == 0 else self.never, NEVER).log_softmax(-1)


def _piece(tokenizer: Tokenizer, token: int) -> str:
    """The text of a token; none for an id that the tokenizer does not have."""
    return tokenizer.pieces[token] if token < len(tokenizer.pieces) else ""

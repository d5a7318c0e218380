"""The part of a text that is studied."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import TextTooShort
from engine.text.tokenizer import Tokenizer

EACH = 16
"""characters of a token that are looked at, at the most: no text is tokenised as a whole for its first words"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The first tokens of a text."""

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    """the text of each"""
    cut: bool
    """whether the text goes on"""

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def __len__(self) -> int:
        return len(self.ids)


def tokens(count: int) -> str:
    return f"{count} token{'s' * (count != 1)}"


def sample(tokenizer: Tokenizer, text: str, most: int, least: int = 1) -> Sample:
    """The first ``most`` tokens of a text. Raises TextTooShort where there are fewer than ``least``."""
    text = text.strip()
    part = text[: EACH * most]
    ids = tokenizer.encode(part)
    if len(ids) < least:
        has = f"has {tokens(len(ids))}, and at least {least}" if ids else f"is empty, and at least {tokens(least)}"
        raise TextTooShort(f"the text {has} {'is' if least == 1 else 'are'} needed; write or select more")
    taken = ids[:most]
    return Sample(tuple(taken), tuple(tokenizer.shown(taken)), len(ids) > most or len(part) < len(text))

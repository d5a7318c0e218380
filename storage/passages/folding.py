"""Words as they are searched for: without case, accents and forms, so that composed and decomposed letters are the same.

Scripts that put no spaces between words are read letter by letter, and a sequence of letters is found as a phrase is. Marks that
change which letter it is (of Japanese, Hindi, ...) stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D), (0x20000, 0x3FFFF),
)  # fmt: skip
_LETTERS = (0, 7, 8, 9)
"""combining classes of marks that make another letter"""
_ALIKE = str.maketrans("‘’ʼ‛′“”„‟«»″‐‑–—−", "''''''" + '""""""' + "-----")
_TOKEN = re.compile("c[m]*|[wm]+|p[m]*")
WORD, LETTER, MARK, SPACE, SIGN = "w", "c", "m", " ", "p"


class _Kinds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf":
        return MARK
    if category[0] in "LN" or category == "Co":
        return LETTER if any(low <= ord(character) <= high for low, high in _WITHOUT_SPACES) else WORD
    return SPACE if category[0] == "Z" or character.isspace() else SIGN


_KINDS = _Kinds()


@dataclass(frozen=True, slots=True)
class Word:
    """A word, letter or sign of a text: ``key`` is what it is found by."""

    key: str
    start: int
    end: int
    sign: bool


def words(text: str) -> list[Word]:
    """What a text consists of, in order."""
    kinds = text.translate(_KINDS)
    return [
        Word(key, m.start(), m.end(), kinds[m.start()] == SIGN)
        for m in _TOKEN.finditer(kinds)
        if (key := folded(text[m.start() : m.end()]))
    ]


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word without case, accents and forms."""
    apart = unicodedata.normalize("NFKD", word.translate(_ALIKE).casefold())
    kept = (c for c in apart if unicodedata.combining(c) in _LETTERS and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept)).casefold().replace(" ", "")


def searchable(text: str) -> str:
    """The words of a text, folded, with spaces between them; signs are left out."""
    return " ".join(word.key for word in words(text) if not word.sign)

"""Words that a user has said are right, and names that want a capital."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from engine.text.boundaries import sentences
from engine.text.near_words import CONTRACTED
from engine.text.prose.english import Finding

MARKS = "\"'“‘’”«»()[]*_,;:!?.…—–"
"""what may stand around words"""
LETTERS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+(?:['’](?:[^\W\d_]|[\u0300-\u036f])+)?")
"""a word"""
GENITIVE = re.compile("(?:'s|(?<=s)')\\Z")
NEAR = 400
"""characters before words in which the beginning of their sentence is looked for"""
_RUN = re.compile(r"\S+")
_BLANK = re.compile(r"\n[ \t]*\n")
_WRAPPED = re.compile(r"\n(?![ \t]*(?:[-*+#>|]|\d+[.)]))")
_LEAD = re.compile(r"\W*(?:\d{1,9}[.)]\W+)?")
"""what may stand in a sentence before its first word: marks, and the number of an entry"""


def spelt(word: str) -> str:
    """A word in one of the forms in which it can be written: composed, with straight apostrophes."""
    return unicodedata.normalize("NFC", word).replace("’", "'")


class Dictionary:
    """Entries, each a word or a phrase. One covers its genitive, either apostrophe, either form of an accent, and at the start of
    a sentence a capital; nothing else."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = frozenset(spelt(" ".join(entry.split())) for entry in entries)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def covers(self, word: str, begins: bool) -> bool:
        """Whether a word, or a phrase, is right. ``begins``: it is the first of a sentence."""
        plain = spelt(" ".join(word.split()))
        bare = plain if plain.lower() in CONTRACTED else GENITIVE.sub("", plain)  # "it's" is no genitive of "it"
        written = {plain, bare}
        if begins and plain[:1].isupper():
            written |= {form[:1].lower() + form[1:] for form in (plain, bare)}
        return not self._entries.isdisjoint(written)

    def places(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Where words and phrases of a stretch of a text stand that are covered."""
        runs = [found.span() for found in _RUN.finditer(text, start, end)]
        words = [found.span() for found in LETTERS.finditer(text, start, end)]
        sizes = {len(entry.split()) for entry in self._entries}
        several = [(runs[at][0], runs[at + size - 1][1]) for size in sizes for at in range(len(runs) - size + 1)]
        bare = [_between(text, a, b) for a, b in several]
        return [
            (a, b)
            for a, b in dict.fromkeys([*words, *bare])
            if a < b and self.covers(text[a:b], True) and self.covers(text[a:b], begins(text, a))
        ]


def _between(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the marks around it."""
    old = text[start:end]
    left = len(old) - len(old.lstrip(MARKS))
    return start + left, max(start + left, start + len(old.rstrip(MARKS)))


def begins(text: str, at: int) -> bool:
    """Whether the word at a character is the first of its sentence. Where a line was merely wrapped none begins."""
    start = max(0, at - NEAR)
    for blank in _BLANK.finditer(text, start, at):
        start = blank.end()
    stretch = _WRAPPED.sub(" ", text[start : at + NEAR // 4])
    last = max((a for a, _ in sentences(stretch) if a <= at - start), default=0)
    return (last > 0 or start == 0 or text[start - 1] == "\n") and _LEAD.fullmatch(
        stretch[last : at - start]
    ) is not None


def capital(text: str, found: Finding) -> str:
    """The name that a word is which no dictionary has in small letters, as "sunday"; "" for others, and where nobody writes
    capitals."""
    word = text[found.start : found.end]
    if found.kind != "Spelling" or not word.islower() or next((c for c in text if c.isalpha()), "A").islower():
        return ""
    return next((option for option in found.options if option == word.capitalize()), "")


def left_small(text: str, found: Finding) -> bool:
    """Whether a word is a name without its capital where nobody writes any: "saturday" is no slip of "saturdays" there."""
    word = text[found.start : found.end]
    return (
        found.kind == "Spelling" and word.capitalize() in found.options and word.islower() and not capital(text, found)
    )

"""Characters: none that is no character, none of another script, no sign that the text does not use."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.text.only.letters import cut
from engine.text.places.neighbourhood import Neighbourhood

NO_TEXT = frozenset({"Cn", "Co", "Cs", "Cc"})
"""categories of what is no character of a text"""
USUAL = frozenset("\n\r .,;:!?'\"()-’‘“”–—…")
PARTIAL = "\ufffd"
"""what a token reads as that holds part of a character only"""
SIMPLE = 0x24F
"""up to here characters have tokens of their own: Latin letters with their accents"""


def _script(character: str) -> str:
    """The script of a letter: the first word of its name."""
    return unicodedata.name(character, "").split(" ")[0]


@cache
def assigned() -> frozenset[str]:
    """Every character of a text that takes several bytes, but for rare letters of Chinese."""
    codes = [*range(0x80, 0xD800), *range(0xE000, 0x20000)]
    return frozenset(character for character in map(chr, codes) if unicodedata.category(character) not in NO_TEXT)


@cache
def _written_in(script: str) -> frozenset[str]:
    """The letters and marks of a script."""
    return frozenset(c for c in assigned() if unicodedata.category(c)[0] in "LM" and _script(c) == script)


@dataclass(frozen=True)
class Characters:
    """What a text is written with."""

    signs: frozenset[str]
    """every character that stands in it, and what any text may hold"""
    scripts: frozenset[str]
    prose: bool
    """whether a sign that does not stand in it is none of it"""
    partial: bool
    """whether it holds characters that take several tokens"""
    ending: frozenset[str] = frozenset()
    """marks that stand behind the place: one in it would end it before"""

    def fits(self, character: str) -> bool:
        """Whether a character may stand in the text."""
        if character in self.ending:
            return False
        if character in self.signs:
            return True
        if character == PARTIAL:
            return self.partial
        category = unicodedata.category(character)
        if category in NO_TEXT:
            return False
        if character.isascii():
            return not self.prose or character.isdigit() or character.isalpha() and "LATIN" in self.scripts
        if category[0] == "M":
            return self.scripts != {"LATIN"}
        return category[0] == "L" and _script(character) in self.scripts

    def spelt(self) -> frozenset[str]:
        """The characters of the text's scripts, and its signs: what may be made of several tokens."""
        return frozenset().union(self.signs - {PARTIAL}, *map(_written_in, self.scripts))


@lru_cache(maxsize=64)
def characters_of(place: Neighbourhood) -> Characters:
    """Those of the text around a place."""
    near = set(place.before + place.old + place.after)
    # Where nothing around is written in Latin letters, nothing is.
    scripts = {_script(character) for character in near if character.isalpha()} or {"LATIN"}
    partial = any(ord(character) > SIMPLE and character not in USUAL for character in near)
    # A model that writes `");` as one token goes on behind it, and what comes then is anybody's guess.
    behind = place.after.lstrip(" ")[:1]
    ending = frozenset(mark for mark in ";{" if mark == behind and not place.prose and mark not in place.old)
    return Characters(USUAL | near, frozenset(scripts), place.prose, partial, ending)


def foreign(place: Neighbourhood, fill: str) -> bool:
    """Whether the fill holds a character that the text around would not."""
    known = characters_of(place)
    return any(character == PARTIAL or not known.fits(character) for character in set(fill))


def cut_letters(place: Neighbourhood, fill: str) -> bool:
    """Whether the fill begins or ends within a letter, or holds a mark that stands on nothing."""
    return not fill.isascii() and cut(fill) and not cut(place.old)

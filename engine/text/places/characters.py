"""Characters: none that is no character, none of another script, no sign that the text does not use."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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

    def fits(self, character: str) -> bool:
        """Whether a character may stand in the text."""
        if character in self.signs:
            return True
        if character == PARTIAL:
            return self.partial
        category = unicodedata.category(character)
        if category in NO_TEXT:
            return False
        if character.isascii():
            return character.isalnum() or not self.prose
        if category[0] == "M":
            return self.scripts != {"LATIN"}
        return category[0] == "L" and _script(character) in self.scripts


@lru_cache(maxsize=64)
def characters_of(place: Neighbourhood) -> Characters:
    """Those of the text around a place."""
    near = set(place.before + place.old + place.after)
    scripts = {_script(character) for character in near if character.isalpha()} | {"LATIN"}
    partial = any(ord(character) > SIMPLE and character not in USUAL for character in near)
    return Characters(USUAL | near, frozenset(scripts), place.prose, partial)


def foreign(place: Neighbourhood, fill: str) -> bool:
    """Whether the fill holds a character that the text around would not."""
    known = characters_of(place)
    return any(character == PARTIAL or not known.fits(character) for character in set(fill))

"""Where letters, words and sentences end, as people see them: Unicode's segmentation with ICU's dictionaries for scripts that
part
no words by spaces. Offsets are code points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate, pairwise

from icu4py.breakers import CharacterBreaker, SentenceBreaker, WordBreaker

Range = tuple[int, int]
LOCALE = "en@ss=standard"
"""the sentences of it do not end behind the abbreviations that CLDR knows"""
TITLES = frozenset(
    "dr mr mrs ms mx st sr jr prof rev hon gen col capt lt sgt gov sen rep pres supt insp mt ft no nos fig figs eq sec ch vol "
    "vols pp "
    "ed eds art dept univ inc ltd co corp bros approx ca cf etc vs viz al e.g i.e resp incl excl tel ext min max est jan feb "
    "mar apr jun "
    "jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun p.m a.m u.s u.k ph.d b.a m.a".split()
)
"""words that are written with a full stop"""
OPEN = frozenset("etc p.m a.m inc ltd co corp jr sr u.s u.k ph.d b.a m.a al".split())
"""those of them that may well be the last word of a sentence"""
_LAST = re.compile(r"(?<![^\W_])(?<![A-Za-z]\.)([A-Za-z](?:[A-Za-z]|\.(?=[A-Za-z]))*+)\.\s*+\Z")


def _ranges(pieces: Iterable[str]) -> list[Range]:
    """Where pieces of a text stand; the library's own numbers count halves of characters."""
    ends = list(accumulate(len(piece) for piece in pieces))
    return list(pairwise([0, *ends]))


def letters(text: str) -> list[Range]:
    """Grapheme clusters: what the caret steps over at once."""
    return _ranges(CharacterBreaker(text, LOCALE))


def words(text: str) -> list[Range]:
    """Words, and what stands between them; side by side they are the text."""
    return _ranges(WordBreaker(text, LOCALE))


def sentences(text: str) -> list[Range]:
    """Sentences without the white space around them. No sentence ends within an abbreviation, nor behind a title or an
    initial."""
    found: list[Range] = []
    joined = False
    for start, end in _ranges(SentenceBreaker(text, LOCALE)):
        if joined and found:
            start = found.pop()[0]
        found.append((start, end))
        joined = abbreviated(text[:end][-12:], text[end : end + 1]) and "\n" not in text[start:end][-2:]
    trimmed = [(a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip())) for a, b in found]
    return [(a, b) for a, b in trimmed if a < b]


def abbreviated(before: str, behind: str = "") -> bool:
    """Whether a text ends with an abbreviation behind which its sentence goes on."""
    last = _LAST.search(before)
    if last is None:
        return False
    word = last[1].lower()
    if word in OPEN:
        return not behind[:1].isupper()
    return word in TITLES or len(word) == 1 and last[1] != "I"

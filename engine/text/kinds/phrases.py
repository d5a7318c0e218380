"""Phrases of an English sentence that say where, when, how or with what: told by the word that they begin with."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.text.kinds.verbs import english, says

_OPENING = (
    "in at on for with from after before until by during near into onto without within through over under between behind "
    "beside across along around since till towards toward above below among about of as"
).split()
"""the commonest first"""
_PHRASE = frozenset(_OPENING)
_CLAUSE = frozenset(
    "when while because if unless although though once whenever where wherever so and but or to".split()
)
_ADVERBS = frozenset(
    "here there home away back outside inside indoors outdoors upstairs downstairs abroad nearby everywhere somewhere anywhere "
    "nowhere today tomorrow yesterday tonight now then again soon later early late twice always never often sometimes "
    "together alone ago less more right just even only exactly well not instead anyway too online overnight".split()
)
_LIKE = _PHRASE | _CLAUSE | _ADVERBS
"""words that open what may stand in the place of a phrase"""
_BEHIND = (_PHRASE | _CLAUSE) - {"to", "and", "or", "so", "as", "about"}
"""words before which nothing is left open"""
_TIMES = (
    r"(?:every|each|last|next|this|that|all|one|once|twice|two|three|four|five|six|seven|eight|nine|ten|a few|several|half an?"
    r"|the (?:next|same|first|last|other|day|night|week|month|year|evening|morning))\b"
)
_TIMED = re.compile(rf"{_TIMES}|\d")
_WHEN = re.compile(
    r"(?:every|each|last|next) (?:\w+ )?(?:second|minute|hour|day|night|morning|evening|afternoon|week|weekend|month|year"
    r"|spring|summer|autumn|winter|time|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"
)
_UNENDED = frozenset("the a an of from with to into onto and or but".split())
"""words that ask for another, and by which none is read as the end of what was said"""
KEPT = 64
"""places of which is remembered what they are"""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def _first(text: str) -> str:
    found = _WORD.match(text.lstrip(" ,("))
    return found[0].lower() if found else ""


def opens(text: str) -> bool:
    """Whether the first word opens a phrase or a clause."""
    return _first(text) in _PHRASE or _first(text) in _CLAUSE


@lru_cache(maxsize=KEPT)
def tells(old: str, around: str) -> bool:
    """Whether several words of an English text are such a phrase and say nothing by themselves."""
    text = old.strip()
    if text[:1].isupper() or len(text.split()) < 2 or not (_first(text) in _PHRASE or _WHEN.match(text)):
        return False
    return not says(text) and english(around)


def openings(old: str, around: str) -> list[str]:
    """Words with which others like it begin, its own first; none where it is none."""
    return list(dict.fromkeys([_first(old), *_OPENING])) if tells(old, around) else []


def unlike(old: str, around: str, fill: str) -> bool:
    """Whether something else stands where there was such a phrase: no other, no clause, and no adverb."""
    if not tells(old, around):
        return False
    first = _first(fill)
    return not (first in _LIKE or first.endswith("ly") or _TIMED.match(fill.strip().lower()))


def cut_short(old: str, fill: str, after: str) -> bool:
    """Whether words that ask for another stand before a phrase or a clause of the text behind, where the old ones did not."""
    behind = re.match(r" (\w+)(?: (\w+))?", after)
    if behind is None:
        return False
    first, second = behind[1].lower(), (behind[2] or "").lower()
    joined = first in ("and", "or") and second not in _PHRASE  # "to and from" leaves nothing open
    if first not in _BEHIND and not joined:
        return False
    ends = [_WORD.findall(text.lower())[-1:] for text in (fill, old)]
    return ends[0] != ends[1] and bool(_UNENDED.intersection(ends[0])) and fill.rstrip()[-1:] not in tuple(".!?;:")

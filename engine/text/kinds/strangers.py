"""Who and what comes into a text that is nowhere in it: figures, names, somebody who writes or is written to."""

from __future__ import annotations

import re

from engine.text.kinds.verbs import english

_QUOTED = re.compile(r"[\"“„][^\"“”\n]*[\"”“]")
_PERSON = re.compile(r"(?<![\w'’])(?:i|me|my|mine|myself|we|us|our|ours|you|your|yours)(?![\w-])", re.IGNORECASE)
_FIGURE = re.compile(r"\d")
_NAME = re.compile(r"(?<=[a-z] )(?!I\b)[A-Z][a-z]+|(?<=[a-z], )(?!I\b)[A-Z][a-z]+")
"""a word with a capital that begins no sentence"""
_CAPITAL = re.compile(r"[A-Z]\w*")
_CALENDAR = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December Christmas Easter".split()
)
TELLING = 12
"""words of the text around from which on they tell who speaks"""


def figures(old: str, around: str, fill: str) -> bool:
    """Whether there are figures where neither the old words nor the text around have any."""
    return bool(old) and bool(_FIGURE.search(fill)) and not _FIGURE.search(old + around)


def names(old: str, around: str, fill: str) -> bool:
    """Whether English prose names somebody, or something, that is not named around, where the old words named none."""
    found = {name for name in _NAME.findall(fill)} - _CALENDAR
    if not found or not old or _NAME.search(old) or _CAPITAL.match(old.strip()) and len(old.split()) < 3:
        return False
    return english(fill + " " + around) and not found <= set(_CAPITAL.findall(around + " " + old))


def persons(old: str, around: str, fill: str) -> bool:
    """Whether somebody writes, or is written to, in an English text in which nobody is but for what is quoted."""
    if not old or not _PERSON.search(fill) or _PERSON.search(old) or len(around.split()) < TELLING:
        return False
    return english(around) and not _PERSON.search(_QUOTED.sub(" ", around))

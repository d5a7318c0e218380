"""One value that says what a span may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import OnlyUnfit, shown

NUMBER = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?"
"""as in JSON, without an exponent"""
YES_OR_NO = ("yes", "no", "Yes", "No")
KINDS = ("number", "yes or no")
MOST_CHOICES = 64
LONGEST = 400
"""characters of a choice, and of a pattern"""


@dataclass(frozen=True, slots=True)
class Only:
    """A span is one of ``choices``, or where there are none a text that ``pattern`` matches as a whole."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: bool = False
    """whether it is no wish, but the form of what stood there: length and place have a say in what is written"""
    spelt: bool = False
    """whether it names every character that may stand there, and they may take several tokens each"""

    @property
    def multiline(self) -> bool:
        """Whether it speaks of line breaks."""
        return any("\n" in text for text in self.choices) or "\n" in self.pattern or "\\n" in self.pattern


def only(value: object) -> Only:
    """What a caller gave: "number", "yes or no", {"one_of": [texts]} or {"pattern": text}. Raises OnlyUnfit."""
    match value:
        case Only():
            return value
        case "number":
            return Only(pattern=NUMBER)
        case "yes or no":
            return Only(YES_OR_NO)
        case {"one_of": list() | tuple() as given, **more} if not more:
            return Only(_choices(given))
        case {"pattern": str() as pattern, **more} if not more:
            return Only(pattern=_pattern(pattern))
    kinds = ", ".join(f'"{kind}"' for kind in KINDS)
    got = dict(value) if isinstance(value, Mapping) else value
    raise OnlyUnfit(f'what a span may be is {kinds}, {{"one_of": [texts]}} or {{"pattern": text}}; got {shown(got)}')


def _choices(given: list[object] | tuple[object, ...]) -> tuple[str, ...]:
    for choice in given:
        if not isinstance(choice, str) or not choice.strip():
            raise OnlyUnfit(f"a choice is a text with at least a character in it, got {shown(choice)}; leave it out")
        if len(choice.strip()) > LONGEST:
            raise OnlyUnfit(f"a choice has at most {LONGEST} characters, {shown(choice)} has {len(choice.strip())}")
    choices = tuple(dict.fromkeys(str(choice).strip() for choice in given))
    if not choices:
        raise OnlyUnfit("the list of what a span may be is empty; give at least one text, or leave it away")
    if len(choices) > MOST_CHOICES:
        raise OnlyUnfit(f"{len(choices)} texts to choose from are given and the limit is {MOST_CHOICES}; give fewer")
    return choices


def _pattern(pattern: str) -> str:
    if not pattern:
        raise OnlyUnfit("the pattern is empty; give one, or leave it away")
    if len(pattern) > LONGEST:
        raise OnlyUnfit(f"a pattern has at most {LONGEST} characters, this one has {len(pattern)}; make it shorter")
    return pattern

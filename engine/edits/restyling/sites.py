"""Places of a text where something else may stand, and what must not be lost there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n+")
NEGATIONS = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|without|unable|cannot|\w+n['’]t)\b", re.IGNORECASE
)
FUNCTION = frozenset(
    "the a an of to in on at by for with from into onto over under about as than then so and or but if because while when where "
    "who whom whose which what that this these those there here it its he him his she her they them their we us our you your "
    "i me my mine yours ours is are was were be been being am do does did done has have had having can could will would shall "
    "should may might must not no nor never only just too also up down out off all any some each every both either one two very "
    "more most such please own same how why before after until since during between through against without within".split()
)
"""words that hold a sentence together: the model's own proposals leave them alone"""


@dataclass(frozen=True, slots=True)
class Site:
    """One change: the same words at one or several places of a text, and what may stand there instead."""

    places: tuple[tuple[int, int], ...]
    """half-open ranges of characters, in order, disjoint"""
    options: tuple[str, ...]
    worth: tuple[float, ...]
    """nats that each is worth beforehand"""
    scores: tuple[float, ...] | None = None
    """nats that each is better than what stands; None: nobody has weighed them yet"""
    forced: bool = False
    """whether the best of them is taken though the old words be likelier"""
    why: str = ""

    def overlaps(self, other: Site) -> bool:
        return any(a < d and c < b or (a, b) == (c, d) for a, b in self.places for c, d in other.places)


def written(source: str, changes: Sequence[tuple[Site, str]]) -> str:
    """The text with options in place of what stands at their sites."""
    flat = sorted(((a, b, option) for site, option in changes for a, b in site.places), reverse=True)
    for a, b, option in flat:
        source = source[:a] + option + source[b:]
    return source


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of sentences, without the white space between them."""
    starts = [0, *(found.end() for found in SENTENCE.finditer(text))]
    ends = [
        *(found.start() + len(found[0]) - len(found[0].lstrip("\"'”’)")) for found in SENTENCE.finditer(text)),
        len(text),
    ]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]


def facts(text: str, start: bool = False) -> Counter[str]:
    """What a change must keep: numbers, names, and how often something is denied.

    Args:
        start: whether a sentence begins with this text, so that its first capital means nothing.
    """
    kept: Counter[str] = Counter(re.findall(r"\d+(?:[.,:]\d+)*", text))
    kept.update({"not": len(NEGATIONS.findall(text))})
    for found in WORD.finditer(text):
        word, first = found[0], start and not text[: found.start()].strip(" \"'“‘(")
        if word[:1].isupper() and not first and not re.fullmatch(r"I(?:['’]\w+)?", word):
            kept[word.split("'")[0].split("’")[0]] += 1
    return +kept


def begins(source: str, at: int) -> bool:
    """Whether a sentence of ``source`` begins at a character."""
    return any(a == at for a, _ in sentences(source)) or at == 0


def kept(source: str, place: tuple[int, int], option: str, *, before: str = "") -> bool:
    """Whether names, numbers and negations of a place are those of what would stand there."""
    a, b = place
    first = begins(source, a) and (a > 0 or opens(before))
    return facts(source[a:b], first) == facts(option, first)


def opens(before: str) -> bool:
    """Whether a text that comes behind ``before`` begins a sentence."""
    return not before.strip() or before.rstrip(" ")[-1:] in ".!?\n:"


def cased(option: str, old: str) -> str:
    """With a capital where the old words have one, and with their kind of apostrophe."""
    option = option.replace("'", "’") if "’" in old and "'" in option else option
    if old[:1].isupper() and not (old.split("'")[0].split("’")[0] == "I" and len(old) > 1):
        return option[:1].upper() + option[1:]
    return option


def with_article(source: str, site: Site) -> Site:
    """The site with the article before it, so that "a" and "an" fit what follows."""
    (a, b), *others = site.places
    found = re.search(r"\b(a|an) $", source[:a], re.IGNORECASE)
    if found is None or others or not all(option[:1].isalpha() for option in site.options):
        return site
    old = found[1]

    def article(word: str) -> str:
        new = (
            "an"
            if re.match(r"(?!uni|use|usu|eu|one\b|once)[aeiou]|hour|honest|honou?r|heir", word, re.IGNORECASE)
            else "a"
        )
        return new.capitalize() if old[0].isupper() else new

    options = tuple(f"{article(option)} {option}" for option in site.options)
    return Site(((found.start(), b),), options, site.worth, site.scores, site.forced, site.why)

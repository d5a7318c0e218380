"""What must not be lost where something else may stand, and how what stands there is written."""

from __future__ import annotations

import re
from collections import Counter

from engine.edits.restyling.site import Site
from engine.edits.restyling.weighing import Weighing

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
NEGATIONS = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|without|unable|cannot|\w+n['’]t)\b", re.IGNORECASE
)
INVITED = re.compile(r"\b(?:do not|don['’]t) hesitate\b", re.IGNORECASE)
"""what denies nothing: "do not hesitate to call" asks for it"""
LIMITS = re.compile(
    r"\b(?:only|solely|merely|except|unless|until|at least|at most|up to|both|all|every|each)\b", re.IGNORECASE
)


def facts(text: str, start: bool = False) -> Counter[str]:
    """What a change must keep: numbers, names, and how often something is denied or limited.

    Args:
        start: whether a sentence begins with this text, so that its first capital means nothing.
    """
    kept: Counter[str] = Counter(re.findall(r"\d+(?:[.,:]\d+)*", text))
    kept.update({"not": len(NEGATIONS.findall(INVITED.sub("", text))), "only": len(LIMITS.findall(text))})
    for found in WORD.finditer(text):
        word, first = found[0], start and not text[: found.start()].strip(" \"'“‘(")
        if word[:1].isupper() and not first and not re.fullmatch(r"I(?:['’]\w+)?", word):
            kept[word.split("'")[0].split("’")[0]] += 1
    return +kept


def begins(weighing: Weighing, at: int) -> bool:
    """Whether a sentence of the span begins at a character."""
    first = weighing.source[:at].rstrip("\"'“‘(")
    return any(a == len(first) or a == at for a, _ in weighing.sentences)


def kept(weighing: Weighing, place: tuple[int, int], option: str) -> bool:
    """Whether names, numbers, limits and negations of a place are those of what would stand there."""
    a, b = place
    first = begins(weighing, a) and (a > 0 or opens(weighing.before))
    return facts(weighing.source[a:b], first) == facts(option, first)


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

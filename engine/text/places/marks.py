"""Marks: a sentence begins and ends as one, what is opened is closed, nothing else is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.text.places.lines import lead, lead_of
from engine.text.places.neighbourhood import CLOSERS, OPENERS, SENTENCE_END, Neighbourhood, ends_sentence, words

PAIRS = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«", "*/": "/*", "-->": "<!--"}
_PAIRED = re.compile(
    r"-->|<!--|\*/|/\*|</?(?=[A-Za-z])[\w.:-]+(?:\s[^<>]*)?(?<!/)>|\\(?:begin|end)\{\w+\*?\}|[()\[\]{}“”«»]"
)
_VOID = re.compile(r"<(?:br|hr|img|input|link|meta|area|base|col|source|wbr)\b", re.IGNORECASE)
QUOTES = ('"""', "'''", "```", "**", "$$", '"', "`", "$")
"""marks that open and close alike: of each an even number, or as many more as stood there"""
_FORMULAS = re.compile(r"\\[a-z]++[{\[]")
"""a command of TeX, in whose texts dollars come in pairs"""
_TAGS = re.compile(r"^(?:\s*+<[A-Za-z][^<>]*+>)++")
"""what a line of a page begins with"""
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|etc|[A-Z])\.$")
JOINS = ",;:{|\\"
"""marks at the end of a line or a word that say that something follows"""
SEVERAL = 3
"""words for which no figure stands in"""
_STARTS_NOTHING = ",;:.!?)]}»”%"


def unbalanced(place: Neighbourhood, fill: str) -> bool:
    """What the old words opened and left open, or closed that was open before, so does the fill, and no more."""
    if any(quote in fill.replace("\\" + quote, "") for quote in _around(place) if quote not in place.old):
        return True  # it would end what stands between quotes
    if not place.prose and not _FORMULAS.search(place.before + place.old + place.after):
        return open_ends(fill.replace("$", "")) != open_ends(place.old.replace("$", ""))  # it begins a variable
    return open_ends(fill) != open_ends(place.old)


def _around(place: Neighbourhood) -> set[str]:
    """The quotes between which the place lies, next to it or further off on its line."""
    near = {quote for quote in "\"'`" if quote == place.before[-1:] == place.after[:1]}
    return near | {quote for quote in '"`' if place.head.count(quote) % 2 and place.tail.count(quote) % 2}


def open_ends(text: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]:
    """(what is closed and was not opened, what is opened and not closed, quotes that are left over)."""
    rest, odd = text, []
    for quote in QUOTES:
        odd.append(rest.count(quote) % 2)
        rest = rest.replace(quote, " ")
    odd.append(len(re.findall(r"(?<![^\W_])'(?=\S)|(?<=\S)'(?![^\W_])", rest)) % 2 if "'" in rest else 0)
    closed, opened = [], []
    for found in _PAIRED.finditer(re.sub(r"\"[^\"\n]*\"|'[^'\n\w]'|\\[()\[\]{}]", " ", text)):
        mark = found[0]
        opener, name = _opener(mark)
        if _VOID.match(mark):
            continue
        if opener is None:
            opened.append(name)
        elif opened and opened[-1] == opener:
            opened.pop()
        else:
            closed.append(opener)
    return tuple(closed), tuple(opened), tuple(odd)


def _opener(mark: str) -> tuple[str | None, str]:
    """(what the mark closes, what it opens): one of both."""
    if mark in PAIRS:
        return PAIRS[mark], ""
    if mark.startswith("</"):
        return "<" + mark[2:-1].split()[0], ""
    if mark.startswith("\\end"):
        return "\\begin" + mark[4:], ""
    if mark.startswith("<") and mark != "<!--":
        return None, "<" + mark[1:-1].split()[0]
    return None, mark


@dataclass(frozen=True, slots=True)
class Onset:
    """With which character, white space aside, something may begin."""

    exactly: str = ""
    """with this one; "1": with a figure"""
    word: bool = False
    """with a letter, or a mark that opens"""
    capital: bool = False
    """with no small letter and no figure"""
    figure: bool = True
    """with a figure, where it is no capital"""
    more: str = ""
    """with this one, too"""
    quoted: bool = True
    """with a quote, where it is a word"""

    def fits(self, character: str) -> bool:
        if self.exactly:
            return character.isdigit() if self.exactly == "1" else character == self.exactly
        if character in self.more:
            return True
        if character in _STARTS_NOTHING:
            return False
        if not self.word:
            return True
        if self.capital and character.islower() or character.isdigit() and (self.capital or not self.figure):
            return False
        return (
            character.isalnum()
            or character in "¿¡"
            or self.quoted
            and character in OPENERS
            and character not in "[(*_`"
        )


def start_of(place: Neighbourhood, lead: str) -> Onset:
    """What the old words began with decides. ``lead``: the mark that their line begins with."""
    old = place.old.lstrip()
    if lead:
        return Onset(exactly=lead[0])
    if old[:1] in tuple("\"'`“«") and not place.prose:
        return Onset(exactly=old[0])
    had = old.lstrip(OPENERS)[:1]
    if place.prose and not old:
        return Onset(word=begins_sentence(place), capital=begins_sentence(place), quoted=_quotes(place))
    if place.prose and had.isalpha():
        capital = begins_sentence(place) and not had.islower()
        figure = len(words(old)) < SEVERAL
        return Onset(word=True, capital=capital, figure=figure, more=old[:1], quoted=_quotes(place))
    return Onset(more=old[:1])


def _quotes(place: Neighbourhood) -> bool:
    """Whether anything is quoted around."""
    return any(quote in place.before + place.old + place.after for quote in '"“„«‘')


def wrong_start(place: Neighbourhood, fill: str) -> bool:
    """A sentence begins with a word and a capital, a string with its quote; nothing with a mark that stands behind words."""
    new = fill.lstrip()
    if not new or not start_of(place, "").fits(new[0]):
        return True
    had, first = place.old.lstrip(OPENERS + " ")[:1], new.lstrip(OPENERS)[:1]
    if _unlike_entries(place, had, first):
        return True
    if not place.prose or not had.isalpha():
        return False
    if begins_sentence(place) and not had.islower() and not (first.isalpha() and not first.islower()):
        return True
    # In the middle of a sentence no other one begins: names are as rare as the capital words of it are common.
    return had.islower() and new.split()[0].strip(CLOSERS + ",") in _STARTERS


def _unlike_entries(place: Neighbourhood, had: str, first: str) -> bool:
    """Whether it begins with a capital where the entries of its list all begin with small letters, or the other way round."""
    mark = lead(place.whole)
    if (
        mark not in ("-", "*", "+", "1.")
        or lead(place.head + place.old[:4]) != mark
        or not had.isalpha()
        or not first.isalpha()
    ):
        return False
    beside = [line.strip().removeprefix(lead_of(line)) for line in (*place.above, *place.below) if lead(line) == mark]
    cases = {text[0].isupper() for text in beside if text[:1].isalpha()}
    return cases == {had.isupper()} and first.isupper() != had.isupper()


_STARTERS = frozenset(
    "The A An This That These Those It He She They We You There Then But And So If When In On At For As To My His Her Our".split()
)


def begins_sentence(place: Neighbourhood) -> bool:
    """Whether a sentence begins where the place begins."""
    before, head = place.before.rstrip(), _TAGS.sub("", place.head).strip()
    if not before or re.fullmatch(r"[\W\d_]*|\\item", head):
        return True
    return ends_sentence(before) and not _ABBREVIATION.search(before)


def wrong_end(place: Neighbourhood, fill: str) -> bool:
    """A sentence ends with its mark, a line of code as it did, and what stood inside of either ends with neither."""
    old, new = place.old.rstrip(), fill.rstrip()
    if not old or not new:
        # Where nothing stood, a sentence that begins there ends there.
        alone = place.prose and begins_sentence(place) and not lead(place.head)
        return not new or alone and not ends_sentence(new)
    if old[-1] in JOINS:
        return new[-1] != old[-1]
    if new[-1] in JOINS + "([<=&" or new[-1] in "-–—/" and old[-1] not in "-–—/":
        return True
    if ends_sentence(old):
        return not ends_sentence(new) or place.prose and _hangs(new)
    if ends_sentence(new) and (place.prose or place.after.lstrip()[:1] in tuple(SENTENCE_END)):
        return True
    # Code lets a line go on behind a bracket or a name only.
    return not place.prose and place.ends_line and new[-1] in "!?+*~^@" and new[-1] != old[-1]


def _hangs(text: str) -> bool:
    """Whether the last full stop belongs to an abbreviation."""
    return bool(_ABBREVIATION.search(text.rstrip(CLOSERS)))

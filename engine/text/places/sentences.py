"""Sentences: as many as stood there, whole ones, and where one stood nothing else."""

from __future__ import annotations

import re

from engine.text.kinds import phrases
from engine.text.kinds.questions import unlike
from engine.text.kinds.strangers import figures, names, persons
from engine.text.kinds.verbs import missing
from engine.text.places.lines import lead
from engine.text.places.marks import begins_sentence
from engine.text.places.neighbourhood import CLOSERS, OPENERS, SENTENCE_END, Neighbourhood, ends_sentence, words

_INNER_END = re.compile(rf"[{SENTENCE_END}][{re.escape(CLOSERS)}]*\s+[{re.escape(OPENERS)}]*(?=[^\W\d_a-z])")
_FIGURES = re.compile(r"(?:[.!?]\s+|,\s*)\d{1,4}\b(?!\s*\w)(?=[.\s]*$)")
"""a number by itself at the end, behind what was said"""
_TERM = re.compile(r"\d[\w.,:/-]*|[^\W\d_]+(?:['’-]\w+)*")
_ADDRESS = re.compile(r"[^\W\d]{2}\.[^\W\d]{2}")
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]{2}")
_OF_PLACE = frozenset("in on at by during from with between among under".split())
CLAUSE = 3
"""words of which a clause consists at least"""
_CLAUSE_END = re.compile(r"[,;:.!?()\"“”—–]")
SHORT = 5
"""words of which a sentence seldom consists that begins with a word of place or time"""
_JOINING = frozenset("of the to and in for a an on at by with from as or de la".split())
"""words that names have in them"""
_SPELT = re.compile(r"(?:\b[^\W\d_]\.){3}")
LOUD = 4
"""letters of a word in capitals that begins a sentence"""
_LABEL = re.compile(r"\W{0,8}(?:[^\W\d_]{1,40} ?){1,2}:")
_LONE = re.compile(r"(?<![^ ])[b-df-hj-np-tv-xz][.!?]*$")
"""a word that has only begun: "in the l." """
_SMALL = re.compile(r"\b(?!(?:etc|approx|incl|excl|dept|est|fig|vol|misc|resp|max|min|tel)\.)[a-z]{3,}+[.!?] ++[a-z]")
"""a sentence that ends, and one that begins with a small letter"""


def wrong_number(place: Neighbourhood, fill: str) -> bool:
    """No sentence ends inside of what was none, no more of them than did, and of many most."""
    had, has = len(_INNER_END.findall(place.old)), len(_INNER_END.findall(fill))
    figures = len(_FIGURES.findall(fill)) > len(_FIGURES.findall(place.old))
    small = bool(_SMALL.search(fill)) and not _SMALL.search(place.old)
    return place.prose and (figures or small or not had - had // 3 <= has <= had)


def dangles(place: Neighbourhood, fill: str) -> bool:
    """The last word does not ask for another where the text has a mark or ends, or goes on with a phrase."""
    if not place.prose:
        return False
    if phrases.cut_short(place.old, fill, place.after):
        return True
    last = words(fill)[-1:]
    behind = place.after.lstrip(" ")[:1]
    over = ends_sentence(fill) or not behind or behind in ".!?\n\r"  # not only a mark inside of it: "is, however,"
    open_ = over or behind in ",;:)"
    asking = bool(last) and (
        over and last[0] in _LEADING or open_ and (last[0] in _ASKING or bool(_COMPARED.search(fill)))
    )
    # The name of something, as in "solve it for x", stands around.
    lone = over and bool(_LONE.search(fill)) and last[0] not in words(f"{place.before} {place.old} {place.after}")
    return (asking or lone) and last != words(place.old)[-1:]


def no_verb(place: Neighbourhood, fill: str) -> bool:
    """A clause that said that something is or does something does so no more: "at four o'clock the bakery, and by six ..." """
    if not place.prose or place.sentence or len(words(place.old)) < CLAUSE:
        return False
    before, after = _CLAUSE_END.split(place.head)[-1], _CLAUSE_END.split(place.tail)[0]
    return missing(before + fill + after, before + place.old + after)


def other_phrase(place: Neighbourhood, fill: str) -> bool:
    """What said where, when or how does so no more."""
    return place.prose and phrases.unlike(place.old, place.before + place.after, fill)


def wrong_question(place: Neighbourhood, fill: str) -> bool:
    """A sentence that begins as a question ends with its mark, and where one stood another does. Without a mark behind it nothing
    is said."""
    if not place.prose or not begins_sentence(place):
        return False
    mark = place.after.lstrip(CLOSERS + " ")[:1]
    was = re.split(_INNER_END, place.old)[-1]
    parts, ends = re.split(_INNER_END, fill), [found[0].strip(CLOSERS)[:1] for found in _INNER_END.finditer(fill)]
    marked = [part.rstrip(CLOSERS)[-1:] if ends_sentence(part) else mark for part in parts[-1:]]
    return any(unlike(part, end, was) for part, end in zip(parts, [*ends, *marked], strict=True))


def strangers(place: Neighbourhood, fill: str) -> bool:
    """Figures, names and persons that are nowhere around come into what people read, where none stood."""
    if not place.prose or place.beside is not None:
        return False
    around = place.before + "\n" + place.after
    quoted = place.before.rstrip(" ")[-1:] in tuple('"“„«')
    told = place.old, around, fill
    return figures(*told) or names(*told) or not quoted and persons(*told)


_ASKING = frozenset(
    "the a an of and or my your our their its very every whose than because although into onto upon from with towards "
    "toward among despite via using including i'm you're we're they're he's she's it's there's that's "
    "will would shall must may might be".split()
)
_LEADING = frozenset(
    "to that as at by for if while when whether until unless between during who which am is are was were be been has had "
    "should".split()
)
"""words that can end a sentence ("the one I asked for") and in a fill seldom mean to"""
_COMPARED = re.compile(r"(?i)\b(?:one|two|three|four|five|\d+) or (?:more|less|fewer)\W*$|\bnot only\W*$")
"""what asks for the things that are counted"""


def no_sentence(place: Neighbourhood, fill: str) -> bool:
    """Where a sentence stood, or begins, it is no heading, label, date or name: those are what is likeliest of all where there is
    little text before."""
    if not place.prose:
        return False
    if not (place.sentence if place.old.strip() else begins_sentence(place)):
        return _alone(place, fill) and bool(lead(place.whole)) and begins_sentence(place) and not place.tail.strip()
    alone = _alone(place, fill)
    return (
        (alone or _is_none(fill)) and not _is_none(place.old) or len(words(place.old)) > 3 and missing(fill, place.old)
    )


def _alone(place: Neighbourhood, fill: str) -> bool:
    """Whether one word stands for more than a few, or is told as a sentence where nothing stood."""
    told = not place.old.strip() and fill.rstrip().endswith(".")
    return len(words(fill)) == 1 and (told or len(words(place.old)) > 3)


def _is_none(text: str) -> bool:
    """Whether a text has too few words of its own, too many figures, words run together, or a label in
    front. Only letters with two cases tell."""
    terms = _TERM.findall(text)
    named = [term for term in terms if term[0].isalpha()]
    if any(not term[0].isupper() and not term[0].islower() for term in named):
        return False
    opens = bool(named) and named[0] is terms[0]  # its capital says nothing
    lower = sum(term[0].islower() for term in named)
    small = lower + (opens and not named[0][0].islower() and not _shouted(named[0]))
    figures = len(terms) - len(named)
    if 2 * small < len(terms) or 3 * figures > len(terms) or figures and 2 * small <= len(terms):
        return True
    if (
        len(terms) > 1
        and all(term in _JOINING for term in named if term[0].islower())
        or len(terms) < SHORT
        and _OF_PLACE.intersection(words(text)[:1])
    ):
        return True  # names only; "In the 17th century."
    if opens and named[0].isupper() and len(named[0]) > LOUD:
        return True
    return any(map(_GLUED.search, named)) or bool(_LABEL.match(text) or _ADDRESS.search(text) or _SPELT.search(text))


def _shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper()

"""Repetition: of what stands beside the place, and inside of the fill."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from engine.text.kinds import calls, definitions, statements, unused
from engine.text.kinds.statements import names
from engine.text.places.lines import key, lead_of, margin_of, rows_of
from engine.text.places.neighbourhood import AROUND, Neighbourhood, ends_sentence, words

_RUN = re.compile(r"([^\w\s])\1{2,}|_{3,}|([^\W\d_])\2{3,}|([^\W\d_]{2,4})\3{2,}")
_SENTENCE = re.compile(r"[^.!?\n]+")
_ENDS = " \t\r;,{("
"""what may stand behind a statement on its line"""
_STATEMENT = re.compile(
    r"[=(]|\+\+|--|^[ \t]*+(?:(?:return|yield|echo|throw|raise)\b|[a-z][\w-]*+ [^$\n]*+\$\{?[a-z])", re.MULTILINE
)
_KEYWORD = re.compile(
    r"(?:break|continue|pass|end|fi|done|else|try|do|loop|goto|delete|del|throw|await)\b|\b[^\W\d]\w*+!"
)
_CONDITION = re.compile(r"(?:if|while|for|foreach|switch)\s*\((?:[^()\n]|\([^()\n]*\))*\)")
"""what does nothing unless something follows"""
_BRINGS = re.compile(
    r"import\b|from\b|use\b|using\b|#\s*include|package\b|require|@|def\b|func\b|fn\b|class\b|function\b"
)
"""what begins with new names"""
_PAUSE = re.compile(r"[^\w\s'’-]+")
STEM = 4
"""letters that a word has in common with its other forms"""
_LITTLE = frozenset(
    "that this these those there then than them they their have been were will would could should about some from with into "
    "when what which while your more most very just also only like other over after before because still even much many such "
    "each every here where make made does didn’t didn't don't it's".split()
)
_COMMON = _LITTLE | frozenset(
    "the and for was are has had his her its not you she him our out who any all one two but can did get got too now how why "
    "may own let yes off".split()
)
FEW = 3
"""words of a fill from which on it has to say something"""
KEPT = 64
"""places whose names are remembered"""
NEAR_WORDS = 60
"""words on each side in which four in a row are not written again"""
TIMES = 3
"""how often three words in a row are too often"""


def repeats_itself(place: Neighbourhood, fill: str) -> bool:
    """Three words in a row three times, in prose two of them twice in a sentence, in code four twice on a line, a word three
    times running, a sentence twice, a mark, a letter or a syllable again and again."""
    found = re.findall(r"\w+", fill.lower())
    triples = Counter(zip(found, found[1:], found[2:], strict=False))
    if any(count >= TIMES for count in triples.values()) or any(a == b == c for a, b, c in triples):
        return True
    if not place.prose and _names_again(fill) and not _names_again(place.old):
        return True
    said = words(fill)
    if place.prose and _pairs_again(fill) and not _pairs_again(place.old):
        return True
    if place.prose and any(a == b and a not in ("that", "had", "very") for a, b in zip(said, said[1:], strict=False)):
        return True
    runs = [run[0] for run in _RUN.finditer(fill) if place.prose or run[0] not in ("===", "...")]
    if any(run not in place.old and run[:2] not in place.old for run in runs):
        return True
    parts = (
        [" ".join(words(part)) for part in _SENTENCE.findall(fill)] if place.prose else map(_plain, fill.splitlines())
    )
    long = [part for part in parts if len(part) > 8]
    return len(set(long)) < len(long)


def _pairs_again(text: str) -> bool:
    """Whether two words that stand side by side do so twice in a sentence."""
    for sentence in _SENTENCE.findall(text):
        pairs = [pair for part in _PAUSE.split(sentence) for pair in pairwise(words(part))]
        if len(set(pairs)) < len(pairs):
            return True
    return False


def _names_again(text: str) -> bool:
    """Whether four words, three of them different, come again in the same order on a line."""
    for line in text.splitlines():
        found, seen = re.findall(r"\w+", line.lower()), dict[tuple[str, ...], int]()
        for at, four in enumerate(zip(*(found[i:] for i in range(4)), strict=False)):
            if len(set(four)) > 2 and at - seen.setdefault(four, at) >= 4:
                return True
    return False


def repeats_around(place: Neighbourhood, fill: str) -> bool:
    """The line, the entry or the sentence beside it again; words of both sides run together; four words of the text near it."""
    new, units = _plain(fill), _units(place)
    if new and new != _plain(place.old) and new in units:
        return True
    if place.prose and (_says_again(place, fill) or _quotes_line(place, fill)):
        return True
    said, left, right = words(fill), words(place.before)[-NEAR_WORDS:], words(place.after)[:NEAR_WORDS]
    if place.prose and said and (_touches(place, left, said) or _follows(place, said, right)):
        return True
    size = 4 if place.prose else 6
    if place.prose or len(said) >= size:
        old = _grams(words(place.old), size)
        near = _grams(left, size) | _grams(right, size)
        return bool((_grams(said, size) & near) - old)
    return False


def strange(place: Neighbourhood, fill: str) -> bool:
    """A statement with none of the names around it, where the old one had some, has nothing to do with them; one that is
    nothing but a name does nothing."""
    if not subjects(place):
        return False
    idle = not _STATEMENT.search(fill) and not _KEYWORD.match(fill.strip())
    empty = _CONDITION.fullmatch(fill.strip(" ;")) and (fill + place.tail).rstrip().endswith(";")
    known = _around(place)
    if any(not name[0].isupper() for name in subjects(place)):  # a type by itself is about nothing
        known = frozenset(name for name in known if not name[0].isupper())
    return idle or bool(empty) or not known.intersection(names(fill))


def does_nothing(place: Neighbourhood, fill: str) -> bool:
    """A statement gives a value that nobody reads, or none that is read behind it, is followed by what is never reached,
    reads names that stand nowhere, or is several."""
    if not subjects(place):
        return False
    around = place.before, place.old, place.after, fill
    below = place.below[0] if place.below else ""
    return (
        statements.missing(*around)
        or statements.unread(*around)
        or statements.from_nothing(*around)
        or statements.unreached(margin_of(place.head), below, place.old, fill)
        or statements.crowded(place.old, place.tail, fill)
        or len(place.before) < AROUND
        and statements.unknown(*around)
    )


def calls_unknown(place: Neighbourhood, fill: str) -> bool:
    """A program calls a function, or reads a variable, that is nowhere around, or names a method and does not call it."""
    if place.prose:
        return False
    around = place.before, place.old, place.after, fill
    uncalled = not place.tail.startswith("(") and calls.uncalled(place.old, fill)
    whole = max(len(place.before), len(place.after)) < AROUND
    return uncalled or calls.unknown(*around) or calls.unset(*around) or whole and calls.unmade(*around)


def loses(place: Neighbourhood, fill: str) -> bool:
    """What the rest of a program calls or names is defined or imported no more."""
    if place.prose or not place.starts_line:
        return False
    return definitions.lost(place.before, place.old + place.tail, place.after, fill)


def stays(place: Neighbourhood, fill: str) -> bool:
    """What was the last line of its block, and left it, leaves it no more; or it brings another number of values."""
    if place.prose or not place.starts_line:
        return False
    if "\n" in place.old:
        return statements.other_number(place.old, fill)
    below = place.below[0] if place.below else ""
    return (
        statements.stays(margin_of(place.head), below, place.old, fill)
        or statements.brings(place.before, place.old, fill)
        or statements.other_number(place.old, fill)
        or statements.gives_nothing(place.after, place.old, fill)
    )


def forgets(place: Neighbourhood, fill: str) -> bool:
    """A name that stands there for the old words alone has nothing to stand for any more."""
    if place.prose or not place.starts_line:
        return False
    return unused.forgotten(place.before, place.old, place.after, fill, whole=len(place.after) < AROUND)


@lru_cache(maxsize=KEPT)
def subjects(place: Neighbourhood) -> tuple[str, ...]:
    """The names of the statement that stands there which stand around it, too, in order; none where there is no statement."""
    if place.prose or place.beside is not None or not place.starts_line or place.tail.strip(_ENDS) or rows_of(place):
        return ()
    if not _STATEMENT.search(place.old) or _BRINGS.match(place.old.strip()) or key(place.old) == ":":
        return ()
    return tuple(name for name in dict.fromkeys(names(place.old)) if name in _around(place))


def _around(place: Neighbourhood) -> frozenset[str]:
    return statements.around(place.before, place.after)


def _plain(text: str) -> str:
    """What is compared: letters, figures and marks of code, no spaces and no mark at the end."""
    return re.sub(r"[\s\"'`]+", "", text).rstrip(",;.").lower() if re.search(r"\w{2,}", text) else ""


def _units(place: Neighbourhood) -> set[str]:
    """What stands beside the place and is of its kind: lines where it is a line, entries where it is one, sentences."""
    if place.beside is not None:
        return {_plain(text) for text in place.beside.like} - {""}
    mark = lead_of(place.head)
    whole = place.ends_line and not place.head.strip().removeprefix(mark.strip()).strip()
    lines = [*place.above, *place.below] if whole else []
    found = {_plain(line.strip().removeprefix(lead_of(line)) if mark else line) for line in lines}
    before, after = place.before.rstrip(" \"'`")[-1:], place.after.lstrip(" \"'`")[:1]
    if before in tuple(",([{") or after == ",":
        near = place.head + " , " + place.tail
        found |= {_plain(entry) for entry in re.split(r"[,()\[\]{}]", near)}
    if place.sentence:
        found |= {_plain(part) for part in re.split(r"(?<=[.!?])\s+|\n", place.before + "\n" + place.after)}
    return found - {""}


def _says_again(place: Neighbourhood, fill: str) -> bool:
    """Whether a sentence has no word of its own beside those of one that stands next to it, or of those of the line above."""
    if not place.sentence:
        return False
    said = _stems(fill)
    sides = [*_SENTENCE.findall(place.before)[-2:], *_SENTENCE.findall(place.after)[:2], *place.above[:1]]
    return len(said) > 1 and any(said <= _stems(side) for side in sides) and not said <= _stems(place.old)


def says_nothing_new(place: Neighbourhood, fill: str) -> bool:
    """Whether several words of prose are all from the text around, where those that stood there were not."""
    if not place.prose or len(words(fill)) < FEW or len(said := _told(fill)) < 2:
        return False
    around = _told(place.before) | _told(place.after)
    return said <= around and not _told(place.old) <= around


def _told(text: str) -> frozenset[str]:
    """What the words of a text begin with that are not among the commonest."""
    return frozenset(word[:STEM] for word in words(text) if len(word) >= STEM - 1 and word not in _COMMON)


def _stems(text: str) -> frozenset[str]:
    """What its words begin with, but for the little ones."""
    return frozenset(word[:STEM] for word in words(text) if len(word) >= STEM and word not in _LITTLE)


def _quotes_line(place: Neighbourhood, fill: str) -> bool:
    """Whether a line that stands near, of several words, is said again inside of it."""
    lines = (line.strip(" \t-*>#.,:;") for line in (*place.above, *place.below))
    return any(len(line.split()) > 2 and line in fill and line not in place.old for line in lines)


def _touches(place: Neighbourhood, left: list[str], said: list[str]) -> bool:
    """Whether the fill begins with the word that it follows, or with more of them."""
    if not re.search(r"[^\W\d_][ \t]*$", place.before):
        title = not ends_sentence(place.before) and place.starts_line  # the text below it may begin with its words
        return len(left) > 1 and said[:2] == left[-2:] and not title
    return any(said[:n] == left[-n:] for n in (1, 2, 3))


def _follows(place: Neighbourhood, said: list[str], right: list[str]) -> bool:
    """Whether the fill ends with the word that follows, or with more of them."""
    if not re.match(r"[ \t]*[^\W\d_]", place.after):
        return len(right) > 1 and said[-2:] == right[:2]
    return any(said[-n:] == right[:n] for n in (1, 2, 3))


def _grams(found: list[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}

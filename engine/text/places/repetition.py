"""Repetition: of what stands beside the place, and inside of the fill."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from engine.text.places.lines import key, lead_of, rows_of
from engine.text.places.neighbourhood import Neighbourhood, words

_RUN = re.compile(r"([^\w\s])\1{2,}|_{3,}|([^\W\d_])\2{3,}|([^\W\d_]{2,4})\3{2,}")
_SENTENCE = re.compile(r"[^.!?\n]+")
_NAME = re.compile(r"\$?[^\W\d]\w*")
_WORDS = frozenset(
    "if else elif for foreach while do switch case default break continue return yield try catch finally throw "
    "throws new in of as is not and or var let const val int long float double char bool boolean string str "
    "void func function fn def class struct public private protected static final self this null nil None true "
    "false True False echo print printf println console log System out fmt Println end then fi done local mut "
    "auto async await lambda".split()
)
"""names that every program has"""
_ENDS = " \t\r;,{("
"""what may stand behind a statement on its line"""
_STATEMENT = re.compile(r"[=(]|\+\+|--|^[ \t]*+(?:return|yield|echo|throw|raise)\b", re.MULTILINE)
_KEYWORD = re.compile(
    r"(?:break|continue|pass|end|fi|done|else|try|do|loop|goto|delete|del|throw|await)\b|\b[^\W\d]\w*+!"
)
_CONDITION = re.compile(r"(?:if|while|for|foreach|switch)\s*\((?:[^()\n]|\([^()\n]*\))*\)")
"""what does nothing unless something follows"""
_BRINGS = re.compile(
    r"import\b|from\b|use\b|using\b|#\s*include|package\b|require|@|def\b|func\b|fn\b|class\b|function\b"
)
"""what begins with new names"""
KEPT = 64
"""places whose names are remembered"""
NEAR_WORDS = 60
"""words on each side in which four in a row are not written again"""
TIMES = 3
"""how often three words in a row are too often"""


def repeats_itself(place: Neighbourhood, fill: str) -> bool:
    """Three words in a row three times, a word three times running, a sentence twice, a mark, a letter or a
    syllable again and again."""
    found = re.findall(r"\w+", fill.lower())
    triples = Counter(zip(found, found[1:], found[2:], strict=False))
    if any(count >= TIMES for count in triples.values()) or any(a == b == c for a, b, c in triples):
        return True
    said = words(fill)
    if place.prose and any(a == b and a not in ("that", "had", "very") for a, b in zip(said, said[1:], strict=False)):
        return True
    if any(run[0] not in place.old and run[0][:2] not in place.old for run in _RUN.finditer(fill)):
        return True
    parts = (
        [" ".join(words(part)) for part in _SENTENCE.findall(fill)] if place.prose else map(_plain, fill.splitlines())
    )
    long = [part for part in parts if len(part) > 8]
    return len(set(long)) < len(long)


def repeats_around(place: Neighbourhood, fill: str) -> bool:
    """The line, the entry or the sentence beside it again; words of both sides run together; four words of the text near it."""
    new = _plain(fill)
    if new and new != _plain(place.old) and new in _units(place):
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
    return idle or bool(empty) or not known.intersection(_names(fill))


@lru_cache(maxsize=KEPT)
def subjects(place: Neighbourhood) -> tuple[str, ...]:
    """The names of the statement that stands there which stand around it, too, in order; none where there is no statement."""
    if place.prose or place.beside is not None or not place.starts_line or place.tail.strip(_ENDS) or rows_of(place):
        return ()
    if not _STATEMENT.search(place.old) or _BRINGS.match(place.old.strip()) or key(place.old) == ":":
        return ()
    return tuple(name for name in dict.fromkeys(_names(place.old)) if name in _around(place))


@lru_cache(maxsize=KEPT)
def _around(place: Neighbourhood) -> frozenset[str]:
    return frozenset({*_names(place.before), *_names(place.after)})


def _names(code: str) -> list[str]:
    """Names of a program, without what stands between quotes and the words of languages."""
    plain = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?://|#[ \t]).*", " ", code)
    return [name for name in _NAME.findall(plain) if name not in _WORDS]


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


def _touches(place: Neighbourhood, left: list[str], said: list[str]) -> bool:
    """Whether the fill begins with the word that it follows, or with more of them."""
    if not re.search(r"[^\W\d_][ \t]*$", place.before):
        return len(left) > 1 and said[:2] == left[-2:]
    return any(said[:n] == left[-n:] for n in (1, 2, 3))


def _follows(place: Neighbourhood, said: list[str], right: list[str]) -> bool:
    """Whether the fill ends with the word that follows, or with more of them."""
    if not re.match(r"[ \t]*[^\W\d_]", place.after):
        return len(right) > 1 and said[-2:] == right[:2]
    return any(said[-n:] == right[:n] for n in (1, 2, 3))


def _grams(found: list[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}

"""Word-level differences, by diff-match-patch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diff_match_patch import diff_match_patch

import engine

_WORD = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]")
_SURROGATES = 0xD800


@dataclass(frozen=True, slots=True)
class Hunk:
    """A change: ``old`` stands at ``start``..``end`` of the old text (code points), ``new`` comes in its place."""

    start: int
    end: int
    old: str
    new: str


def _words(text: str) -> list[str]:
    """What people see as words, and what stands between them."""
    return _WORD.findall(text) if text.isascii() else [text[start:end] for start, end in engine.word_ranges(text)]


def words(old: str, new: str) -> list[tuple[int, str]]:
    """Pieces (-1 removed, 0 same, 1 added; text) that turn old into new, cut at word borders.

    Each different word becomes one character, the characters are compared, and the words are put back: the library's
    own line mode, for words.
    """
    numbers: dict[str, int] = {}

    def coded(text: str) -> str:
        codes = (numbers.setdefault(word, len(numbers) + 1) for word in _words(text))
        return "".join(chr(n if n < _SURROGATES else n + 0x800) for n in codes)

    before, after = coded(old), coded(new)
    listed = list(numbers)
    differ = diff_match_patch()
    pieces = differ.diff_main(before, after, False)
    differ.diff_cleanupSemantic(pieces)  # a space that two changed words share is no reason for two changes
    spelled = []
    for op, codes in pieces:
        indices = (ord(c) - (0x800 if ord(c) >= _SURROGATES else 0) - 1 for c in codes)
        spelled.append((op, "".join(listed[i] for i in indices)))
    return spelled


def hunks(old: str, new: str) -> list[Hunk]:
    """The changes that turn old into new, in order, none touching another."""
    found: list[Hunk] = []
    at = 0
    fresh = True
    for op, text in words(old, new):
        if op == 0:
            at, fresh = at + len(text), True
            continue
        if fresh:
            found.append(Hunk(at, at, "", ""))
            fresh = False
        last = found[-1]
        if op < 0:
            at += len(text)
            found[-1] = Hunk(last.start, at, last.old + text, last.new)
        else:
            found[-1] = Hunk(last.start, last.end, last.old, last.new + text)
    return found


def spliced(text: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with others in place of ranges (start, end, new), which are in order. Raises ValueError where one does not fit."""
    out, at = [], 0
    for start, end, new in pieces:
        if not at <= start <= end <= len(text):
            raise ValueError(f"{start}..{end} does not fit the text any more")
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])


def apply(old: str, chosen: Sequence[Hunk]) -> str:
    """``old`` with some changes made. Raises ValueError where two overlap or one does not fit."""
    for hunk in chosen:
        if old[hunk.start : hunk.end] != hunk.old:
            raise ValueError(f"the change of {hunk.old!r} at {hunk.start} does not fit")
    return spliced(old, sorted((hunk.start, hunk.end, hunk.new) for hunk in chosen))

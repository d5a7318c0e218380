"""What is wanted at a caret, where nothing is selected: a word, a sentence, a line or a block, as the place has it.

What parts it from the text around (a space, a line break, the mark of a list) is written with it and is not left to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.text.places.entries import entry_at
from engine.text.places.neighbourhood import Beside
from engine.text.slots import SPACELESS

WORD, SENTENCE, LINE, BLOCK = 8, 40, 24, 64
"""slots of each"""
USUAL = {WORD: 2, SENTENCE: 14, LINE: 8, BLOCK: 24}
"""tokens that each usually has"""
NEAR = 4000
"""characters on each side that are looked at"""
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*\s*$")
_MARK = re.compile(r"^(?P<margin>\s*)(?:(?P<bullet>[-*+] \[[ xX]\]|[-*+•])|(?P<number>\d+)(?P<dot>[.)]))(?P<gap>\s+)")
_BARE = re.compile(r"^\s*(?:[-*+•](?: \[[ xX]\])?|\d+[.)]|#{1,6}|>|\|) +")
_HEADING = re.compile(r"^\s*#{1,6}\s+\S")
_GREETING = re.compile(r"(?:[^.!?]|\b[A-Z][a-z]{0,3}\.(?= )){1,60},\s*$")
"""or a closing; "Dear Mr. Hall," is one, too"""
_OPENS = re.compile(r"[:{(\[]$|\b(?:then|do|else|begin)$")
_CODE = re.compile(
    r"[;{}]\s*$|^\s*(?:def|class|import|from|func|fn|let|const|var|return|if|for|while|#include)\b.*[:(){};=]"
)
_SPACELESS = re.compile(rf"[{SPACELESS}\u3000-\u303f]")


@dataclass(frozen=True, slots=True)
class Caret:
    """What is to be written at a place."""

    slots: int
    multiline: bool = False
    head: str = ""
    """stands between the text before and the fill"""
    tail: str = ""
    """stands between the fill and the text after"""

    beside: Beside | None = None
    """what another of is wanted"""

    @property
    def usual(self) -> int:
        """Tokens that such a thing usually has."""
        return USUAL.get(self.slots, self.slots)


def caret(text: str, at: int, prose: bool | None = None, language: str = "") -> Caret:
    """What is wanted at ``at``. ``prose``: whether the text is; None leaves it to be guessed. ``language``: of code."""
    before, after = (part.replace("\r\n", "\n") for part in (text[max(0, at - NEAR) : at], text[at : at + NEAR]))
    if entry := entry_at(before, after, language):
        several = any("\n" in text for text in entry.beside.like)
        return Caret(LINE, several, entry.head, entry.tail, entry.beside)
    left, right = before[before.rfind("\n") + 1 :], after.partition("\n")[0]
    if prose is None:
        prose = not is_code(before + after)
    if left.strip() and right.strip():
        return _inside(left, right, prose)
    if right.strip():
        return _in_front(left, right, after[len(right) :], prose)
    return (_behind if prose else _below)(before, left) if left.strip() else _alone(before, left, prose)


def is_code(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and sum(bool(_CODE.search(line)) for line in lines) * 4 >= len(lines)


def _inside(left: str, right: str, prose: bool) -> Caret:
    """Text on both sides: a word, or a sentence between two."""
    wanted = Caret(SENTENCE if prose and _ENDED.search(left) else WORD)
    spaced, going_on = left[-1].isspace(), right[0].isspace()
    if spaced and not going_on:
        return replace(wanted, tail=" ")
    apart = going_on and not spaced and prose and not _SPACELESS.match(left[-1])
    return replace(wanted, head=" ") if apart else wanted


def _in_front(left: str, right: str, below: str, prose: bool) -> Caret:
    """At the start of a line: a sentence before its first, or a line of its own; before a greeting a paragraph."""
    if prose and _GREETING.fullmatch(right) and below.startswith("\n\n"):
        return Caret(SENTENCE, tail="\n\n" + left)
    if prose and not _HEADING.match(right) and not _MARK.match(right) and not right.startswith("|"):
        return Caret(SENTENCE, tail="" if _SPACELESS.match(right[0]) else " ")
    return Caret(LINE, head=_mark_of(right, 0) if prose else "", tail="\n" + left)


def _behind(before: str, left: str) -> Caret:
    """At the end of a line of prose: what goes on there; behind a mark that nothing follows, what it is for."""
    if _BARE.fullmatch(left):
        return Caret(LINE)
    if _HEADING.match(left):
        return Caret(SENTENCE, head="\n\n")
    if entry := _mark_of(left):
        return Caret(LINE, head="\n" + entry)
    if _GREETING.fullmatch(left) and not before[: len(before) - len(left)].strip():
        return Caret(SENTENCE, head="\n\n")
    if _ENDED.search(left) and not left[-1].isspace() and not _SPACELESS.match(left[-1]):
        return Caret(SENTENCE, head=" ")
    return Caret(SENTENCE)


def _below(before: str, left: str) -> Caret:
    """At the end of a line of code: what it opens, else what the model finds: the rest of it, or the lines below."""
    if _OPENS.search(left.rstrip()):
        margin = left[: len(left) - len(left.lstrip())]
        return Caret(BLOCK, multiline=True, head="\n" + margin + _step(before))
    return Caret(BLOCK, multiline=True)


def _alone(before: str, left: str, prose: bool) -> Caret:
    """On an empty line, or in an empty text."""
    above = before[: len(before) - len(left)].rstrip("\n").rpartition("\n")[2]
    if prose:
        entry = "" if left or not before.endswith("\n") or before.endswith("\n\n") else _mark_of(above)
        return Caret(LINE, head=entry) if entry else Caret(SENTENCE)
    if left or before.endswith("\n\n") or not above:
        return Caret(BLOCK, multiline=True)
    margin = above[: len(above) - len(above.lstrip())]
    return Caret(BLOCK, multiline=True, head=margin + (_step(before) if _OPENS.search(above.rstrip()) else ""))


def _mark_of(line: str, step: int = 1) -> str:
    """The mark of the list entry that comes ``step`` after ``line``; "" where that is none."""
    found = _MARK.match(line)
    if not found:
        return ""
    margin, gap = found["margin"], found["gap"]
    if found["bullet"]:
        return margin + found["bullet"].replace("x", " ").replace("X", " ") + gap
    return f"{margin}{int(found['number']) + step}{found['dot']}{gap}"


def _step(text: str) -> str:
    """How much deeper a block stands than the line that opens it."""
    margins = [line[: len(line) - len(line.lstrip())] for line in text.splitlines() if line.strip()]
    if any("\t" in margin for margin in margins):
        return "\t"
    deeper = [len(b) - len(a) for a, b in pairwise(margins) if len(b) > len(a)]
    return " " * min(deeper, default=4)

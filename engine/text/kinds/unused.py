"""Names that a program has for one statement alone: what a function or a loop takes and nothing else reads, what begins empty and
nothing else fills. Told by the lines around, in any language that people write statements in."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.text.kinds.statements import KEPT, bound, plain, read

_NAME = re.compile(r"\w+")
_CALLS = frozenset(
    "if while switch return else elif match await yield throw raise new go defer echo print puts assert not".split()
)
"""words before a bracket that opens no function's names"""
_BEHIND = (",", ":", "=", ")")
"""what stands behind a name that a function takes"""
_OPENS = ("{", ":", "=>", "->", " do")
_MORE = "\0"
"""where a text goes on that is not known"""
_TYPED = re.compile(r"\A[ \t]*+(?:[\w<>\[\],*&:]++[ \t]++)++\*?\w++\(")
"""what begins a function whose bracket stands on the next line, or that needs none"""
_LOOP = re.compile(r"^[ \t]*+(?:async[ \t]++)?(?:for|foreach|with)\b")
_GIVEN = re.compile(r"\b(?:in|of)\b|:")
"""what stands between the names of a loop and what it goes through"""
_EMPTY = re.compile(
    r"=[ \t]*+(?:\[\]|\{\}|\(\)|0(?:\.0)?|\"\"|''|None|null|nil|(?:list|dict|set)\(\)|new [\w.]++(?:<[^<>\n]*+>)?\(\)"
    r"|\w++::new\(\)|vec!\[\]|mutable\w++(?:<[^<>\n]*+>)?\(\)|\[[\w: ]++\]\(\)|make\([^\n]*\))[ \t]*+;?[ \t]*+$"
)
"""the end of a line that gives a name nothing yet"""


def forgotten(before: str, old: str, after: str, fill: str, whole: bool = True) -> bool:
    """Whether a name stands there for nothing once a fill takes the old words' place.

    Args:
        whole: whether the text ends where ``after`` does.
    """
    return not _needed(before, old, after if whole else f"{after}{_MORE}").issubset(_words(fill))


@lru_cache(maxsize=KEPT)
def _needed(before: str, old: str, after: str) -> frozenset[str]:
    """The names that only the old words have a use for."""
    return frozenset(name for name in (found.lstrip("$") for found in read(old)) if _owed(before, after, name))


def _words(text: str) -> list[str]:
    return _NAME.findall(text)


def _owed(before: str, after: str, name: str) -> bool:
    """Whether nothing was made of a name so far, and nothing is behind."""
    line = next((line for line in reversed(before.split("\n")) if name in _words(line)), "")
    if _words(plain(line)).count(name) != 1:
        return False
    if _takes(line, name):
        block = _block(line, after)
        return _MORE not in block and name not in _words(block)
    return name in (given.lstrip("$") for given in bound(line)) and bool(_EMPTY.search(line))


def _takes(line: str, name: str) -> bool:
    """Whether a line opens a function or a loop that takes a name."""
    if _LOOP.match(line):
        given, _, named = line.partition(" as ")
        return name in _words(named or _GIVEN.split(given, maxsplit=1)[0])
    inside = line.partition("(")[2]
    taken = (found for found in _NAME.finditer(inside) if found[0] == name)
    return _opens(line) and any(inside[found.end() :].lstrip().startswith(_BEHIND) for found in taken)


def _opens(line: str) -> bool:
    """Whether a line may open a function."""
    if "(" not in line or ";" in line or next(iter(_words(line)), "") in _CALLS:
        return False
    return line.rstrip().endswith(_OPENS) or line.rstrip().endswith(")") and bool(_TYPED.match(line))


def _block(header: str, after: str) -> str:
    """What stands behind in the block that a line opens."""
    width = len(header) - len(header.lstrip())
    lines = after.split("\n")
    for at, line in enumerate(lines[1:], 1):
        if line.strip() and len(line) - len(line.lstrip()) <= width:
            return "\n".join(lines[:at])
    return after

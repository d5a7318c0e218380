"""What comes next where things alike stand side by side: a row of a table, an entry between brackets, a name with its value.

Found at a caret. What parts it from those beside it (a comma, a line break, the margin) is known and is put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.text.places.lines import key, lead_of, margin_of, rows_of, separators
from engine.text.places.neighbourhood import Beside, Neighbourhood

NAMED = frozenset({"ini", "toml", "yaml"})
"""languages whose lines give values to names"""
MOST = 12
"""entries that are looked at"""
_SCALAR = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|-?\d[\d_.eE+-]*+|true|false|null|True|False|None"
DATA = re.compile(rf"{_SCALAR}|[\[\]{{}}:,]|\s++")
DATA_ONLY = re.compile(rf"(?:{DATA.pattern})++")
_PIECE = re.compile(rf"{_SCALAR}|.|\n")
_PAIR = re.compile(r"(?:\"[^\"\n]+\"|'[^'\n]+')\s*:\s*\S")
_RULE = re.compile(r"[\s|:-]+")
CLOSING = {"[": "]", "{": "}", "(": ")"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is wanted at a caret."""

    beside: Beside
    head: str = ""
    """stands between the text before and the entry"""
    tail: str = ""
    """stands between the entry and the text after"""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines around a caret."""

    left: str
    right: str
    above: list[str]
    """those without an empty one between, the nearest first"""
    below: list[str]

    @classmethod
    def of(cls, before: str, after: str) -> _Lines:
        *above, left = before.split("\n")
        right, *below = after.split("\n")
        return cls(left, right, _block(reversed(above)), _block(below))

    @property
    def at_end(self) -> bool:
        """Whether it is the end of a line that holds something."""
        return bool(self.left.strip()) and not self.right.strip()

    @property
    def at_start(self) -> bool:
        return bool(self.right.strip()) and not self.left.strip()

    @property
    def inside(self) -> bool:
        return bool(self.right.strip()) and bool(self.left.strip())

    @property
    def before(self) -> list[str]:
        """Its own line as one of those above, where it is at the end of one."""
        return [self.left, *self.above] if self.at_end else self.above

    @property
    def behind(self) -> list[str]:
        return [self.right, *self.below] if self.at_start else self.below


def _block(lines: Iterable[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if not line.strip():
            break
        found.append(line)
    return found


def entry_at(before: str, after: str, language: str = "") -> Entry | None:
    """What comes next at a caret between two texts; None where nothing alike stands beside it."""
    around = _Lines.of(before, after)
    return _row(around, language) or _listed(before, after, around) or _named(around, language)


# ---- rows ----------------------------------------------------------------------------------------------------------
def _row(around: _Lines, language: str) -> Entry | None:
    lines = [*around.before, *around.behind]
    if around.inside or not lines:
        return None
    mark = _mark(around, language)
    count = separators(lines[0], mark) if mark else 0
    rows = [line for line in lines if mark and separators(line, mark) == count and not _RULE.fullmatch(line)]
    if not rows or mark == "|" and around.behind and _RULE.fullmatch(around.behind[0]):
        return None  # above the rule of a table stands its head
    top = around.before[-1] if around.before else lines[0]
    others = [row for row in rows if row is not top]
    headed = mark == "|" or language == "csv" or any(re.search(r"\d", row) for row in others)
    titles = headed and not re.search(r"\d", top) and top in rows
    rows = others if titles and others else rows
    piped = mark == "|" and rows[0].strip().startswith("|")
    margin = margin_of(rows[0]).removeprefix("" if around.at_end else around.left)
    front, end = ("| " if piped else ""), (" |" if piped and rows[0].rstrip().endswith("|") else "")
    like = [row.strip().strip("|").strip() if piped else row for row in rows[:MOST]]
    beside = Beside(tuple(like), "titles" if titles and not others else "row", mark)
    head = ("\n" if around.at_end else "") + (margin if piped else "") + front
    return Entry(beside, head, end + (f"\n{around.left}" if around.at_start else ""))


def _mark(around: _Lines, language: str) -> str:
    """What parts the cells of the rows beside the caret; "" where none stand there."""
    above, below = around.before, around.behind
    row, *_ = [*above, *below]
    if language == "csv":
        mark = max(";\t,|", key=lambda mark: separators(row, mark))
        return mark if separators(row, mark) else ""
    above, below = (above[1:], below) if above else (above, below[1:])
    before = "".join(f"{line}\n" for line in reversed(above))
    return rows_of(Neighbourhood(before, row, "".join(f"\n{line}" for line in below)))


# ---- entries between brackets --------------------------------------------------------------------------------------
def _listed(before: str, after: str, around: _Lines) -> Entry | None:
    start = _opened(before)
    if start is None or before[start] == "(":
        return None
    *earlier, last = _parts(before[start + 1 :])
    first, *later = _parts(after)
    if not last.strip() or not first.strip():
        near = [last, *reversed(earlier), first, *later]
        like = [part.strip() for part in near if part.strip()]
        pairs = before[start] == "{"
        if like and all(DATA_ONLY.fullmatch(part) and bool(_PAIR.match(part)) == pairs for part in like):
            beside = Beside(tuple(like[:MOST]), "pair" if pairs else "entry")
            return Entry(beside, *_commas(last, first, bool(later or earlier), around))
    return None


def _commas(last: str, first: str, several: bool, around: _Lines) -> tuple[str, str]:
    """(head, tail) of an entry behind ``last`` and before ``first``; what is empty of them is parted from it already."""
    apart = around.left.strip() and (not last.strip() or "\n" in last) and around.at_end  # each on a line of its own
    margin = margin_of(around.left)
    if last.strip():
        return (f",\n{margin}" if apart else ", "), ""
    head = ""
    if around.left.rstrip().endswith(","):
        head = f"\n{margin}" if apart and "\n" in first else " " * (not around.left[-1].isspace())
    if not first.strip():
        return head, ""
    if around.at_start:
        return head, f",\n{around.left}"
    return head, "," if first[0].isspace() else ", "


def _opened(text: str) -> int | None:
    """Where the innermost bracket stands that is open at the end; None where none is, or in the middle of a string."""
    stack: list[int] = []
    quote, escaped = "", False
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign in (quote, "\n") and not escaped else quote
            escaped = sign == "\\" and not escaped
        elif sign in "\"'":
            quote, escaped = sign, False
        elif sign in CLOSING:
            stack.append(at)
        elif sign in CLOSING.values() and stack:
            stack.pop()
    return None if quote or not stack else stack[-1]


def _parts(text: str) -> list[str]:
    """What stands between commas, up to a bracket that closes more than was opened."""
    parts, depth = [""], 0
    for found in _PIECE.finditer(text):
        sign = found[0]
        depth += (sign in CLOSING) - (sign in CLOSING.values())
        if depth < 0:
            break
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


# ---- names with values ---------------------------------------------------------------------------------------------
def _named(around: _Lines, language: str) -> Entry | None:
    lines = [*around.before, *around.behind]
    if language not in NAMED or around.inside or not lines:
        return None
    near = around.before or around.behind
    if around.before and around.before[0].rstrip().endswith(":"):  # what it opens stands below
        near = around.behind
        if not near or len(margin_of(near[0])) <= len(margin_of(around.before[0])):
            return None
    margin = margin_of(near[0]) if near else ""
    like = [line.strip() for line in _alike(near, margin)]
    if not like:
        return None
    head = f"\n{margin}" if around.at_end else margin.removeprefix(around.left)
    return Entry(Beside(tuple(like[:MOST]), "name"), head, f"\n{around.left}" if around.at_start else "")


def _alike(lines: Sequence[str], margin: str) -> list[str]:
    """The lines of a block that give values to names, or are entries, as the first of them does."""
    found: list[str] = []
    for line in lines:
        if margin_of(line) != margin:
            if len(margin_of(line)) < len(margin):
                break
            continue
        mark = lead_of(line)
        if not (key(line.strip().removeprefix(mark)) or mark == "- "):
            break
        if not found or lead_of(found[0]) == mark:
            found.append(line)
    return found

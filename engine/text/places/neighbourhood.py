"""The words of a place, the lines that it lies on, and whether people read them or machines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

AROUND = 400
"""characters on each side that are looked at"""
NEAR = 3
"""lines on each side that count as neighbours"""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE = re.compile(
    r"[;{}=<>\\]|\w\(|\)\.|^\s*(?:import|from|def|return|const|let|use|package|end|else|fi|done)\b|\w:\s*$|^\s*[\w.-]+:\s"
)
"""what hardly stands in a line that people read"""
SENTENCE_END = ".!?…。！？।؟"
CLOSERS = "\"'”’»)]*_`"
OPENERS = "\"'“‘„«([*_`¿¡"


def words(text: str) -> list[str]:
    """Words in lower case, without marks and numbers."""
    return [word.lower() for word in _WORD.findall(text)]


def ends_sentence(text: str) -> bool:
    """Whether the text ends with the mark of a sentence, whatever closes behind it."""
    return text.rstrip().rstrip(CLOSERS)[-1:] in tuple(SENTENCE_END)


def reads_as_prose(text: str) -> bool:
    """Whether most of the text lies on lines of words."""
    lines = [line for line in text.splitlines() if line.strip()]
    wordy = sum(len(line) for line in lines if _wordy(line))
    return 2 * wordy > sum(map(len, lines))


def _wordy(line: str) -> bool:
    letters = sum(sign.isalpha() or sign.isspace() or unicodedata.category(sign)[0] == "M" for sign in line)
    return letters > 0.8 * len(line) and not _CODE.search(line)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a caret where another of its kind is wanted."""

    like: tuple[str, ...]
    """the entries, the nearest first"""
    kind: str
    """"row" of a table, or "titles" where only those stand there; "entry" or "pair" between brackets; "name" with its value"""
    mark: str = ""
    """what parts the cells of a row"""


@dataclass(frozen=True)
class Neighbourhood:
    """The words that stand in a place, and the text on both sides of it."""

    before: str
    old: str
    after: str
    code: bool = False
    """whether lines of code are wanted, where nothing stood"""
    beside: Beside | None = None
    """what another of is wanted, where nothing stood"""

    @cached_property
    def head(self) -> str:
        """What its first line begins with."""
        return re.split(r"\r\n?|\n", self.before)[-1]

    @cached_property
    def tail(self) -> str:
        """What its last line ends with."""
        return re.split(r"\r\n?|\n", self.after)[0]

    @cached_property
    def starts_line(self) -> bool:
        return not self.head.strip()

    @cached_property
    def ends_line(self) -> bool:
        return not self.tail.strip()

    @cached_property
    def lines(self) -> list[str]:
        """The old lines, without what stands beside the place."""
        return self.old.splitlines() or [""]

    @cached_property
    def above(self) -> list[str]:
        """The nearest lines before it that hold something, the nearest first."""
        found = [line for line in self.before.splitlines()[:-1] if line.strip()]
        if self.before.endswith(("\n", "\r")):
            found = [line for line in self.before.splitlines() if line.strip()]
        return found[::-1][:NEAR]

    @cached_property
    def below(self) -> list[str]:
        """The nearest lines behind it that hold something, the nearest first."""
        return [line for line in self.after.splitlines()[1:] if line.strip()][:NEAR]

    @cached_property
    def whole(self) -> str:
        """The lines that it lies on, with what stands beside it."""
        return self.head + self.old + self.tail

    @cached_property
    def sentence(self) -> bool:
        """Whether a sentence, or several, stand there."""
        first = self.old.lstrip(OPENERS)[:1]
        behind = self.old + re.split(r"[^\W_]|\n|</", self.after)[0]  # its mark may stand behind the place
        return len(words(self.old)) > 1 and first.isalpha() and not first.islower() and ends_sentence(behind)

    @cached_property
    def prose(self) -> bool:
        """Whether people read what stands there: a comment's sentence, too."""
        if not self.old.strip():
            around = self.before + self.after
            return not self.code and (not around.strip() or reads_as_prose(around))
        # A word by itself says nothing, and neither does a sentence with a name of code in it.
        local = self.sentence and len(words(self.old)) > 2 and not re.search(r"[{};=]|\w\(", self.old)
        around = self.before[-AROUND:] + self.old + self.after[:AROUND]
        return local or reads_as_prose(around) and bool(words(self.old)) and not re.search(r"[{}=<>]", self.old)

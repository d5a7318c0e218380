"""The terms that page and lessons explain: the one table of assets/glossary.md."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from editor.payload import Payload

GLOSSARY = Path(__file__).resolve().parent.parent / "assets" / "glossary.md"
ROW = re.compile(r"^\| (?!term |---)(.*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    also: tuple[str, ...]
    """other forms and names of it"""
    meaning: str
    lesson: str
    """the lesson that is about it; "" for none"""
    place: str
    """the element of the page where it acts, by its test id; "" for none"""

    def told(self) -> Payload:
        return asdict(self)


def terms_in(text: str) -> tuple[Term, ...]:
    """The rows of a table with five columns. Raises ValueError for a row that has others."""
    found = []
    for row in ROW.findall(text):
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) != 5 or not cells[0] or not cells[2]:
            raise ValueError(
                f"a row of the glossary has a term, other forms, a meaning, a lesson and a place, got {row!r}"
            )
        name, also, meaning, lesson, place = cells
        found.append(Term(name, tuple(filter(None, (one.strip() for one in also.split(",")))), meaning, lesson, place))
    return tuple(found)


@cache
def glossary() -> tuple[Term, ...]:
    return terms_in(GLOSSARY.read_text(encoding="utf-8"))

"""What is told of a revision beside its text: words added and removed, and how what changed begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from storage.passages.stretches import changed
from storage.wording import words

EXCERPT = 80
"""characters"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Words that only the new text has and that only its parent's has, and the first words of what changed."""

    added: int
    removed: int
    excerpt: str


def figures(before: str, after: str) -> Figures:
    """The figures of a text against its parent's."""
    start, end, begin, until = changed(before, after)
    was, now = Counter(words(before[start:end])), Counter(words(after[begin:until]))
    shown = after[begin : begin + 200] if after[begin:].strip() else after[max(0, begin - EXCERPT) :]  # its end went
    excerpt = ("… " if begin and shown else "") + " ".join(shown.split())[: EXCERPT - 2]
    whole = excerpt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # SQLite stores whole characters only
    return Figures((now - was).total(), (was - now).total(), whole)

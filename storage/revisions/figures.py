"""What is told of a revision beside its text: words added and removed, and how it begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from storage.passages.stretches import changed

EXCERPT = 80
"""characters"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Words that only the new text has and that only its parent's has, and the new text's first words."""

    added: int
    removed: int
    excerpt: str


def figures(before: str, after: str) -> Figures:
    """The figures of a text against its parent's."""
    start, end, begin, until = changed(before, after)
    was, now = Counter(before[start:end].split()), Counter(after[begin:until].split())
    excerpt = " ".join(after[:200].split())[:EXCERPT]
    whole = excerpt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # SQLite stores whole characters only
    return Figures((now - was).total(), (was - now).total(), whole)

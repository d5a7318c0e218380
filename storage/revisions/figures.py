"""What is told of a revision beside its text: words added and removed, and how it begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

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
    old, new = changed(before, after)
    was, now = Counter(old.split()), Counter(new.split())
    excerpt = " ".join(after[:200].split())[:EXCERPT]
    whole = excerpt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # SQLite stores whole characters only
    return Figures((now - was).total(), (was - now).total(), whole)


def changed(old: str, new: str) -> tuple[str, str]:
    """Both texts without the words that they begin and end with alike. Mostly little is left, however long they are."""
    start = _common(old, new)
    while start and not (new[start - 1].isspace()):
        start -= 1
    old, new = old[start:], new[start:]
    end = _common(old, new, from_end=True)
    while end and not new[-end].isspace():
        end -= 1
    return old[: len(old) - end], new[: len(new) - end]


def _common(a: str, b: str, from_end: bool = False) -> int:
    """How many characters two texts begin (or end) with alike, by halves: comparing slices is quick."""
    same, limit = 0, min(len(a), len(b))
    while same < limit:
        step = (limit - same + 1) // 2
        end = same + step
        left, right = (
            (a[len(a) - end : len(a) - same], b[len(b) - end : len(b) - same])
            if from_end
            else (a[same:end], b[same:end])
        )
        if left == right:
            same = end
        elif step == 1:
            break
        else:
            limit = end - 1
    return same

"""What is new in a text: the stretch that changed, and the parts of it that a longer one consists of."""

from __future__ import annotations

AROUND = 200
"""characters of context on both sides: a phrase may begin in what was there"""
SHORT = 2_000
"""characters; a longer stretch is looked at line by line"""


def changed(old: str, new: str) -> tuple[int, int, int, int]:
    """(start, end) in the old text and in the new one of what is left without the words that both begin and end with alike."""
    start = _common(old, new)
    while start and not (new[start - 1].isspace()):
        start -= 1
    left, right = old[start:], new[start:]
    end = _common(left, right, from_end=True)
    while end and not right[-end].isspace():
        end -= 1
    return start, len(old) - end, start, len(new) - end


def brought(old: str, new: str) -> str:
    """What a text has that an older one had not, with some of what is around it."""
    before, until, start, end = changed(old, new)
    if end - start <= SHORT:
        return new[_word(new, start - AROUND, -1) : _word(new, end + AROUND, 1)]
    known = set(old[before:until].splitlines())
    lines = new[start:end].splitlines()
    fresh = {at for at, line in enumerate(lines) if line not in known}
    near = sorted({at + step for at in fresh for step in (-1, 0, 1) if 0 <= at + step < len(lines)})
    return "\n".join(lines[at] if at in fresh else lines[at][:AROUND] for at in near)


def _word(text: str, at: int, step: int) -> int:
    """The border of a word at a place of a text, or the next one in a direction."""
    at = min(max(at, 0), len(text))
    while 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
        at += step
    return at


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

"""Which words go where a share of them does: just as many, together, from where a phrase begins to where one ends. What is
written there has to fit both sides, and little fits half a phrase."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.text.kinds.phrases import opens
from engine.text.places.neighbourhood import CLOSERS, ends_sentence

FREE, MARK = 0.0, 0.4
"""what a seam costs between sentences or lines, and at a mark"""
BEGUN, ENDED = (0.8, 1.5), (2.4, 4.5)
"""what it costs where words begin to go, and where they end to, before a word that opens a phrase and elsewhere: what is drawn
left to right has to lead up to the rest"""
INSIDE = 3.0
"""what it costs more within brackets or quotes"""
NOISE = 1.5
"""the most that a word costs, by chance"""
_BEHIND = tuple(",;:" + CLOSERS)
_OPEN, _CLOSE, _QUOTES = "([{“«", ")]}”»", '"`'
Path = tuple[bool, "Path"] | None
Seam = tuple[float, float]
"""what it costs where words begin to go, and where they end to"""


def seams(words: Sequence[str]) -> list[Seam]:
    """The seam before every word, and the one behind the last. Words have the white space before them."""
    found, depth, quoted = [(FREE, FREE)], 0, ""
    for word, following in zip(words, [*words[1:], "\n"], strict=True):
        for mark in word:
            depth = max(0, depth + (mark in _OPEN) - (mark in _CLOSE)) if not quoted else depth
            quoted = ("" if mark == quoted else quoted or mark) if mark in _QUOTES else quoted
        begun, ended = _between(word.strip(), following)
        more = INSIDE if depth or quoted else 0.0
        found.append((begun + more, ended + more))
    return found


def _between(word: str, following: str) -> Seam:
    space = following[: len(following) - len(following.lstrip())]
    if "\n" in space or ends_sentence(word):
        return FREE, FREE
    within = not opens(following.strip())
    begun, ended = BEGUN[within], ENDED[within]
    if not word[-1:].isalnum():
        begun, ended = MARK, MARK if word[-1:] in _BEHIND else ended
    return begun, ended if following.lstrip()[:1].isalnum() else MARK


def cheapest(costs: Sequence[float], seams: Sequence[Seam], count: int) -> list[bool]:
    """Which ``count`` words go, so that these and their seams cost as little as can be.

    Args:
        costs: of every word that goes; infinite where it must stay.
        seams: one more than words.
    """
    best: dict[tuple[int, bool], tuple[float, Path]] = {(0, False): (0.0, None)}
    for cost, (begun, ended) in zip([*costs, math.inf], seams, strict=True):
        found: dict[tuple[int, bool], tuple[float, Path]] = {}
        for (gone, going), (total, path) in best.items():
            for goes in (False, True):
                seam = 0.0 if goes is going else begun if goes else ended
                spent, key = total + seam + (cost if goes else 0.0), (gone + goes, goes)
                if key[0] <= count and spent < found.get(key, (math.inf, None))[0]:
                    found[key] = spent, (goes, path)
        best = found
    path, chosen = best[count, False][1], []
    while path is not None:
        goes, path = path
        chosen.append(goes)
    return chosen[:0:-1]

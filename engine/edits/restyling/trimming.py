"""Words that can be left out: those without which the text behind them stays as likely as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.edits.restyling.sites import FUNCTION, WORD, Site, facts, sentences
from engine.edits.restyling.weighing import Weighing

MOST = 3
"""words that go together"""
BARE = FUNCTION - frozenset("just too also only very more most such own so".split())
"""words that do not go by themselves, and that no cut begins or ends with"""
OPENING = frozenset("and or in at on with for by of during along".split())
"""such a word may be the first of several that go"""


def spare(weighing: Weighing) -> Iterator[Site | None]:
    """Runs of one to three words, weighed: what they tell against what they take. Two forward passes for each first word."""
    for start, end in sentences(weighing.source):
        words = [found.span() for found in re.finditer(r"\S+", weighing.source[start:end])]
        words = [(start + a, start + b) for a, b in words]
        mean = yield from _mean(weighing, start, end)
        for at in range(1, len(words)):
            yield from _cuts(weighing, words, at, end, mean)


def _mean(weighing: Weighing, start: int, end: int):  # type: ignore[no-untyped-def]
    """Nats per token of a sentence: what a token has to tell to be worth its place."""
    prefix, space = weighing.prefix(start)
    found = yield from weighing.rows(weighing.reader, prefix, [space + weighing.source[start:end]])
    return -found[0][0] / max(1, found[0][1])


def _cuts(weighing: Weighing, words: list[tuple[int, int]], at: int, end: int, mean: float) -> Iterator[Site | None]:
    source = weighing.source
    start = words[at][0] - 1
    ends = [b for a, b in words[at : at + MOST] if b < end and _may_go(source[words[at][0] : b])]
    if not ends or source[start : start + 1] != " ":
        return
    last = ends[-1]
    behind = weighing.tail(last)
    texts = [source[start:last] + behind] + [source[b:last] + behind for b in ends]
    prefix, space = weighing.prefix(start)
    found = yield from weighing.rows(weighing.reader, prefix, [space + text for text in texts])
    for b, (p, count) in zip(ends, found[1:], strict=True):
        gain = p - found[0][0] - mean * (found[0][1] - count)
        yield Site(((start, b),), ("",), (0.0,), scores=(gain,))


def _may_go(words: str) -> bool:
    """Whether some words may be left out, as far as rules can tell: whole words inside a clause, no name, number or negation."""
    found = [word[0].lower() for word in WORD.finditer(words)]
    if not found or facts(words) or not re.fullmatch(r"[A-Za-z'’ -]+", words):
        return False
    first = found[0] in BARE and not (len(found) > 1 and found[0] in OPENING)
    return not first and found[-1] not in BARE

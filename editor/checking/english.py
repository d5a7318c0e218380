"""What of a text can be proofread: its English prose, whatever else stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import engine
from editor.checking.comments import Range, names_in, prose_in
from editor.errors import EditorError, prose_unknown
from editor.languages import PROSE, spoken
from engine import Span

ANY = "plain"
"""the language of what has no known ending: only what reads like a sentence is prose"""


@dataclass(frozen=True, slots=True)
class Where:
    """The parts of a stretch that are checked, and what is not."""

    parts: tuple[Range, ...]
    names: frozenset[str] = frozenset()
    """words of the code around: they are right"""
    other: str = ""
    """the other languages in it, in words"""


def english(language: str, text: str, span: Span) -> Where | None:
    """The English prose of a span; None where its structure takes too long to be found."""
    if language in PROSE or language == ANY:
        found = engine.prose_of(text, span.start, span.end, loose=language == ANY)
        if found is None:
            return None
        blocks, others = found
        parts = [part for block in blocks for part in block.parts]
        return Where(_cut(text, parts, span), other=spoken(code for _, _, code in others))
    prose = prose_in(language, text) or []
    near = [(start, end) for start, end in prose if start < span.end and span.start < end]
    others = [other for start, end in near for other in engine.foreign(text, start, end)]
    mine = [part for part in near if not any(part[0] <= a < part[1] for a, _, _ in others)]
    return Where(_cut(text, mine, span), frozenset(names_in(text, prose)), spoken(code for _, _, code in others))


def covered(language: str, text: str, spans: Sequence[Span]) -> Where:
    """What of the spans a run that proofreads goes over: their English prose. A number in it is no end of it. Raises EditorError
    where there is none: it says why."""
    found = [english(language, text, span) for span in spans]
    if any(where is None for where in found):
        raise prose_unknown()
    known = [where for where in found if where is not None]
    if not any(where.parts for where in known):
        others = " and ".join(sorted({where.other for where in known if where.other}))
        what = f"this is {others}" if others else "no English sentence is selected"
        raise EditorError("not_english", f"only English prose is proofread, and {what}; the text is left as it is")
    joined: list[Range] = []
    for start, end in sorted(part for where in known for part in where.parts):
        if joined and re.fullmatch(r"[^\w\n`]*(?:\d[^a-z\n`]*)?", text[joined[-1][1] : start]):
            start = joined.pop()[0]
        joined.append((start, end))
    return Where(tuple(joined), frozenset().union(*(where.names for where in known)))


def _cut(text: str, parts: list[Range], span: Span) -> tuple[Range, ...]:
    cut = ((max(start, span.start), min(end, span.end)) for start, end in parts)
    return tuple((start, end) for start, end in cut if text[start:end].strip())

"""The marks that stay where they are when the words between them are written again: of a list in front, of a sentence or a
statement behind, quotes around."""

from __future__ import annotations

import re

from engine.text.places.neighbourhood import CLOSERS, SENTENCE_END

_FRONT = re.compile(
    r"[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+|#{1,6}\s+|(?:>\s*)+|\|\s*|//[/!]?\s+|--\s+|%\s+|\\item\s+"
)
_BEHIND = re.compile(
    rf"(?<!\s)\s*[{{(\[]$|(?<![,;:])[,;:]+$|(?<![{SENTENCE_END}])[{SENTENCE_END}]+[{re.escape(CLOSERS)}]*$"
)
_ROW_END = re.compile(r"(?<!\s)\s*\|$")
QUOTES = ('"""', "'''", "```", '"', "'", "`", "“", "„", "«")
CLOSING = {"“": "”", "„": "“", "«": "»"}


def inner(text: str, start: int, end: int) -> tuple[int, int]:
    """What is written again of a selection: all but the marks at its ends. All of it where nothing would be left."""
    old = text[start:end]
    first, last = 0, len(old)
    if not text[:start].rpartition("\n")[2].strip():
        front = _FRONT.match(old)
        first = front.end() if front else 0
    row = old[:first].startswith("|")
    behind = (_ROW_END if row else _BEHIND).search(old, first)
    if behind and not row and old[behind.start() : behind.end()].strip() in ("(", "[", "{") and "\n" in old:
        behind = None  # what a block opens at its end belongs to the lines behind it, and they are not known to stay
    last = behind.start() if behind else last
    for quote in QUOTES:
        closing = CLOSING.get(quote, quote)
        body = old[first:last]
        if not body.startswith(quote):
            continue
        if body.endswith(closing) and len(body) > len(quote + closing) and body.count(quote) == 1 + (quote == closing):
            first, last = first + len(quote), last - len(closing)
        elif body.count(quote) == 1 and closing in old[last:]:
            first += len(quote)
        break
    if not re.search(r"\w", old[first:last]) or old[first:last] != old[first:last].strip():
        return start, end
    return start + first, start + last

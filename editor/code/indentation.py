"""What the page knows of code beyond its words: the indentation of what is put in place of something."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAB = 4
OPENERS, CLOSERS = "([{", ")]}"
_CLOSING = re.compile(r"[)\]}]+[;,:]?|</[\w.:-]+>|end")
_CONTINUED = re.compile(r"(?:[:=\\,]|=>|->|(?:^|[\s>])<[A-Za-z][^<>]*(?<!/)>)$")  # the last is a tag of HTML


@dataclass(frozen=True, slots=True)
class _Line:
    margin: str
    words: str

    def width(self, tab: int = TAB) -> int:
        return len(self.margin.expandtabs(tab))


def _line(text: str) -> _Line:
    words = text.lstrip(" \t")
    return _Line(text[: len(text) - len(words)], words)


def _opens(first: str) -> bool:
    """Whether what follows a line belongs inside it: a block, open brackets, a statement that goes on."""
    depth = 0
    for character in first:
        depth = max(0, depth + (character in OPENERS) - (character in CLOSERS))
    return depth > 0 or bool(_CONTINUED.search(first.split("#")[0].rstrip()))


def _step(widths: list[int]) -> int:
    """The smallest step between different indentations, the usual one where there is none."""
    levels = sorted({0, *widths})
    return min((b - a for a, b in zip(levels, levels[1:], strict=False)), default=TAB)


def keep_indentation(old: str, new: str, column: int, indent: str | None = None) -> str:
    """``new`` for the place of ``old``, its lines indented as those of ``old`` were.

    A fill can be written as if it stood at the left margin, or too deep. Where it fits as it is, nothing is changed; otherwise
    its lines after the first move together, so that they stand to each other as they did. Tabs or spaces are those of ``old``.
    A closing line at the end that ``old`` ended with, too, goes where it was.

    Args:
        old: the text of the span that is replaced.
        new: the fill; its first line begins where the span begins and stays as it is.
        column: characters between the start of the line and the span.
        indent: the white space that the line begins with, where it is known; otherwise ``column`` has to tell it.
    """
    first, *rest = new.split("\n")
    lines = [_line(text) for text in rest]
    if not any(line.words for line in lines):
        return new
    old_first, *old_rest = old.split("\n")
    before = [line for line in map(_line, old_rest) if line.words]

    margins = [line.margin for line in before] + ([indent] if indent else [])
    known = any(margins)
    tabs = any("\t" in margin for margin in (margins if known else [line.margin for line in lines]))
    closing = len(lines) - 1
    matched = bool(before) and lines[-1].words == before[-1].words and bool(_CLOSING.fullmatch(lines[-1].words))
    moving = [i for i, line in enumerate(lines) if line.words and not (matched and i == closing)]
    widths = _widths(lines, moving, tabs, [line.width() for line in before] + [len((indent or "").expandtabs(TAB))])

    out = list(rest)
    if moving:
        old_widths = [line.width() for line in before]
        here = _statement(column, indent, old_widths, tabs)
        body = _opens(first) and not lines[moving[0]].words.startswith(tuple(CLOSERS))
        shift = _shift([widths[i] for i in moving], old_widths, here, body, body and _opens(old_first))
        for i in moving:
            out[i] = _margin(widths[i] + shift, tabs) + lines[i].words
    if matched:
        out[closing] = before[-1].margin + lines[-1].words
    return "\n".join([first, *out])


def _widths(lines: list[_Line], moving: list[int], tabs: bool, old: list[int]) -> dict[int, int]:
    """How deep each line stands, in columns of the old text's style."""
    margins = [lines[i].margin for i in moving]
    if tabs and not any("\t" in margin for margin in margins):  # spaces become tabs: a step is one tab
        step = _step([len(margin) for margin in margins])
        return {i: lines[i].width() * TAB // step for i in moving}
    tab = TAB if tabs else _step(old)
    return {i: lines[i].width(tab) for i in moving}


def _statement(column: int, indent: str | None, old: list[int], tabs: bool) -> int:
    """How deep the statement stands that the span is part of."""
    if indent is not None:
        return len(indent.expandtabs(TAB))
    return min([column * TAB if tabs else column, *old])


def _shift(new: list[int], old: list[int], here: int, body: bool, both: bool) -> int:
    """How far lines move to the right. ``body``: they belong inside the first line; ``both``: the old ones did, too."""
    first, low = new[0], min(new)
    if both and old:
        shift = old[0] - first  # a body stands where the old one stood
    elif body and (first <= here or low < min([here, *old])):
        shift = here if first > 0 else here + TAB  # written as if at the left margin
    elif not body and (low < min([here, *old]) or (old and min(old) <= here < low and first != old[0])):
        shift = here - low
    else:
        shift = 0
    return max(shift, -low)


def _margin(width: int, tabs: bool) -> str:
    return "\t" * (width // TAB) + " " * (width % TAB) if tabs else " " * width

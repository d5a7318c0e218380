"""A selection that is longer than what is written at once, cut where people pause: behind sentences, between lines and blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.text.caret import is_code
from engine.text.slots import words_of
from engine.text.spans import Span, trim

_SENTENCE = re.compile(r"[^.!?…。！？]*(?:[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[」』）”]*|[.!?…]+)?", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n?")
LONGEST = 200
"""characters of a word"""
Size = Callable[[str], int]


def parts_of(text: str, span: Span, size: Size, usual: int, most: int, prose: bool | None = None) -> list[Span]:
    """A span in parts, in order, white space left out.

    Args:
        size: how long a piece of text is, in tokens.
        usual: pieces are put together up to this; in prose never across a line break.
        most: no part is longer; one that cannot be cut anywhere else is cut between words.
        prose: whether the text is; None leaves it to be guessed.
    """
    inside = text[span.start : span.end]
    code = is_code(inside) if prose is None else not prose
    found: list[Span] = []
    for piece in _blocks(inside, size, usual) if code else _sentences(inside, size, usual):
        for short in _short(inside, piece, size, most):
            start = span.start + short.start
            if inside[short.start : short.end].strip():
                found += trim(text, [replace(span, start=start, end=start + short.end - short.start)])
    return shared(span, found)


def _sentences(text: str, size: Size, usual: int) -> Iterator[Span]:
    for line in _LINE.finditer(text):
        begin = at = line.start()
        for found in _SENTENCE.finditer(line.group()):
            end = line.start() + found.end()
            if at > begin and size(text[begin:end].strip()) > usual:
                yield Span(begin, at)
                begin = at
            at = end
        yield Span(begin, line.end())


def _blocks(text: str, size: Size, usual: int) -> Iterator[Span]:
    """Lines of code up to ``usual``, cut at a blank line or before a line that stands no deeper than the first, where there is
    one."""
    begin, cut, depth = 0, 0, 0
    for line in _LINE.finditer(text):
        words = line.group().strip()
        margin = len(line.group()) - len(line.group().lstrip())
        if not text[begin : line.start()].strip():
            cut, depth = begin, margin
        elif size(text[begin : line.end()].strip()) > usual:
            cut = cut if cut > begin else line.start()
            yield Span(begin, cut)
            begin = cut
            depth = min(depth, margin)
        if line.start() > begin and (not words or margin <= depth):
            cut = line.start()
    yield Span(begin, len(text))


def _short(text: str, piece: Span, size: Size, most: int) -> Iterator[Span]:
    """A piece in parts of at most ``most``. A word that is longer is no word but data, and is left out."""
    inside = text[piece.start : piece.end]
    if size(inside) <= most:
        yield piece
        return
    begin = at = piece.start
    count = 0
    for word in words_of(inside):
        tokens = size(word) if len(word) <= LONGEST else most + 1
        if count + tokens > most:
            yield Span(begin, at)
            begin, count = at, 0
        at += len(word)
        if tokens > most:
            begin = at
        else:
            count += tokens
    yield Span(begin, at)


def shared(span: Span, parts: Sequence[Span]) -> list[Span]:
    """A number of tokens that is wished for a span, shared out among its parts."""
    if not isinstance(span.length, int):
        return list(parts)
    sizes = [part.end - part.start for part in parts]
    shares = [max(1, round(span.length * size / sum(sizes))) for size in sizes]
    return [replace(part, length=share) for part, share in zip(parts, shares, strict=True)]

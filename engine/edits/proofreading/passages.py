"""A stretch of a text that is weighed as it stands: its words, their slots on a canvas with room, and what a denoiser makes of
them in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.denoising.denoiser import Denoiser
from engine.diffusion.canvas import Canvas
from engine.text.context import Context, Gap
from engine.text.slots import SPACELESS, roomy, words_of
from engine.text.spans import Span, context_of, trim

LONGEST = 96
"""tokens of a passage: what is read at once"""
AFTER = 80
"""characters of the text behind a passage that are read"""
UNBROKEN = 200
"""characters of the longest word that is read: more is no word but data, such as base64"""
PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
"""lines without an empty one between them: what is checked at once while one types"""
RUNS = re.compile(rf"\s+|[^\s{SPACELESS}]+")


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Words of a text. ``start`` and ``end`` are its code points in the text; a word keeps the white space before it, the first
    one at most a single space, which belongs to the text before."""

    start: int
    end: int
    words: tuple[str, ...]
    tokens: tuple[tuple[int, ...], ...]
    """of each word"""
    slots: tuple[int, ...]
    """of a canvas with room"""
    owner: tuple[int, ...]
    """the word of each slot"""
    context: Context

    @classmethod
    def of(cls, denoiser: Denoiser, text: str, span: Span) -> Passage:
        around = context_of(text, [span], denoiser.tokenizer, 10**6, after=AFTER)
        lead = around.gaps[0].leading_space
        inside = (" " if lead else "") + text[span.start : span.end]
        words = words_of(inside)
        begun = roomy(denoiser, inside)
        gap = Gap(len(begun.slots), None, lead, "\n" in inside, roomy=True)
        tokens = tuple(tuple(denoiser.tokenizer.encode(word)) for word in words)
        context = Context(around.segments, (gap,))
        return cls(span.start - lead, span.end, tuple(words), tokens, tuple(begun.slots), tuple(begun.words), context)

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Where words [first, last) stand in the text, without the white space before them."""
        at = self.start + sum(map(len, self.words[:first]))
        word = self.words[first]
        return at + len(word) - len(word.lstrip()), at + sum(map(len, self.words[first:last]))

    def body(self, first: int, last: int) -> tuple[int, int]:
        """The slots of words [first, last), with the room before each."""
        return self.owner.index(first), len(self.owner) - self.owner[::-1].index(last - 1) - (last == len(self.words))


def unread(text: str, span: Span) -> list[Span]:
    """Words of a span that are too long to be read; the rest of it is."""
    runs = (found.span() for found in RUNS.finditer(text, span.start, span.end))
    return [Span(start, end) for start, end in runs if end - start > UNBROKEN and not text[start].isspace()]


def _readable(text: str, span: Span) -> Iterator[Span]:
    """A span without what is too long in it: words, and white space."""
    at = span.start
    for found in RUNS.finditer(text, span.start, span.end):
        if found.end() - found.start() > UNBROKEN:
            if text[at : found.start()].strip():
                yield Span(at, found.start())
            at = found.end()
    if text[at : span.end].strip():
        yield Span(at, span.end)


def passages(denoiser: Denoiser, text: str, span: Span) -> Iterator[Span]:
    """The span in pieces that can be read at once, cut behind a sentence where that is possible; what is too long is left out."""
    for part in _readable(text, trim(text, [span])[0]):
        yield from _pieces(denoiser, text, trim(text, [part])[0])


def _pieces(denoiser: Denoiser, text: str, whole: Span) -> Iterator[Span]:
    words = words_of(text[whole.start : whole.end])
    begin = at = whole.start
    count, sentence = 0, None
    for word in words:
        size = len(denoiser.tokenizer.encode(word))
        if count + size > LONGEST and at > begin:
            cut = sentence or at
            yield trim(text, [Span(begin, cut)])[0]
            begin, sentence = cut, None
            count = len(denoiser.tokenizer.encode(text[begin:at]))
        count += size
        at += len(word)
        if word.rstrip("\"'”’)」』").endswith((".", "!", "?", "。", "！", "？")) and count > LONGEST // 3:
            sentence = at
    yield trim(text, [Span(begin, at)])[0]


def weighed(denoiser: Denoiser, passage: Passage) -> tuple[Tensor, int]:
    """((L, V) log-probability of every token on every slot, the text standing as it is: one pass; passes with those that read
    the text before)."""
    alone: Denoiser = getattr(denoiser, "unjudged", denoiser)
    conditioned = alone.condition(passage.context)
    ids = torch.tensor([passage.slots], device=denoiser.device)
    nothing = torch.zeros_like(ids, dtype=torch.bool)
    canvas = Canvas(ids, nothing, nothing)
    for _ in conditioned.draft(canvas):
        pass
    return conditioned.logits(canvas, 0.0)[0].float().log_softmax(-1), conditioned.nfe

"""A share of the words where whole fills are weighed: each stretch of words that go is a span of its own on a joint canvas, and
what stands between them stays. People see one span, put together from the steps of its stretches and the words that stay."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Gen
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from engine.diffusion.dice import Dice
from engine.edits.seams import NOISE, cheapest, seams
from engine.edits.starting import held_words
from engine.errors import BeginningUnfit, NothingSelected
from engine.runs.branching import Beginning, Placed, fitting
from engine.runs.run import share_of
from engine.runs.steps import EditStep, Slot, SpanState
from engine.text.boundaries import Range
from engine.text.parts import shared
from engine.text.slots import words_of
from engine.text.spans import Span
from engine.text.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Stretched:
    """A span of a text and which of its words go. One that stays is a slot whose token is none: -1 less the word's number."""

    span: Span
    words: Sequence[str] = ()
    """with the white space before them"""
    goes: Sequence[bool] = ()
    """of each word; nothing where the span is written as a whole"""

    @property
    def groups(self) -> list[tuple[bool, Range]]:
        """Whether they go, from which word, to which: those that go, or stay, together."""
        found, at = [], 0
        for goes, run in groupby(self.goes):
            found.append((goes, (at, at := at + len(list(run)))))
        return found

    def pieces(self, tokenizer: Tokenizer) -> list[Span]:
        """The stretches, or the span itself. A number of tokens that is wished for is that of all of them with what stays."""
        if not self.goes:
            return [replace(self.span, strength=1.0)]
        ends = [0, *accumulate(map(len, self.words))]
        ranges = [(self.span.start + ends[a] + _space(self.words[a]), self.span.start + ends[b]) for a, b in self.gone]
        found = [replace(self.span, start=start, end=end, strength=1.0) for start, end in ranges]
        if not isinstance(self.span.length, int) or not found:
            return found
        stays = sum(len(tokenizer.encode(word)) for word, goes in zip(self.words, self.goes, strict=True) if not goes)
        return shared(replace(self.span, length=max(len(found), self.span.length - stays)), found)

    @property
    def gone(self) -> list[Range]:
        return [words for goes, words in self.groups if goes]

    def state(self, pieces: Iterator[SpanState], tokenizer: Tokenizer | None) -> SpanState:
        """The span as its stretches look, which are taken from ``pieces``. With a ``tokenizer`` what they said before is what is
        likely there, with probability 0, so that the older writing can be shown."""
        if not self.goes:
            return next(pieces)
        slots: list[Slot] = []
        tokens, why = 0, ""
        for goes, (a, b) in self.groups:
            if not goes:
                slots += [Slot(self.words[word], "s", 0.0, (), -1 - word, False) for word in range(a, b)]
                continue
            old, piece = "".join(self.words[a:b]), next(pieces)
            if slots:
                slots[-1] = replace(slots[-1], text=slots[-1].text + old[: _space(old)])
            slots += piece.slots if tokenizer is None else _older(piece.slots, old.strip(), tokenizer)
            tokens, why = tokens + piece.tokens, piece.why
        text = "".join(slot.text for slot in slots if not slot.noisy)
        return SpanState(self.span.start, self.span.end, tuple(slots), text, tokens, why)

    def parted(self, slots: Sequence[Placed]) -> list[tuple[Placed, ...]]:
        """What stands on the slots of each stretch of a canvas of the span."""
        if not self.goes:
            return [tuple(slots)]
        runs = groupby(slots, key=lambda slot: slot.token is not None and slot.token < 0)
        return [tuple(run) for stays, run in runs if not stays]


def _space(word: str) -> int:
    return len(word) - len(word.lstrip())


def _older(slots: Sequence[Slot], old: str, tokenizer: Tokenizer) -> list[Slot]:
    was = tokenizer.encode(old)
    told = [((tokenizer.pieces[token], 0.0, token),) for token in was] + [()] * len(slots)
    return [replace(slot, alternatives=before) for slot, before in zip(slots, told, strict=False)]


@dataclass(frozen=True, slots=True)
class Split:
    """The spans of a run in stretches, and the canvas of these to go on from."""

    spans: Sequence[Stretched]
    begin: Beginning | None = None


def drawn(text: str, spans: Sequence[Span], strengths: Sequence[float], kept: Sequence[Range], seed: int) -> Split:
    """Which words of the spans go: of each its share, none of which lies in ``kept``. Rows share them."""
    found, dice = [], Dice([seed])
    for span, strength in zip(spans, strengths, strict=True):
        if strength == 1:
            found.append(Stretched(span))
            continue
        words = words_of(text[span.start : span.end])
        held = held_words("".join(words), span.start, kept)
        chance = (NOISE * dice.uniform(len(words))[0]).tolist()
        costs = [math.inf if stays else cost for cost, stays in zip(chance, held, strict=True)]
        goes = cheapest(costs, seams(words), min(share_of(strength, len(words)), held.count(False)))
        found.append(Stretched(span) if all(goes) else Stretched(span, words, goes))
    return Split(found)


def gone_on(text: str, spans: Sequence[Span], begin: Beginning) -> Split:
    """The same of an earlier run, as its canvas tells it. Raises BeginningUnfit."""
    fitting(begin, len(spans))
    found: list[Stretched] = []
    canvas: list[tuple[Placed, ...]] = []
    for span, slots in zip(spans, begin.spans, strict=True):
        stays = {-1 - slot.token for slot in slots if slot.token is not None and slot.token < 0}
        words = words_of(text[span.start : span.end]) if stays else []
        found.append(Stretched(span, words, [word not in stays for word in range(len(words))]))
        parts = found[-1].parted(slots)
        if stays and (max(stays) >= len(words) or len(parts) != len(found[-1].gone)):
            raise BeginningUnfit("the earlier run left other words than are selected; select the same words")
        canvas += parts
    return Split(found, replace(begin, spans=tuple(canvas)))


def joined(
    split: Split, tokenizer: Tokenizer, run: Callable[[list[Span], Beginning | None], Gen[EditStep, None, None]]
) -> Gen[EditStep, None, None]:
    """A run on the stretches as one on the spans. Raises at the call what it raises; NothingSelected where all words stay."""
    pieces = [piece for span in split.spans for piece in span.pieces(tokenizer)]
    if not pieces:
        raise NothingSelected("nothing of what is selected may be gone over; select something else")
    return _joined(split, tokenizer, run(pieces, split.begin))


def _joined(split: Split, tokenizer: Tokenizer, steps: Gen[EditStep, None, None]) -> Gen[EditStep, None, None]:
    was = tokenizer if split.begin is None else None
    with closing(steps):
        for step in steps:
            rows = tuple(
                tuple(span.state(pieces, was) for span in split.spans) for pieces in map(iter, step.candidates)
            )
            yield replace(step, spans=rows[0], candidates=rows)
            was = None

"""What the writer is trained to do: fill in, continue, edit by instruction, revise.

An Example is one context with one canvas; its Rows show that canvas at several noise levels, so one reading of the context
serves them all. The spans go through ``context_of``: training and use tokenise alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.diffusion.attention import Attention
from engine.errors import CorpusMissing
from engine.text.chat import ChatTurns, edit_context
from engine.text.context import Context, Gap
from engine.text.slots import aligned, roomy
from engine.text.spans import Span, context_of, spare
from engine.text.tokenizer import Vocabulary
from engine.training.examples.corpus import Corpus, Pair
from engine.training.examples.instructions import INSTRUCTIONS, KINDS, WEIGHTS, instruction_of
from engine.training.examples.mistakes import spoil
from engine.training.examples.registers import register_pairs
from engine.training.examples.rows import ExampleRow, corrupted, masked, mistaken, started
from engine.training.examples.spans import choose

Rng = np.random.Generator
ATTEMPTS = 30
"""draws of one task before another is done"""


@dataclass(frozen=True, slots=True)
class Example:
    task: str
    context: Context
    target: tuple[int, ...]
    """L token ids, NULL where a slot is not needed"""
    attention: Attention
    rows: tuple[ExampleRow, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """An example before it is made noisy."""

    context: Context
    target: list[int]
    start: list[int] | None = None
    """the text the canvas starts as, slot by slot; None: it starts as masks"""


@dataclass(frozen=True, slots=True)
class ExampleSizes:
    """Bounds of an example, in tokens."""

    context: int = 512
    slots: int = 128
    rows: int = 4


@dataclass(frozen=True, slots=True)
class Shares:
    """The mixture: shares need not add up to 1."""

    infill: float = 0.45
    carry_on: float = 0.15
    edit: float = 0.25
    revise: float = 0.15
    code: float = 0.4
    """of the tasks on documents"""
    from_text: float = 0.5
    """of the edits: their canvas starts as the old text, not as masks"""
    alone: float = 0.2
    """of the revisions: a sentence by itself, with its mistakes, from the pairs"""
    noise: float = 0.0
    """of what starts as masks and is seen from both sides: its canvas starts as wrong words instead, as Gemini's rule shows it"""
    human: float = 2.0
    """how often an edit that people made is drawn, against a made one"""
    attention: Mapping[Attention, float] = field(
        default_factory=lambda: {"bidirectional": 0.7, "causal": 0.1, "eso-a": 0.1, "eso-b": 0.1}
    )


class Tasks:
    """Draws examples from a corpus. All randomness comes from the generator given with each call."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, sizes: ExampleSizes, shares: Shares) -> None:
        self._corpus = corpus
        self._v = vocabulary
        self._sizes = sizes
        self._shares = shares
        usable = [pair for pair in corpus.pairs if pair.instruction or KINDS.get(pair.kind, pair.kind) in INSTRUCTIONS]
        self._pairs = [
            pair for pair in usable if len(pair.target) < 6 * sizes.slots and len(pair.source) < 4 * sizes.context
        ]
        odds = [WEIGHTS.get(p.kind, 1.0 if p.kind.startswith("code") else shares.human) for p in self._pairs]
        self._odds = np.cumsum(odds)
        self._mended = [p for p in self._pairs if KINDS.get(p.kind) == "grammar" and WEIGHTS.get(p.kind)]
        self._make: dict[str, Callable[[Rng], Made | None]] = {
            "infill": self._infill,
            "continue": self._continue,
            "edit": self._edit,
            "revise": self._passage,
        }

    def draw(self, rng: Rng, phase: float) -> Example:
        """One example. ``phase`` (0..1) shifts its noise levels, so that a run covers them evenly. Raises CorpusMissing."""
        task, made = self._drawn(rng)
        target, mask_id, count = tuple(made.target), self._v.mask_id, self._sizes.rows
        levels = (phase + np.arange(count) / count) % 1
        if made.start is not None:
            # The text as it is, then with more and more of it scraped. Nothing is generated in any order.
            shares = [0.0, *(0.6 * float(t) for t in levels[1:])]
            rows = tuple(started(made.start, target, t, mask_id, rng) for t in shares)
            return Example(task, made.context, target, "bidirectional", rows)
        kinds = list(self._shares.attention)
        weights = np.array([self._shares.attention[kind] for kind in kinds])
        attention = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
        if attention == "bidirectional" and 0 < self._shares.noise > rng.random():
            rows = tuple(mistaken(target, float(t), self._v, rng) for t in levels)
        else:
            rows = tuple(masked(target, float(t), mask_id, rng) for t in levels)
        return Example(task, made.context, target, attention, rows)

    def _drawn(self, rng: Rng) -> tuple[str, Made]:
        """A task by its share, and an example of it. What does not fit is drawn again, but of the same task, or those that fit
        more often would take the share of the others; where the corpus has none of it, another task is done."""
        names = list(self._make)
        odds = np.array([self._shares.infill, self._shares.carry_on, self._shares.edit, self._shares.revise])
        for attempt in range(20 * ATTEMPTS):
            if attempt % ATTEMPTS == 0:
                task = names[int(rng.choice(len(names), p=odds / odds.sum()))]
            made = self._make[task](rng)
            if made is not None and 0 < len(made.target) <= self._sizes.slots:
                return task, made
        raise CorpusMissing(
            f"in {20 * ATTEMPTS} draws the corpus gave no example; add text, or raise the share of infill"
        )

    def _document(self, rng: Rng, length: int) -> str:
        code = rng.random() < self._shares.code
        documents = self._corpus.code if code else self._corpus.prose
        if not len(documents):
            documents = self._corpus.prose if code else self._corpus.code
        return self._v.tokenizer.decode(documents.window(rng, length)).strip("\ufffd")

    def _padded(self, ids: list[int], rng: Rng) -> list[int]:
        """With some spare slots behind."""
        return ids + [self._v.null_id] * int(rng.integers(spare(len(ids)) - len(ids) + 1))

    def _gaps(self, text: str, spans: list[Span], rng: Rng) -> Made:
        """Spans with spare slots, and what stood there."""
        context = context_of(text, spans, self._v.tokenizer, 10**6)
        target: list[int] = []
        gaps = []
        for span, gap in zip(spans, context.gaps, strict=True):
            words = (" " if gap.leading_space else "") + text[span.start : span.end]
            ids = self._v.tokenizer.encode(words)
            slots = self._padded(ids, rng)
            gaps.append(Gap(len(slots), len(ids), gap.leading_space, gap.multiline))
            target += slots
        return Made(Context(context.segments, tuple(gaps)), target)

    def _infill(self, rng: Rng) -> Made | None:
        text = self._document(rng, int(rng.integers(64, self._sizes.context + 1)))
        # Several spans of one text: reading it is dear, and each of them teaches.
        wanted = 1 if rng.random() < 0.3 else int(rng.integers(2, 8))
        room = int(self._sizes.slots / 1.7)
        spans: list[Span] = []
        for _ in range(3 * wanted):
            if len(spans) == wanted:
                break
            span = choose(text, rng, max(12, 8 * room // wanted) if wanted > 1 else 4 * room)
            near = any(span.start <= other.end + 1 and other.start <= span.end + 1 for other in spans) if span else True
            if span is not None and not near:
                spans.append(span)
        spans.sort(key=lambda span: span.start)
        return self._gaps(text, spans, rng) if spans else None

    def _continue(self, rng: Rng) -> Made | None:
        """Nothing after the canvas, or nothing before it."""
        text = self._document(rng, int(rng.integers(32, self._sizes.context + 1)))
        cut = int(rng.integers(8, 4 * int(self._sizes.slots / 1.6)))
        if rng.random() < 0.75:
            text = text.rstrip()
            start = len(text) - len(text[-cut:].lstrip())
            word = text.find(" ", start)
            span = Span(word + 1 if 0 <= word < len(text) - 4 else start, len(text))
        else:
            text = text.lstrip()
            end = text.rfind(" ", 0, cut)
            span = Span(0, end if end > 0 else min(cut, len(text)))
        return self._gaps(text, [span], rng) if text[span.start : span.end].strip() else None

    def _edit(self, rng: Rng) -> Made | None:
        made = self._made_pair(rng) if not self._pairs or rng.random() < 0.2 else None
        if made is None and not self._pairs:
            return None
        pair = made or self._pairs[int(np.searchsorted(self._odds, rng.random() * self._odds[-1]))]
        instruction = instruction_of(pair, rng)
        assert instruction is not None
        if rng.random() < self._shares.from_text:
            sides = aligned(self._v, pair.source, pair.target)
            if sides is None:
                return None
            start, target = sides
            return Made(
                edit_context(ChatTurns(self._v), instruction, pair.source, len(target), roomy=True), target, start
            )
        target = self._padded(self._v.tokenizer.encode(pair.target), rng)
        return Made(edit_context(ChatTurns(self._v), instruction, pair.source, len(target)), target)

    def _made_pair(self, rng: Rng) -> Pair | None:
        """A pair by rule from a sentence or two of the corpus."""
        sentences = re.findall(r"[A-Z][^.!?\n]{20,200}[.!?](?= |\n|$)", self._document(rng, 160))
        if not sentences:
            return None
        text = sentences[int(rng.integers(len(sentences)))]
        if rng.random() < 0.3:
            return Pair(_spoilt(text, rng), text, "gec_synthetic")
        pairs = register_pairs(text)
        if not pairs:
            return None
        kind, source, target = pairs[int(rng.integers(len(pairs)))]
        return Pair(source, target, kind)

    def _passage(self, rng: Rng) -> Made | None:
        """A passage with mistakes of people or of models in it: a sentence of a pair, or a part of a document."""
        if self._mended and rng.random() < self._shares.alone:
            pair = self._mended[int(rng.integers(len(self._mended)))]
            sides = aligned(self._v, pair.source, pair.target)
            if sides is None:
                return None
            gap = Gap(len(sides[0]), multiline="\n" in pair.source, roomy=True)
            return Made(Context(((), ()), (gap,)), sides[1], sides[0])
        text = self._document(rng, int(rng.integers(48, self._sizes.context + 1)))
        span = choose(text, rng, 3 * self._sizes.slots, longest=True)
        if span is None:
            return None
        context = context_of(text, [span], self._v.tokenizer, 10**6)
        gap = context.gaps[0]
        right = (" " if gap.leading_space else "") + text[span.start : span.end]
        sides = None
        if rng.random() < 0.6:
            sides = aligned(self._v, _spoilt(right, rng), right)
        if sides is None:
            target = roomy(self._v, right).slots
            sides = corrupted(target, self._v, rng), target
        start, target = sides
        gap = Gap(len(target), None, gap.leading_space, gap.multiline, roomy=True)
        return Made(Context(context.segments, (gap,)), target, start)


def _spoilt(text: str, rng: Rng) -> str:
    """A text with a mistake in about every tenth word; one text in six keeps none."""
    words = len(text.split())
    return text if rng.random() < 1 / 6 else spoil(text, 1 + int(rng.poisson(words / 12)), rng)[0]

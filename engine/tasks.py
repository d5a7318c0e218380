"""What the writer is trained to do: fill in, continue, edit by instruction, revise.

An Example is one context with one canvas; its Rows show that canvas at several noise levels, so one reading of the context
serves them all. The spans go through ``context_of``: training and use tokenise alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.attention import Attention
from engine.canvas import Context, Gap
from engine.chat import edit_context
from engine.corpus import Corpus, Pair
from engine.mistakes import spoil, words_of
from engine.registers import register_pairs
from engine.spans import Span, context_of, spare
from engine.tokenizer import Vocabulary

Rng = np.random.Generator

LIGHT = 0.1
"""weight of a slot that is right already, in revision"""
SAMPLED = -1
"""stands for a token that the trainer draws from the untouched model: a mistake that reads well"""
CLIP = 4.0
"""the bound's weight 1/t grows without end; beyond this it only adds variance"""


@dataclass(frozen=True, slots=True)
class Row:
    """One noisy view of the canvas, L slots."""

    shown: tuple[int, ...]
    weight: tuple[float, ...]
    """of each slot in the loss"""
    noisy: tuple[bool, ...]
    """the slots that are MASK"""
    order: tuple[int, ...]
    """rank of generation"""


@dataclass(frozen=True, slots=True)
class Example:
    task: str
    context: Context
    target: tuple[int, ...]
    """L token ids, NULL where a slot is not needed"""
    attention: Attention
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
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
    attention: Mapping[Attention, float] = field(
        default_factory=lambda: {"bidirectional": 0.7, "causal": 0.1, "eso-a": 0.1, "eso-b": 0.1}
    )


INSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "grammar": ("Correct the grammar and spelling.", "Fix the mistakes.", "Proofread this.", "Fix the grammar."),
    "formal": ("Make this more formal.", "Rewrite this formally.", "Use a formal tone."),
    "casual": ("Make this more casual.", "Rewrite this casually.", "Use an informal tone."),
    "simpler": ("Make this simpler.", "Use plain words.", "Simplify this."),
    "shorter": ("Make this shorter.", "Cut the fillers.", "Shorten this."),
    "clarity": ("Make this clearer.", "Improve the wording.", "Rewrite this for clarity."),
    "coherence": ("Make this more coherent.", "Connect the sentences better."),
    "split_sentence": ("Split this into shorter sentences.", "Write this as two sentences."),
    "merge_sentences": ("Merge these sentences into one.", "Write this as one sentence."),
    "code_fix_bug": ("Fix the bug.", "Correct the code."),
    "code_fix_syntax": ("Fix the syntax error.", "Make this parse."),
    "code_fix_name": ("Fix the misspelt name.", "Correct the wrong name."),
    "code_format": ("Format the code.", "Clean up the formatting."),
    "code_add_docstring": ("Add a docstring.", "Document this function."),
    "code_add_types": ("Add type hints.", "Annotate the types."),
    "code_release_diff": ("Update this code.", "Bring this code up to date."),
}
"""instructions by kind, the first of which is the one that is used"""
KINDS = {
    "gec_synthetic": "grammar",
    "gec_identity": "grammar",
    "doc_copyedit": "grammar",
    "doc_rewrite": "clarity",
    "iterater_fluency": "grammar",
    "iterater_clarity": "clarity",
    "iterater_coherence": "coherence",
    "iterater_style": "clarity",
    "iterater_content": "clarity",
}
"""kinds of the corpus under the instruction they are trained with; others keep their name"""
WEIGHTS = {"gec_synthetic": 1.0, "code_release_diff": 0.5, "doc_copyedit": 2.0, "doc_rewrite": 2.0}
"""how often a kind is drawn: people's own edits twice as often as made ones; iterater_* too"""


def instruction_of(pair: Pair, rng: Rng | None = None) -> str | None:
    """What the writer is told for a pair; None for a kind without an instruction. Without ``rng`` the usual wording."""
    if pair.instruction:
        return pair.instruction
    wordings = INSTRUCTIONS.get(KINDS.get(pair.kind, pair.kind))
    if wordings is None:
        return None
    return wordings[0 if rng is None else int(rng.integers(len(wordings)))]


class Tasks:
    """Draws examples from a corpus. All randomness comes from the generator given with each call."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, sizes: Sizes, shares: Shares) -> None:
        self._corpus = corpus
        self._v = vocabulary
        self._sizes = sizes
        self._shares = shares
        usable = [pair for pair in corpus.pairs if pair.instruction or KINDS.get(pair.kind, pair.kind) in INSTRUCTIONS]
        self._pairs = [
            pair for pair in usable if len(pair.target) < 6 * sizes.slots and len(pair.source) < 4 * sizes.context
        ]
        odds = np.array([2.0 if p.kind.startswith("iterater") else WEIGHTS.get(p.kind, 1.0) for p in self._pairs])
        self._odds = np.cumsum(odds / odds.sum()) if self._pairs else odds
        self._make: dict[str, Callable[[Rng], tuple[Context, tuple[int, ...]] | None]] = {
            "infill": self._infill,
            "continue": self._continue,
            "edit": self._edit,
            "revise": self._passage,
        }

    def draw(self, rng: Rng, phase: float) -> Example:
        """One example. ``phase`` (0..1) shifts its noise levels, so that a run covers them evenly."""
        names = list(self._make)
        odds = np.array([self._shares.infill, self._shares.carry_on, self._shares.edit, self._shares.revise])
        while True:
            task = names[int(rng.choice(len(names), p=odds / odds.sum()))]
            made = self._make[task](rng)
            if made is not None and 0 < len(made[1]) <= self._sizes.slots:
                break
        context, target = made
        kinds = list(self._shares.attention)
        weights = np.array([self._shares.attention[kind] for kind in kinds])
        attention = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
        if task == "revise":
            # Nothing is marked, so there is no order of generation.
            rows = tuple(self._revised(target, rng) for _ in range(self._sizes.rows))
            return Example(task, context, target, "bidirectional", rows)
        levels = (phase + np.arange(self._sizes.rows) / self._sizes.rows) % 1
        return Example(task, context, target, attention, tuple(self._masked(target, float(t), rng) for t in levels))

    # Canvases

    def _document(self, rng: Rng, length: int) -> str:
        code = rng.random() < self._shares.code
        documents = self._corpus.code if code else self._corpus.prose
        if not len(documents):
            documents = self._corpus.prose if code else self._corpus.code
        return self._v.tokenizer.decode(documents.window(rng, length)).strip("\ufffd")

    def _gaps(self, text: str, spans: list[Span], rng: Rng) -> tuple[Context, tuple[int, ...]] | None:
        """The context of spans with spare slots, and what stood there."""
        old = [text[span.start : span.end] for span in spans]
        context = context_of(text, spans, self._v.tokenizer, 10**6)
        target: list[int] = []
        gaps = []
        for words, gap in zip(old, context.gaps, strict=True):
            ids = self._v.tokenizer.encode((" " if gap.leading_space else "") + words)
            slots = len(ids) + int(rng.integers(spare(len(ids)) - len(ids) + 1))
            gaps.append(Gap(slots, len(ids), gap.leading_space, gap.multiline))
            target += ids + [self._v.null_id] * (slots - len(ids))
        return Context(context.segments, tuple(gaps)), tuple(target)

    def _infill(self, rng: Rng) -> tuple[Context, tuple[int, ...]] | None:
        text = self._document(rng, int(rng.integers(64, self._sizes.context + 1)))
        wanted = 1 if rng.random() < 0.5 else int(rng.integers(2, 9))
        room = int(self._sizes.slots / 1.7)
        spans: list[Span] = []
        for _ in range(wanted):
            span = choose(text, rng, min(8 * room // wanted, 4 * room))
            near = any(span.start <= other.end + 1 and other.start <= span.end + 1 for other in spans) if span else True
            if span is not None and not near:
                spans.append(span)
        return self._gaps(text, sorted(spans), rng) if spans else None

    def _continue(self, rng: Rng) -> tuple[Context, tuple[int, ...]] | None:
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

    def _edit(self, rng: Rng) -> tuple[Context, tuple[int, ...]] | None:
        if self._pairs and rng.random() < 0.8:
            pair = self._pairs[int(np.searchsorted(self._odds, rng.random()))]
        else:
            made = self._made_pair(rng)
            if made is None:
                return None
            pair = made
        instruction = instruction_of(pair, rng)
        assert instruction is not None
        ids = self._v.tokenizer.encode(pair.target)
        slots = len(ids) + int(rng.integers(spare(len(ids)) - len(ids) + 1))
        context = edit_context(self._v, instruction, pair.source, slots, None)
        return context, (*ids, *[self._v.null_id] * (slots - len(ids)))

    def _made_pair(self, rng: Rng) -> Pair | None:
        """A pair by rule from a sentence or two of the corpus."""
        sentences = re.findall(r"[A-Z][^.!?\n]{20,200}[.!?](?= |\n|$)", self._document(rng, 160))
        if not sentences:
            return None
        text = sentences[int(rng.integers(len(sentences)))]
        if rng.random() < 0.3:
            broken, _ = spoil(text, int(rng.integers(0, 4)), rng)
            return Pair(broken, text, "gec_synthetic")
        pairs = register_pairs(text)
        if not pairs:
            return None
        kind, source, target = pairs[int(rng.integers(len(pairs)))]
        return Pair(source, target, kind)

    def _passage(self, rng: Rng) -> tuple[Context, tuple[int, ...]] | None:
        """A span of whole words, without spare slots: what has to go becomes NULL, what is missing finds a NULL."""
        text = self._document(rng, int(rng.integers(48, self._sizes.context + 1)))
        span = choose(text, rng, 3 * self._sizes.slots, longest=True)
        if span is None:
            return None
        context = context_of(text, [span], self._v.tokenizer, 10**6)
        words = words_of((" " if context.gaps[0].leading_space else "") + text[span.start : span.end])
        target: list[int] = []
        for word in words:
            target += self._v.tokenizer.encode(word)
            if rng.random() < 0.15:
                target.append(self._v.null_id)
        gap = context.gaps[0]
        return Context(context.segments, (Gap(len(target), None, gap.leading_space, gap.multiline),)), tuple(target)

    # Noise

    def _masked(self, target: tuple[int, ...], t: float, rng: Rng) -> Row:
        """Each slot a mask with probability t (at least one), in an order that fits: clean slots first."""
        size = len(target)
        hidden = rng.random(size) < max(t, 1 / size)
        if not hidden.any():
            hidden[int(rng.integers(size))] = True
        drawn = rng.permutation(size)
        # Half of the orders end left to right: the sequential phase of Eso-LM.
        tail = np.sort(drawn[int(rng.integers(size + 1)) :]) if rng.random() < 0.5 else drawn[:0]
        sequence = np.concatenate([drawn[: size - len(tail)], tail])
        sequence = np.concatenate([sequence[~hidden[sequence]], sequence[hidden[sequence]]])
        order = np.empty(size, int)
        order[sequence] = np.arange(size)
        weight = min(1 / max(t, 1e-3), CLIP)
        return Row(
            tuple(self._v.mask_id if h else i for i, h in zip(target, hidden, strict=True)),
            tuple(weight if h else 0.0 for h in hidden),
            tuple(bool(h) for h in hidden),
            tuple(int(i) for i in order),
        )

    def _revised(self, target: tuple[int, ...], rng: Rng) -> Row:
        """Slots replaced by other tokens, doubled into a NULL, or dropped; the rest as it should be."""
        shown = list(target)
        share = rng.random() ** 2 * 0.4
        for i, token in enumerate(target):
            if rng.random() >= share:
                continue
            kind = rng.random()
            if token == self._v.null_id:
                shown[i] = target[i - 1] if i else token  # a token typed twice
            elif kind < 0.3:
                shown[i] = self._v.null_id  # a token left out
            elif kind < 0.5 and i + 1 < len(target):
                shown[i], shown[i + 1] = shown[i + 1], shown[i]
            elif kind < 0.8:
                shown[i] = self._slip(token, rng)
            elif kind < 0.9:
                shown[i] = SAMPLED
            else:
                shown[i] = int(rng.integers(17, self._v.tokenizer.size))
        wrong = [a != b for a, b in zip(shown, target, strict=True)]
        size = len(target)
        return Row(tuple(shown), tuple(1.0 if w else LIGHT for w in wrong), (False,) * size, tuple(range(size)))

    def _slip(self, token: int, rng: Rng) -> int:
        """A token that looks like this one: what a misspelt or mistaken word begins with."""
        ids = self._v.tokenizer.encode(spoil(self._v.tokenizer.decode([token]), 1, rng)[0])
        return ids[0] if ids and ids[0] != token else int(rng.integers(17, self._v.tokenizer.size))


def choose(text: str, rng: Rng, most: int, longest: bool = False) -> Span | None:
    """A span a person might select: some words, a sentence, a line, a block of lines, what is in brackets."""
    kind = 0.5 if longest else rng.random()
    if kind < 0.35:
        found = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
        if not found:
            return None
        first = int(rng.integers(len(found)))
        last = min(first + int(rng.integers(4)), len(found) - 1)
        candidates = [(found[first][0], found[last][1])]
    elif kind < 0.55:
        candidates = [(m.start(), m.end()) for m in re.finditer(r"[^\s.!?][^.!?\n]{8,}[.!?]|[^\n]{12,}", text)]
    elif kind < 0.75:
        candidates = [(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", text)]
    elif kind < 0.87:
        candidates = [(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*(?:\n[^\n]+){1,4}", text)]
    else:
        candidates = [
            (m.start() + 1, m.end() - 1)
            for m in re.finditer(r"\([^()\n]{2,}\)|\[[^\[\]\n]{2,}\]|\"[^\"\n]{2,}\"", text)
        ]
    fitting = [(a, b) for a, b in candidates if b - a <= most and text[a:b].strip()]
    if not fitting:
        return None
    start, end = fitting[int(rng.integers(len(fitting)))]
    old = text[start:end]
    return Span(start + len(old) - len(old.lstrip()), start + len(old.rstrip()))

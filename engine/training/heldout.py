"""Held-out likelihood of a writer: how well it fills masked slots of text it was not trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch

from engine.text.context import Context, Gap
from engine.text.tokenizer import Vocabulary
from engine.training.batches import Batch, TrainedNetwork, collate, losses, read
from engine.training.examples.corpus import Corpus
from engine.training.examples.rows import ExampleRow
from engine.training.examples.tasks import Example, ExampleSizes

LEVELS = (0.15, 0.5, 1.0)
"""noise levels that are reported"""
SPAN = 32
"""slots of a held-out canvas, none of them spare"""
AFTER = 64
"""tokens after it"""

Curve = dict[str, float]
"""nats per masked token: "prose 0.15", "prose 0.5", ... "code 1.0" """


def names() -> list[str]:
    return [f"{kind} {level:g}" for kind in ("prose", "code") for level in LEVELS]


def heldout_batches(
    corpus: Corpus, vocabulary: Vocabulary, sizes: ExampleSizes, windows: int = 16, levels: Sequence[float] = LEVELS
) -> list[tuple[str, Batch]]:
    """(kind, batch): ``windows`` canvases of each kind at every level, the same ones each time for the same corpus."""
    batches = []
    for kind in ("prose", "code"):
        texts = [text for name, text in corpus.heldout if name == kind]
        examples = [e for e in (_example(text, vocabulary, sizes, i, levels) for i, text in enumerate(texts)) if e]
        for at in range(0, min(windows, len(examples)), 8):
            batches.append((kind, collate(examples[at : min(at + 8, windows)], vocabulary)))
    return batches


def _example(
    text: str, vocabulary: Vocabulary, sizes: ExampleSizes, number: int, levels: Sequence[float]
) -> Example | None:
    ids = vocabulary.tokenizer.encode(text[: 12 * sizes.context])
    room = sizes.context - SPAN - AFTER
    if len(ids) < SPAN + AFTER + 16:
        return None
    rng = np.random.default_rng(number)
    start = int(rng.integers(16, len(ids) - SPAN - AFTER + 1))
    segments = (tuple(ids[max(0, start - room) : start]), tuple(ids[start + SPAN : start + SPAN + AFTER]))
    target = tuple(ids[start : start + SPAN])
    rows = []
    for level in levels:
        hidden = rng.permutation(SPAN) < max(1, round(level * SPAN))
        shown = tuple(vocabulary.mask_id if h else i for i, h in zip(target, hidden, strict=True))
        rows.append(ExampleRow(shown, tuple(map(float, hidden)), tuple(map(bool, hidden)), tuple(range(SPAN))))
    return Example("infill", Context(segments, (Gap(SPAN),)), target, "bidirectional", tuple(rows))


@torch.no_grad()
def heldout_nll(
    network: TrainedNetwork, batches: Iterable[tuple[str, Batch]], mask_id: int, levels: Sequence[float] = LEVELS
) -> Curve:
    """Nats per masked token for every kind and level."""
    sums: dict[str, list[float]] = {}
    for kind, batch in batches:
        values = losses(network, batch, read(network, batch), mask_id)
        for i, level in enumerate(levels):
            part = slice(i, None, len(levels))
            total, count = sums.setdefault(f"{kind} {level:g}", [0.0, 0.0])
            sums[f"{kind} {level:g}"] = [total + float(values[part].sum()), count + float(batch.weight[part].sum())]
    return {name: total / count for name, (total, count) in sums.items() if count}

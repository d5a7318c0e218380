"""Editing held-out text as told, and leaving alone what is right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.evaluation.metrics import gleu
from engine.evaluation.ways import Amounts, Scores, rewrite
from engine.text.spans import spare
from engine.training.examples.corpus import Pair
from engine.training.examples.instructions import INSTRUCTIONS, KINDS, instruction_of

TUNED = 200
"""pairs of gec_synthetic, the first, on which the bounds of revision were chosen; they are not scored"""


def heldout_pairs(folder: Path, most: int) -> dict[str, list[Pair]]:
    """Held-out edits by kind, those that fit on a canvas and were not used to choose the bounds of revision."""
    found: dict[str, list[Pair]] = {}
    for name in ("heldout_edits", "iterater_test", "wikisplit_test"):
        path = folder / f"{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
        tuned = {row["source"] for row in [r for r in rows if r["kind"] == "gec_synthetic"][:TUNED]}
        for row in rows:
            kind = row["kind"] if name == "heldout_edits" else f"{name.removesuffix('_test')}: {row['kind']}"
            pair = Pair(row["source"], row["target"], row["kind"], row.get("instruction"))
            known = pair.instruction or KINDS.get(pair.kind, pair.kind) in INSTRUCTIONS
            if known and row["source"] not in tuned and row["source"].strip() and len(row["source"]) < 3 * most:
                found.setdefault(kind, []).append(pair)
    return found


def editing(ways: dict[str, Denoiser], folder: Path, amounts: Amounts, steps: int) -> Iterator[Scores]:
    """Told what to do: GLEU and exact match by kind, beside the unchanged source."""
    for kind, every in islice(heldout_pairs(folder, 100).items(), amounts.kinds):
        for way, denoiser in ways.items():
            pairs = _drawn(denoiser, every, amounts.pairs)
            yield {"score": "editing", "kind": kind, "way": way} | _edited(denoiser, pairs, steps)


def proofreading(ways: dict[str, Denoiser], folder: Path, amounts: Amounts, steps: int) -> Iterator[Scores]:
    """Mistakes mended, and correct sentences left alone. Ways that can start from a text are told nothing; the others are
    told to correct it."""
    every = heldout_pairs(folder, 100).get("gec_synthetic", [])
    for way, denoiser in ways.items():
        wrong = _drawn(denoiser, every, amounts.mended)
        right = [Pair(p.target, p.target, "gec_identity") for p in _drawn(denoiser, every, amounts.correct)]
        for kind, pairs in (("sentences with mistakes", wrong), ("correct sentences", right)):
            row = {"score": "proofreading", "kind": kind, "way": way}
            yield row | _edited(denoiser, pairs, steps, told=not denoiser.revises)


def _drawn(denoiser: Denoiser, every: Sequence[Pair], count: int) -> list[Pair]:
    """Some of the pairs that fit on a canvas, always the same."""
    order = np.random.default_rng(0).permutation(len(every))
    return [pair for pair in (every[i] for i in order) if fits(denoiser, pair.source)][:count]


def fits(denoiser: Denoiser, source: str) -> bool:
    """Whether a text can be edited as told, on one canvas."""
    return spare(len(denoiser.tokenizer.encode(source))) <= min(96, denoiser.max_slots)


def _edited(denoiser: Denoiser, pairs: Sequence[Pair], steps: int, told: bool = True) -> Scores:
    sources, targets = [pair.source for pair in pairs], [pair.target for pair in pairs]
    made = [rewrite(denoiser, p.source, instruction_of(p) if told else None, steps=steps) for p in pairs]
    texts = [answer.text for answer in made]
    return {
        "cases": len(pairs),
        "GLEU": gleu(sources, texts, [[target] for target in targets]),
        "source GLEU": gleu(sources, sources, [[target] for target in targets]),
        "exact": float(np.mean([text == target for text, target in zip(texts, targets, strict=True)])),
        "unchanged": float(np.mean([text == source for text, source in zip(texts, sources, strict=True)])),
        "NFE": float(np.mean([answer.nfe for answer in made])),
        "seconds": float(np.mean([answer.seconds for answer in made])),
    }

"""Editing held-out text as told, and leaving alone what is right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.denoiser import Denoiser
from engine.errors import CorpusMissing
from engine.evaluation.metrics import gleu
from engine.evaluation.ways import Amounts, Row, rewrite
from engine.spans import spare
from engine.training.corpus import Pair
from engine.training.instructions import INSTRUCTIONS, KINDS, instruction_of


def heldout_pairs(folder: Path, most: int) -> dict[str, list[Pair]]:
    """Held-out edits by kind, those that fit on a canvas."""
    found: dict[str, list[Pair]] = {}
    for name in ("heldout_edits", "iterater_test", "wikisplit_test"):
        path = folder / f"{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
        for row in rows:
            kind = row["kind"] if name == "heldout_edits" else f"{name.removesuffix('_test')}: {row['kind']}"
            pair = Pair(row["source"], row["target"], row["kind"], row.get("instruction"))
            known = pair.instruction or KINDS.get(pair.kind, pair.kind) in INSTRUCTIONS
            if known and row["source"].strip() and len(row["source"]) < 3 * most:
                found.setdefault(kind, []).append(pair)
    return found


def editing(ways: dict[str, Denoiser], folder: Path, amounts: Amounts, steps: int) -> Iterator[Row]:
    """GLEU and exact match by kind, beside the unchanged source; and what share of correct sentences is left alone."""
    for kind, every in heldout_pairs(folder, 100).items():
        order = np.random.default_rng(0).permutation(len(every))
        any_way = next(iter(ways.values()))
        pairs = [p for p in (every[i] for i in order) if _fits(any_way, p.source)][: amounts.pairs]
        floor = gleu([p.source for p in pairs], [p.source for p in pairs], [[p.target] for p in pairs])
        for way, denoiser in ways.items():
            yield (
                {"score": "editing", "kind": kind, "way": way}
                | _edited(denoiser, pairs, steps)
                | {"source GLEU": floor}
            )
    pairs = heldout_pairs(folder, 100).get("gec_synthetic", [])[-amounts.correct :]
    for way, denoiser in ways.items():
        correct = [Pair(p.target, p.target, "gec_identity") for p in pairs if _fits(denoiser, p.target)]
        if correct:
            yield {"score": "left alone", "kind": "correct sentences", "way": way} | _edited(denoiser, correct, steps)


def _fits(denoiser: Denoiser, source: str) -> bool:
    return spare(len(denoiser.tokenizer.encode(source))) <= min(96, denoiser.max_slots)


def _edited(denoiser: Denoiser, pairs: Sequence[Pair], steps: int) -> Row:
    made = [rewrite(denoiser, pair.source, str(instruction_of(pair)), steps=steps) for pair in pairs]
    texts = [answer.text for answer in made]
    return {
        "cases": len(pairs),
        "GLEU": gleu([p.source for p in pairs], texts, [[p.target] for p in pairs]),
        "exact": float(np.mean([text == pair.target for text, pair in zip(texts, pairs, strict=True)])),
        "unchanged": float(np.mean([text == pair.source for text, pair in zip(texts, pairs, strict=True)])),
        "NFE": float(np.mean([answer.nfe for answer in made])),
        "seconds": float(np.mean([answer.seconds for answer in made])),
    }


def references(ways: dict[str, Denoiser], folder: Path, steps: int, most: int) -> Iterator[Row]:
    """A test set in JFLEG's format: ``*.src`` and ``*.ref0``, ``*.ref1``, ... line by line."""
    sources = sorted(folder.glob("*.src"))
    if not sources:
        raise CorpusMissing(f"{folder} holds no .src file; name a folder in JFLEG's format (test.src, test.ref0, ...)")
    for source in sources:
        texts = source.read_text(encoding="utf-8").splitlines()
        refs = [path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.glob(f"{source.stem}.ref*"))]
        if not refs or any(len(ref) != len(texts) for ref in refs):
            raise CorpusMissing(f"{source} needs {source.stem}.ref0, ... with as many lines as it has")
        for way, denoiser in ways.items():
            kept = [i for i, text in enumerate(texts) if text.strip() and _fits(denoiser, text)][:most]
            made = [rewrite(denoiser, texts[i], INSTRUCTIONS["grammar"][0], steps=steps).text for i in kept]
            wanted = [[ref[i] for ref in refs] for i in kept]
            plain = [texts[i] for i in kept]
            row = {"score": "references", "kind": source.stem, "way": way, "cases": len(kept)}
            yield row | {"GLEU": gleu(plain, made, wanted), "source GLEU": gleu(plain, plain, wanted)}

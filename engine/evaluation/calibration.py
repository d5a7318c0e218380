"""How sure what writes by default is of its words, and how often it is right: fitted on some held-out spans, measured on others.

    python -m engine.evaluation.calibration --corpus FOLDER           measure what ships
    python -m engine.evaluation.calibration --corpus FOLDER --write   fit it anew on half of the spans, measure on the others

A word is right where it stood in the old words, in their order.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from engine.edits.infilling import infill
from engine.evaluation.infilling import clozes
from engine.models.causal.sureness import WORD, Calibration, Signs
from engine.models.embedded.palimpsest import ASSETS, CALIBRATION, load_causal_base, read_writer
from engine.models.writer.joint import JointDenoiser
from engine.text.spans import Span
from engine.training.examples.corpus import heldout_of

BARS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.92, 1.0)
"""between these what was said is compared with what was right"""
CANDIDATES = 3
Seen = tuple[Signs, bool]
"""a word that was written: its signs, and whether it was right"""


class Noting:
    """In place of a calibration: notes the signs of every word that it is asked for."""

    def __init__(self) -> None:
        self.noted: list[Signs] = []

    def __call__(self, signs: Signs) -> float:
        self.noted.append(signs)
        return signs.share


def right(made: str, old: str) -> list[bool]:
    """For every word of a fill whether it stood in the old words, in their order."""
    words, wanted = WORD.findall(made), WORD.findall(old)
    found = [False] * len(words)
    for block in SequenceMatcher(None, words, wanted, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = [True] * block.size
    return found


def seen(denoiser: JointDenoiser, cases: Sequence[tuple[str, Span]]) -> list[Seen]:
    """What is written in held-out spans, word for word."""
    noting, usual = Noting(), denoiser.causal.calibration
    denoiser.causal.calibration, found = noting, []
    try:
        for text, span in cases:
            noting.noted.clear()
            *_, last = infill(denoiser, text, [span], candidates=CANDIDATES)
            slots = [[slot for slot in made[0].slots if slot.token != denoiser.null_id] for made in last.candidates]
            written = ["".join(denoiser.tokenizer.pieces[slot.token] for slot in row) for row in slots]
            start, end = span.start, span.end
            hits = [hit for made in written for hit in right(made, text[start:end])]
            if len(hits) == len(noting.noted):  # not where a fill was drawn that was not weighed
                found += list(zip(noting.noted, hits, strict=True))
    finally:
        denoiser.causal.calibration = usual
    return found


def fit(words: Sequence[Seen], rounds: int = 50, ridge: float = 0.01) -> Calibration:
    """Logistic regression by Newton's method."""
    x = np.array([Calibration.terms(signs) for signs, _ in words])
    y = np.array([float(hit) for _, hit in words])
    weights = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - ridge * weights
        weights += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights)), slope)
    return Calibration(*(round(float(weight), 3) for weight in weights))


def table(calibration: Calibration, words: Sequence[Seen]) -> str:
    """Markdown: what was said and how much of it was right, between the bars."""
    said, hits = np.array([calibration(signs) for signs, _ in words]), np.array([hit for _, hit in words])
    lines = ["| said | words | mean of what was said | right |", "| --- | --- | --- | --- |"]
    for low, high in zip(BARS, BARS[1:], strict=False):
        here = (said >= low) & ((said < high) | (high == 1))
        if here.any():
            share = f"{said[here].mean():.0%} | {hits[here].mean():.0%}"
            lines.append(f"| {low:.0%} to {high:.0%} | {int(here.sum())} | {share} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.evaluation.calibration", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="a packed corpus with an eval folder")
    parser.add_argument(
        "--cases", type=int, default=40, help="spans of each kind that are measured, and that are fitted"
    )
    parser.add_argument("--write", action="store_true", help=f"fit it anew, and write {CALIBRATION}")
    chosen = parser.parse_args(arguments)
    heldout, causal = heldout_of(chosen.corpus / "eval"), load_causal_base(ASSETS, "cpu")
    denoiser = JointDenoiser(causal, read_writer(causal, ASSETS / "writer"))
    kinds = [clozes(heldout, kind, 2 * chosen.cases) for kind in ("prose", "code")]
    if chosen.write:
        fitted = fit(seen(denoiser, [case for cases in kinds for case in cases[: chosen.cases]]))
        (ASSETS / CALIBRATION).write_text(json.dumps(asdict(fitted)) + "\n", encoding="utf-8")
        denoiser.causal.calibration = fitted
    if not isinstance(denoiser.causal.calibration, Calibration):
        print(f"there is no {ASSETS / CALIBRATION}; run with --write", file=sys.stderr)
        return 1
    print(
        table(denoiser.causal.calibration, seen(denoiser, [case for cases in kinds for case in cases[chosen.cases :]]))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

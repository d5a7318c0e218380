"""How sure what writes by default is of its words, and how often it is right, on held-out spans.

    python -m engine.evaluation.calibration --corpus FOLDER           measure what ships
    python -m engine.evaluation.calibration --corpus FOLDER --write   fit it anew on all spans; measured is every other one
                                                                      by weights that were fitted on the rest

A word is right where it stood in the old words, in their order.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from itertools import chain, pairwise
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
Said = tuple[float, bool]
"""how sure it was said to be, and whether it was right"""


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


def seen(denoiser: JointDenoiser, cases: Sequence[tuple[str, Span]]) -> list[list[Seen]]:
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
            # Not where a fill was drawn that was not weighed.
            found.append(list(zip(noting.noted, hits, strict=True)) if len(hits) == len(noting.noted) else [])
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


def said(calibration: Calibration, words: Iterable[Seen]) -> list[Said]:
    """How sure some weights are of words."""
    return [(calibration(signs), hit) for signs, hit in words]


def crosswise(spans: Sequence[Sequence[Seen]]) -> list[Said]:
    """How sure the words of every other span are by what was fitted on the rest."""
    halves = [list(chain.from_iterable(spans[first::2])) for first in (0, 1)]
    return [one for half, rest in (halves, halves[::-1]) for one in said(fit(rest), half)]


def table(words: Sequence[Said]) -> str:
    """Markdown: what was said and how much of it was right, between the bars."""
    sure, hits = (np.array(found) for found in zip(*words, strict=True))
    lines = ["| said | words | mean of what was said | right |", "| --- | --- | --- | --- |"]
    for low, high in pairwise(BARS):
        here = (sure >= low) & ((sure < high) | (high == 1))
        if here.any():
            share = f"{sure[here].mean():.0%} | {hits[here].mean():.0%}"
            lines.append(f"| {low:.0%} to {high:.0%} | {int(here.sum())} | {share} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.evaluation.calibration", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="a packed corpus with an eval folder")
    parser.add_argument("--cases", type=int, default=100, help="spans of each kind")
    parser.add_argument("--write", action="store_true", help=f"fit it anew, and write {CALIBRATION}")
    chosen = parser.parse_args(arguments)
    heldout, causal = heldout_of(chosen.corpus / "eval"), load_causal_base(ASSETS, "cpu")
    denoiser = JointDenoiser(causal, read_writer(causal, ASSETS / "writer"))
    if not chosen.write and not isinstance(causal.calibration, Calibration):
        print(f"there is no {ASSETS / CALIBRATION}; run with --write", file=sys.stderr)
        return 1
    spans = [span for kind in ("prose", "code") for span in seen(denoiser, clozes(heldout, kind, chosen.cases))]
    words = list(chain.from_iterable(spans))
    if chosen.write:
        (ASSETS / CALIBRATION).write_text(json.dumps(asdict(fit(words))) + "\n", encoding="utf-8")
        print(table(crosswise(spans)))
    elif isinstance(causal.calibration, Calibration):
        print(table(said(causal.calibration, words)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Filling held-out text and programs again, the length unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.evaluation.metrics import character_f1
from engine.evaluation.sandbox import passes
from engine.evaluation.ways import Amounts, Answer, Scores, fill
from engine.text.spans import Span
from engine.training.examples.spans import choose

BEFORE, AFTER = 900, 400
"""characters of text around a case"""
STEPS = (1, 2, 4, 8, 16)
UNKNOWN = 24
"""slots of a canvas where nothing is known of the length"""


def clozes(heldout: Sequence[tuple[str, str]], kind: str, count: int) -> list[tuple[str, Span]]:
    """Spans of some words or a line, in the middle of held-out texts."""
    found: list[tuple[str, Span]] = []
    for number, text in enumerate(text for name, text in heldout if name == kind):
        rng = np.random.default_rng(number)
        start = int(rng.integers(max(1, len(text) - BEFORE - AFTER)))
        part = text[start : start + BEFORE + AFTER]
        inner = part[BEFORE // 2 : BEFORE]
        span = choose(inner, rng, 80)
        if span is not None and len(found) < count:
            found.append((part, Span(span.start + BEFORE // 2, span.end + BEFORE // 2)))
    return found


def infilling(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """Exact match and character F1, length unknown: at rank 1, and the best of three runs."""
    for kind in ("prose", "code"):
        cases = clozes(heldout, kind, amounts.clozes)
        for way, denoiser in ways.items() if cases else ():
            first, best, exact, any_, nfe, seconds = [], [], 0, 0, 0, 0.0
            for text, span in cases:
                wanted = text[span.start : span.end]
                made = fill(denoiser, text, span)
                more = [fill(denoiser, text, span, temperature=0.8, seed=seed) for seed in (1, 2)]
                scores = [character_f1(answer.text, wanted) for answer in (made, *more)]
                first.append(scores[0])
                best.append(max(scores))
                exact += scores[0] == 1
                any_ += max(scores) == 1
                nfe, seconds = nfe + made.nfe, seconds + made.seconds
            yield {
                "score": "infilling",
                "kind": kind,
                "way": way,
                "cases": len(cases),
                "exact": exact / len(cases),
                "character F1": float(np.mean(first)),
                "exact, best of 3": any_ / len(cases),
                "character F1, best of 3": float(np.mean(best)),
                "NFE": nfe / len(cases),
                "seconds": seconds / len(cases),
            }


def correction(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """What the judge's correction is worth: the same spans in fewer and more steps. The fewest steps at equal score count."""
    cases = [case for kind in ("prose", "code") for case in clozes(heldout, kind, max(1, amounts.clozes // 2))]
    for way, denoiser in ways.items():
        for steps in STEPS if denoiser.revises else ():  # a causal model's particles are joint already
            made = [fill(denoiser, text, span, steps=steps) for text, span in cases]
            scores = [character_f1(a.text, t[s.start : s.end]) for a, (t, s) in zip(made, cases, strict=True)]
            yield {
                "score": "correction",
                "kind": f"{steps} steps",
                "way": way,
                "cases": len(cases),
                "exact": float(np.mean([score == 1 for score in scores])),
                "character F1": float(np.mean(scores)),
                "NFE": float(np.mean([answer.nfe for answer in made])),
                "seconds": float(np.mean([answer.seconds for answer in made])),
            }


def programs(ways: dict[str, Denoiser], path: Path, amounts: Amounts) -> Iterator[Scores]:
    """HumanEval-Infilling, single line (arXiv 2207.14255): the share of programs that pass their tests. Raises SandboxMissing."""
    lines = path.read_text(encoding="utf-8").splitlines()
    chosen = np.random.default_rng(0).permutation(len(lines))[: amounts.programs]
    drawn = [json.loads(lines[i]) for i in sorted(chosen)]
    tasks = [task for task in drawn if task["canonical_solution"].strip()]  # some are blank lines: nothing to fill in
    for known in (False, True):
        for way, denoiser in ways.items():
            right, nfe, seconds = 0, 0, 0.0
            for task in tasks:
                program, made = _program(denoiser, task, known)
                right += passes(program)
                nfe, seconds = nfe + made.nfe, seconds + made.seconds
            yield {
                "score": "HumanEval single line",
                "kind": "length known" if known else "length unknown",
                "way": way,
                "cases": len(tasks),
                "pass@1": right / len(tasks),
                "NFE": nfe / len(tasks),
                "seconds": seconds / len(tasks),
            }


def _program(denoiser: Denoiser, task: dict[str, str], known: bool) -> tuple[str, Answer]:
    line = task["canonical_solution"]
    text, start = task["prompt"] + line + task["suffix"], len(task["prompt"])
    span = Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
    slots = len(denoiser.tokenizer.encode(line.strip())) if known else UNKNOWN
    made = fill(denoiser, text, span, slots=slots)
    done = text[: span.start] + made.text + text[span.end :]
    return f"{done}\n{task['test']}\ncheck({task['entry_point']})\n", made

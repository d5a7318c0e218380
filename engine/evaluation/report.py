"""Scores as tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.evaluation.ways import Scores
from engine.systems.choice import TITLES

AIMS = {"infill": 1.5, "revise": 4.0, "edit": 10.0}
"""seconds that an edit may take on two cores"""
CAUSAL = TITLES["causal"]
WRONG = "sentences with mistakes"
GAIN = 1.0
"""points of GLEU by which an edit must beat the unchanged text"""
ALONE = 0.9
"""share of correct sentences that whoever proofreads must leave alone"""


def best(rows: Sequence[Scores]) -> dict[str, str]:
    """The way that measured best at each task, within its time: by character F1 of infilling, by GLEU of editing and of
    proofreading. What fills in looks at the canvas in every step: the causal model by itself, whose steps only reveal, is the
    last resort. An edit must beat the unchanged text, and a proofreader leave correct sentences alone; infilling always has a
    way."""
    names = {title: name for name, title in TITLES.items()}

    def mean(way: str, score: str, column: str, kind: str | None = None) -> float:
        found = [r[column] for r in rows if r["way"] == way and r["score"] == score and kind in (None, r["kind"])]
        return float(np.mean(found)) if found else -math.inf

    def first(ways: Sequence[str], score: str, column: str, kind: str | None = None) -> str | None:
        return max(ways, key=lambda way: mean(way, score, column, kind), default=None)

    ways = [title for title in names if any(row["way"] == title for row in rows)]
    quick = {
        task: [way for way in ways if 0 <= mean(way, score, "seconds") <= AIMS[task]]
        for task, score in (("infill", "infilling"), ("revise", "proofreading"), ("edit", "editing"))
    }
    useful = [way for way in quick["edit"] if mean(way, "editing", "GLEU") > mean(way, "editing", "source GLEU") + GAIN]
    careful = [
        way
        for way in quick["revise"]
        if mean(way, "proofreading", "unchanged", "correct sentences") >= ALONE
        and mean(way, "proofreading", "GLEU", WRONG) > mean(way, "proofreading", "source GLEU", WRONG) + GAIN
    ]
    found = {
        "infill": first([way for way in quick["infill"] if way != CAUSAL], "infilling", "character F1")
        or first(quick["infill"] or ways, "infilling", "character F1"),
        "revise": first([way for way in careful if way != CAUSAL], "proofreading", "GLEU", WRONG),
        "edit": first(useful, "editing", "GLEU"),
    }
    return {task: names[way] for task, way in found.items() if way is not None}


def table(rows: Sequence[Scores]) -> str:
    """Markdown, one table per score."""
    lines: list[str] = []
    for score in dict.fromkeys(row["score"] for row in rows):
        part = [row for row in rows if row["score"] == score]
        columns = [name for name in dict.fromkeys(name for row in part for name in row) if name != "score"]
        lines += [f"\n{score}\n", f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
        for row in part:
            lines.append(f"| {' | '.join(shown(row.get(name, '')) for name in columns)} |")
    return "\n".join(lines)


def shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)

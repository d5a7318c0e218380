"""Scores as tables."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.ways import Row


def table(rows: Sequence[Row]) -> str:
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

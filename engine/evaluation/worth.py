"""Whether fills are worth accepting: the held-out spans of assets/fills, what is written there, and what a reader said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.text.spans import Span

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "fills"


@dataclass(frozen=True, slots=True)
class Case:
    """One text with a span of it. ``name``: its number and what the span is."""

    name: str
    text: str
    span: Span

    @property
    def old(self) -> str:
        return self.text[self.span.start : self.span.end]


def read(file: Path = FOLDER / "spans.txt") -> list[Case]:
    """The cases of a file: "%% name" and the text, with its span between ⟦ and ⟧."""
    found = []
    for block in re.split(r"(?m)^%% ", file.read_text(encoding="utf-8"))[1:]:
        name, _, text = block.partition("\n")
        before, old, after = text.replace("⟧", "⟦").split("⟦")
        found.append(Case(name, before + old + after, Span(len(before), len(before) + len(old))))
    return found

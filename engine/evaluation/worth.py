"""The cases of assets/fills: held-out spans whose fills a reader weighed, and gaps with the answers that are right."""

from __future__ import annotations

import json
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


def sections(text: str) -> list[tuple[str, str]]:
    """(head, text) of each part of a text: "%% head" and the lines up to the next one."""
    return [(head, body) for head, _, body in (part.partition("\n") for part in re.split(r"(?m)^%% ", text)[1:])]


def marked(text: str) -> tuple[str, Span]:
    """(the text, its span) of one whose span stands between ⟦ and ⟧."""
    before, old, after = text.replace("⟧", "⟦").split("⟦")
    return before + old + after, Span(len(before), len(before) + len(old))


def read(file: Path = FOLDER / "spans.txt") -> list[Case]:
    """The cases of a file: "%% name" and the text, with its span between ⟦ and ⟧."""
    return [Case(name, *marked(text)) for name, text in sections(file.read_text(encoding="utf-8"))]


@dataclass(frozen=True, slots=True)
class Cloze:
    """One text with a gap, and what is right in it."""

    text: str
    span: Span
    right: tuple[str, ...]
    slots: int = 10
    """of the canvas: always the same, so that the gap says nothing of the length"""


GAP = "____"
"""always the same, too"""


def clozes(file: Path = FOLDER / "cloze.json") -> list[Cloze]:
    """The cases of a file: a list of {"before", "after", "right"}."""
    found = []
    for case in json.loads(file.read_text(encoding="utf-8")):
        start = len(case["before"])
        found.append(Cloze(case["before"] + GAP + case["after"], Span(start, start + len(GAP)), tuple(case["right"])))
    return found

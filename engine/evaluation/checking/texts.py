"""The texts of assets/proofreading: what Instant edit underlines in correct English of five kinds and in other languages, and
which mistakes it finds and mends. Half of each was looked at while rules and bounds were chosen; the other half was kept back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from engine.denoising.denoiser import Denoiser
from engine.edits.proofreading.passages import PARAGRAPH
from engine.edits.proofreading.weak_spots import Spot, check
from engine.evaluation import worth
from engine.evaluation.ways import Scores
from engine.text.prose.english import prose_of
from engine.text.spans import Span

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "proofreading"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sentence with one mistake: ``old`` stands at ``start`` in the place of ``new``."""

    kind: str
    text: str
    start: int
    old: str
    new: str

    @property
    def right(self) -> str:
        return self.text[: self.start] + self.new + self.text[self.start + len(self.old) :]

    def found_by(self, spots: list[Spot]) -> bool:
        """Whether something is underlined where the mistake is."""
        return any(spot.start <= self.start + len(self.old) and self.start <= spot.end for spot in spots)

    def mended_by(self, spots: list[Spot]) -> bool:
        """Whether one of the suggestions makes the sentence right."""
        return self.right in (self.text[: spot.start] + spot.new + self.text[spot.end :] for spot in spots)


def sections(name: str, folder: Path = FOLDER) -> list[tuple[str, str]]:
    """(head, text) of a file: "%% head" and the lines up to the next one."""
    return [(head, text.strip() + "\n") for head, text in worth.sections((folder / name).read_text(encoding="utf-8"))]


def mistakes(folder: Path = FOLDER) -> Iterator[tuple[str, Mistake]]:
    """(half, mistake) of each line "kind: text with ⟦wrong→right⟧"."""
    for half, lines in sections("mistakes.txt", folder):
        for line in lines.splitlines():
            kind, _, marked = line.partition(": ")
            before, old, new, behind = re.split("[⟦→⟧]", marked)
            yield half, Mistake(kind, before + old + behind, len(before), old, new)


def underlined(denoiser: Denoiser, text: str) -> list[Spot]:
    """The weak spots of a text, paragraph by paragraph, in what of it is English prose."""
    found: list[Spot] = []
    for paragraph in PARAGRAPH.finditer(text):
        blocks, _ = prose_of(text, *paragraph.span()) or ([], [])
        within = [Span(max(a, paragraph.start()), min(b, paragraph.end())) for block in blocks for a, b in block.parts]
        if within:
            found += check(denoiser, text, Span(within[0].start, within[-1].end), within=within)
    return found


def checking(ways: dict[str, Denoiser], folder: Path = FOLDER) -> Iterator[Scores]:
    """Alarms per 1,000 words of each kind of correct text, and mistakes found and mended, by kind and half."""
    for way, denoiser in ways.items():
        if not denoiser.revises or getattr(denoiser, "samples", 1) == 0:
            continue  # a judge weighs what is found: the writer alone has none
        texts = [
            *sections("correct.txt", folder),
            *((f"other: {head}", text) for head, text in sections("others.txt", folder)),
        ]
        for kind, text in texts:
            words, alarms = len(text.split()), underlined(denoiser, text)
            yield {
                "score": "correct texts", "way": way, "kind": kind, "words": words, "alarms": len(alarms),
                "per 1000 words": 1000 * len(alarms) / words,
                "what": ", ".join(f"{spot.old} > {spot.new}" for spot in alarms),
            }  # fmt: skip
        for (half, kind), cases in groupby(mistakes(folder), key=lambda case: (case[0], case[1].kind)):
            seen = [(case, underlined(denoiser, case.text)) for _, case in cases]
            yield {
                "score": "mistakes", "way": way, "kind": f"{kind}, {half}", "cases": len(seen),
                "found": sum(case.found_by(spots) for case, spots in seen),
                "mended": sum(case.mended_by(spots) for case, spots in seen),
            }  # fmt: skip

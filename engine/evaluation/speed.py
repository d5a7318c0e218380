"""Forward passes and seconds of an edit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.edits.infilling import infill
from engine.evaluation.ways import Amounts, Scores, fill
from engine.evaluation.worth import read
from engine.systems.presets import SYSTEMS
from engine.text.spans import Span


def speed(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """NFE and seconds of an eight-word span in about a thousand tokens, for each system."""
    text = "\n\n".join(text for kind, text in heldout if kind == "prose")[:5200]
    start = text.index(" ", 4200) + 1
    end = start
    for _ in range(8):
        end = text.index(" ", end + 1)
    for denoiser in ways.values():
        fill(denoiser, text, Span(start, end))  # what is made at the first run only is there for all systems then
    for system, preset in SYSTEMS.items():
        for way, denoiser in ways.items():
            if preset.strength < 1 and not denoiser.revises:
                continue
            made = [fill(denoiser, text, Span(start, end), system=system) for _ in range(amounts.speed)]
            seconds = float(np.median([answer.seconds for answer in made]))
            yield {"score": "speed", "kind": system, "way": way, "NFE": made[0].nfe, "seconds": seconds}


BEFORE = 4200
"""characters of text before the span, about a thousand tokens"""


def milliseconds(denoiser: Denoiser, repeats: int = 3) -> float:
    """One forward pass of the steps that decide (of those that draw, where all is drawn at once), with a thousand tokens of text
    before the span that are read already: the median over some runs."""
    case, *more = read()
    before = "\n\n".join(each.text for each in more)[:BEFORE] + "\n\n"
    text, span = before + case.text, Span(len(before) + case.span.start, len(before) + case.span.end)
    denoiser.warm(text, lambda: False, span.start)
    passes: dict[str, list[float]] = {"denoise": [], "draft": []}
    for number in range(repeats + 1):  # the first warms up
        began, nfe = time.perf_counter(), 0
        for step in infill(denoiser, text, [span], slots=16):
            now = time.perf_counter()
            if number and step.nfe > nfe and step.phase in passes:
                passes[step.phase].append(1000 * (now - began) / (step.nfe - nfe))
            began, nfe = now, step.nfe
    return float(np.median(passes["denoise"] or passes["draft"]))

"""Forward passes and seconds of an edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.evaluation.ways import Amounts, Scores, fill
from engine.systems.presets import SYSTEMS
from engine.text.spans import Span


def speed(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Scores]:
    """NFE and seconds of an eight-word span in about a thousand tokens, for each system."""
    text = "\n\n".join(text for kind, text in heldout if kind == "prose")[:5200]
    start = text.index(" ", 4200) + 1
    end = start
    for _ in range(8):
        end = text.index(" ", end + 1)
    for system, preset in SYSTEMS.items():
        for way, denoiser in ways.items():
            if preset.strength < 1 and not denoiser.revises:
                continue
            fill(denoiser, text, Span(start, end), system=system)
            made = [fill(denoiser, text, Span(start, end), system=system) for _ in range(amounts.speed)]
            seconds = float(np.median([answer.seconds for answer in made]))
            yield {"score": "speed", "kind": system, "way": way, "NFE": made[0].nfe, "seconds": seconds}

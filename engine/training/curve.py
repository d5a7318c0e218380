"""The course of a run as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

from engine.training.heldout import LEVELS

SMOOTH = 0.97
"""how much of the moving mean of the loss is kept at each step"""
COLOURS = {"prose": "tab:blue", "code": "tab:orange"}
STYLES = ("-", "--", ":")
"""of the noise levels, the lowest first"""


def draw(log: Path, picture: Path) -> None:
    """Loss and held-out NLL against canvas tokens, from ``log.csv``. Raises OSError."""
    from matplotlib.figure import Figure  # here: only a run that draws waits for it

    with log.open(encoding="utf-8", newline="") as file:
        steps = list(csv.DictReader(file))
    tokens = [int(step["tokens"]) for step in steps]
    loss = [float(step["loss"]) for step in steps]
    figure = Figure(figsize=(7, 7), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    above.plot(tokens, loss, color="0.8", linewidth=0.5)
    above.plot(tokens, _smooth(loss), color="black", label="loss, moving mean")
    for kind, colour in COLOURS.items():
        for level, style in zip(LEVELS, STYLES, strict=True):
            name = f"{kind} {level:g}"
            scored = [(int(step["tokens"]), float(step[name])) for step in steps if step.get(name)]
            if scored:
                below.plot(*zip(*scored, strict=True), style, color=colour, marker=".", label=f"{kind}, t = {level:g}")
    above.set_ylabel("weighted loss, nats a slot")
    below.set_ylabel("held-out NLL, nats a masked token")
    below.set_xlabel("canvas tokens")
    for part in (above, below):
        part.grid(alpha=0.3)
        if part.get_legend_handles_labels()[0]:
            part.legend(fontsize="small")
    figure.savefig(picture, format="png", dpi=110)


def _smooth(values: list[float]) -> list[float]:
    """The moving mean, without the pull of its start."""
    total = count = 0.0
    smoothed = []
    for value in values:
        total, count = SMOOTH * total + value, SMOOTH * count + 1
        smoothed.append(total / count)
    return smoothed

"""Throw generated requests at every route of the program, on the scripted denoiser, and print what came of them.

    python -m tests.fuzz [--requests 1000] [--seed 0] [--only WORDS]

The exit status is 1 where anything failed (5xx but for 503), was refused in another shape than the README's, left a traceback,
or hung.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.check import Figures
from tests.fuzz.program import Program
from tests.fuzz.routes import Target, targets

COLUMNS = ("requests", "2xx", "4xx", "5xx", "503", "bad shapes", "tracebacks", "hung")


def figures(one: Figures) -> tuple[int, ...]:
    return (
        one.requests, one.fine, one.refused, one.failed, one.busy, one.shape, one.tracebacks, one.hung,
    )  # fmt: skip


def fuzz(requests: int, seed: int, only: str = "", program: Program | None = None) -> dict[str, Figures]:
    """The figures of every route."""
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder, program or Program(Path(folder)) as running:
        chosen: list[Target] = [t for t in targets(running.service, running.page) if only in t.name]
        for target in chosen:
            found[target.name] = running.throw(target, requests, seed)
            print(row(target.name, figures(found[target.name])), flush=True)
    return found


def row(name: str, cells: Sequence[object]) -> str:
    return f"{name:36}" + "".join(f"{cell!s:>{len(head) + 2}}" for cell, head in zip(cells, COLUMNS, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Generated requests at every route.")
    parser.add_argument("--requests", type=int, default=1000, help="for each route (1000)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same requests (0)")
    parser.add_argument("--only", default="", help="routes with this in their names")
    chosen = parser.parse_args(arguments)
    print(row("route", COLUMNS))
    found = fuzz(chosen.requests, chosen.seed, chosen.only)
    total = [sum(cells) for cells in zip(*(figures(one) for one in found.values()), strict=True)]
    print(row(f"{len(found)} routes", total))
    for name, one in found.items():
        if one.wrong:
            print(f"\n{name}: {one.example}")
    return int(any(one.wrong for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())

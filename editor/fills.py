"""Fill every case of a file as the page does by default, and write what came as data: ``python -m editor.fills``.

What a reader then says of each fill is kept beside the cases; ``python -m engine.evaluation.records.verdicts``
counts it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import engine
from editor.languages import languages
from editor.payload import Payload
from editor.record import desk, run_of
from editor.runs.frames import candidate_of, held
from editor.service import EditService
from engine.evaluation.records.leaderboard import commit
from engine.evaluation.worth import FOLDER, Case, read
from storage import Run

CANDIDATES = 3
"""as many as the page asks for, unless it is told another number"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the page shows it."""

    text: str
    confidence: float
    """the mean over its words"""
    breaks: bool
    """whether code that parsed would not any more"""


def language_of(case: Case) -> str:
    """The language that a case's name begins with ("43 Python, a line"); any other is prose."""
    kind = case.name.partition(" ")[2].partition(",")[0].lower()
    return next((language.name for language in languages() if language.title.lower() == kind), "prose")


def order(run: Run, review: Payload) -> list[Shown]:
    """The different candidates of a run as the page orders them: what breaks code last, and the surest first."""
    found = []
    for number, candidate in enumerate(review["candidates"]):
        if candidate["same"] is None:
            last = next(f for f in run.frames if f.get("done") and candidate_of(f) == number)
            toks: Any = last["toks"]
            sure = [token[2] for token in toks if held(token)]
            mean = round(sum(sure) / len(sure), 4) if sure else 0.0
            found.append(Shown(candidate["texts"][0], mean, bool(candidate["breaks"])))
    return sorted(found, key=lambda shown: (shown.breaks, -shown.confidence))


def filled(service: EditService, case: Case, seed: int) -> Payload:
    """One case: what stood there, and what was written."""
    asked = {"seed": seed, "candidates": CANDIDATES}
    language = language_of(case)
    run = run_of(service, case.name, language, case.text, (case.span.start, case.span.end), asked)
    shown = order(run, service.asked("review", {"run": run.id}))
    return {
        "case": case.name, "language": language, "old": case.old, "seconds": run.settings["seconds"],
        "fills": [asdict(one) for one in shown],
    }  # fmt: skip


def fills(ways: engine.Ways, cases: Sequence[Case], seed: int = 0) -> Iterator[Payload]:
    """What is written in each case, as data."""
    with desk(ways) as service:
        for case in cases:
            yield filled(service, case, seed)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m editor.fills", description="Fill the cases as the page does.")
    parser.add_argument(
        "--cases", type=Path, default=FOLDER / "spans.txt", help="a file such as assets/fills/spans.txt"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", default=[], metavar="NUMBER", help="these cases only: 03 17")
    parser.add_argument("--json", type=Path, required=True, help="the file to write")
    chosen = parser.parse_args(arguments)
    cases = [case for case in read(chosen.cases) if not chosen.only or case.name.split()[0] in chosen.only]
    ways = engine.load_ways(device="cpu")
    found = []
    for one in fills(ways, cases, chosen.seed):
        found.append(one)
        print(
            one["case"], *(f"{f['confidence']:.2f} {f['text']!r}" for f in one["fills"]), sep="\n    ", file=sys.stderr
        )
    made = {"cases": chosen.cases.name, "commit": commit(), "system": "llada", "way": ways.best["infill"]}
    made |= {"model": ways.default.name, "seed": chosen.seed, "filled": found}
    chosen.json.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

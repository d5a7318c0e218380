"""What a reader said of fills, counted: ``python -m engine.evaluation.records.verdicts RUN [RUN ...]``.

A run is what ``python -m editor.fills`` wrote. A verdict belongs to a fill in its case, whoever wrote it, so what was read
once is not read again, and a reader does not see whose fills they are (``--sheet``, then ``--take``). assets/fills/RUBRIC.md
says what to go by.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.evaluation.worth import FOLDER, Case, read, sections

KINDS = ("y", "form", "place", "sense", "off", "twice", "wrong", "cut", "short", "long")
"""worth accepting, and what fails first where it is not"""
FIRST = 3
"""candidates that are read"""
Verdicts = dict[str, dict[str, str]]
"""by case and fill"""
Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """How many cases of a run are worth accepting."""

    cases: int
    first: int
    """where the first candidate is"""
    three: int
    """where one of the first three is"""
    unread: int
    """fills without a verdict; they count as not worth accepting"""
    kinds: Counter[str]
    """what is wrong with the first candidate, where it is read"""


def fills_of(run: Run, case: str) -> list[str]:
    """The fills of a case that are read, in the order in which they were shown."""
    return [fill["text"] for one in run["filled"] if one["case"] == case for fill in one["fills"]][:FIRST]


def share(run: Run, verdicts: Verdicts) -> Share:
    """Count a run."""
    said = [[verdicts.get(one["case"], {}).get(fill) for fill in fills_of(run, one["case"])] for one in run["filled"]]
    kinds = Counter(row[0] for row in said if row and row[0] not in ("y", None))
    return Share(
        len(said),
        sum(row[:1] == ["y"] for row in said),
        sum("y" in row for row in said),
        sum(row.count(None) for row in said),
        Counter({str(kind): count for kind, count in kinds.items()}),
    )


def sheet(cases: Sequence[Case], runs: Sequence[Run], verdicts: Verdicts, seed: int = 0) -> str:
    """What is to be read still, in an order that says nothing. The reader puts a verdict in the place of each "?"."""
    dice, out = random.Random(seed), []
    for case in cases:
        wanted = {fill for run in runs for fill in fills_of(run, case.name)} - set(verdicts.get(case.name, {}))
        if wanted:
            shuffled = sorted(wanted)
            dice.shuffle(shuffled)
            before, after = case.text[: case.span.start], case.text[case.span.end :].rstrip()
            out += [f"%% {case.name}", f"{before}⟦{case.old}⟧{after}"]
            out += [f"=> ? {json.dumps(fill, ensure_ascii=False)}" for fill in shuffled]
    return "\n".join(out) + "\n"


def taken(text: str) -> Verdicts:
    """The verdicts of a sheet. Raises ValueError for one that is none of KINDS."""
    found: Verdicts = {}
    for case, body in sections(text):
        for said, fill in re.findall(r"(?m)^=> (\S+) (\".*\")$", body):
            if said not in KINDS:
                raise ValueError(f"case {case} has the verdict {said!r}; it must be one of {', '.join(KINDS)}")
            found.setdefault(case, {})[json.loads(fill)] = said
    return found


def table(cases: Sequence[Case], runs: Mapping[str, Run], verdicts: Verdicts) -> str:
    """All answers, as Markdown: a ✓ behind what is worth accepting, else what fails first."""
    rows = [["span", "stood there", *runs], ["---"] * (2 + len(runs))]
    for case in cases:
        said = verdicts.get(case.name, {})
        cells = [
            " / ".join(f"{_code(fill)} {_mark(said.get(fill))}" for fill in fills_of(run, case.name))
            for run in runs.values()
        ]
        rows.append([case.name, _code(case.old), *cells])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _mark(said: str | None) -> str:
    return "(not read)" if said is None else "✓" if said == "y" else f"({said})"


def _code(text: str) -> str:
    """A fill in a cell: on one line, without a bar."""
    return f"`{text.replace(chr(10), '⏎').replace(chr(9), '⇥').replace('|', '¦').replace('`', 'ˋ')}`"


def told(name: str, found: Share) -> str:
    """A share in a line."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in found.kinds.most_common())
    part = f"{found.first} of {found.cases} ({found.first / max(1, found.cases):.0%})"
    return (
        f"{name}: first {part}, in the first {FIRST} {found.three}; "
        f"not read {found.unread}; the first fails by {kinds or 'nothing'}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluation.records.verdicts", description="Count what a reader said of fills."
    )
    parser.add_argument("runs", nargs="+", type=Path, help="files that python -m editor.fills wrote")
    parser.add_argument("--cases", type=Path, default=FOLDER / "spans.txt")
    parser.add_argument("--verdicts", type=Path, default=FOLDER / "verdicts.json")
    parser.add_argument("--sheet", type=Path, help="write what is to be read still to this file")
    parser.add_argument("--take", type=Path, help="put the verdicts of a sheet that was read with the others")
    parser.add_argument("--table", action="store_true", help="print all answers")
    chosen = parser.parse_args(arguments)
    runs = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in chosen.runs}
    verdicts: Verdicts = json.loads(chosen.verdicts.read_text(encoding="utf-8")) if chosen.verdicts.exists() else {}
    cases = read(chosen.cases)
    if chosen.take:
        try:
            for case, said in taken(chosen.take.read_text(encoding="utf-8")).items():
                verdicts.setdefault(case, {}).update(said)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
        chosen.verdicts.write_text(json.dumps(verdicts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if chosen.sheet:
        chosen.sheet.write_text(sheet(cases, list(runs.values()), verdicts), encoding="utf-8")
    for name, run in runs.items():
        print(told(name, share(run, verdicts)))
    if chosen.table:
        print(table(cases, runs, verdicts), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One line of LEADERBOARD.md: what the model as it is loaded scores, each task by the way that does it."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.errors import CorpusMissing
from engine.evaluation.checking.references import PROOFREAD, references
from engine.evaluation.checking.weak_spots import weak_spots
from engine.evaluation.editing import proofreading
from engine.evaluation.infilling import infilling
from engine.evaluation.report import WRONG, shown
from engine.evaluation.speed import milliseconds
from engine.evaluation.ways import Amounts, Scores, fill
from engine.evaluation.worth import clozes
from engine.systems.choice import TITLES, Ways
from engine.training.examples.corpus import heldout_of

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "LEADERBOARD.md"
HEAD = """# Leaderboard

A line for each time that `python -m engine.evaluate --leaderboard` was run, the newest last. Each task is done by the way
that does it in the program. A `+` behind a commit: with changes that are in no commit. Cells are empty where
the texts were not at hand.

- **cloze**: gaps of our own with the answer at rank 1 (assets/fills/cloze.json). **prose**, **code**: held-out spans written
  again, the length unknown: the same text, character F1, and that of the best of three.
- **GLEU**: held-out sentences with mistakes after proofreading, and by how much that is more than before; **left alone**:
  sentences without a mistake that stayed as they were. **JFLEG**: the same measure on its texts.
- **false alarms**: what Instant edit underlines in 1,000 words as they were published.
- **ms a pass**: the median step of a fill with 1,000 tokens of text before it, on the machine of that line.

"""
ABOUT = ("date", "commit", "writer", "size")
SCORED = (
    "cloze",
    "prose exact",
    "prose F1",
    "prose F1 in 3",
    "code exact",
    "code F1",
    "code F1 in 3",
    "GLEU",
    "left alone",
    "JFLEG",
    "false alarms",
    "ms a pass",
)
COLUMNS = (*ABOUT, *SCORED)
Row = dict[str, str]


def scored(
    ways: Ways,
    corpus: Path | None,
    jfleg: Path | None,
    amounts: Amounts,
    steps: int,
    report: Callable[[Scores], None] = lambda row: None,
) -> Row:
    """The scored columns of a line; those whose texts are not named are left out. Raises CorpusMissing."""
    fills = ways.default
    cases = clozes()[: amounts.clozes]
    right = sum(fill(fills, case.text, case.span, slots=case.slots).text in case.right for case in cases)
    found: Row = {"cloze": f"{right}/{len(cases)}"}
    report({"score": "cloze", "kind": "", "way": _title(ways, "infill"), "right": found["cloze"]})
    for row in _rows(ways, corpus, jfleg, amounts, steps):
        report(row)
        found |= _cells(row)
    found["ms a pass"] = shown(milliseconds(fills, max(1, 3 * amounts.speed)))
    return found


def _title(ways: Ways, task: str) -> str:
    name = ways.choose(task)[0]
    return TITLES.get(name, name)


def _rows(ways: Ways, corpus: Path | None, jfleg: Path | None, amounts: Amounts, steps: int) -> Iterator[Scores]:
    fills = {_title(ways, "infill"): ways.default}
    revises = {_title(ways, "revise"): ways.choose("revise")[1]} if "revise" in ways.best else {}
    if corpus is not None:
        folder = corpus / "eval"
        heldout = heldout_of(folder)
        if not heldout:
            raise CorpusMissing(f"{folder} holds no heldout_prose.jsonl or heldout_code.jsonl; name another --corpus")
        yield from infilling(fills, heldout, amounts)
        if (folder / "heldout_edits.jsonl").is_file():
            yield from proofreading(revises, folder, amounts, steps)
        yield from (
            row for row in weak_spots(revises, heldout, replace(amounts, planted=0)) if row["kind"] == "correct"
        )
    if jfleg is not None:
        found = references(revises, jfleg, steps, 10 * amounts.pairs)
        yield from (row for row in found if row["kind"].endswith(PROOFREAD))


def _cells(row: Scores) -> Row:
    """What a score says in the table."""
    kind = row["kind"]
    match row["score"]:
        case "infilling":
            names = {"exact": "exact", "character F1": "F1", "character F1, best of 3": "F1 in 3"}
            return {f"{kind} {short}": shown(row[name]) for name, short in names.items()}
        case "proofreading":
            return {"GLEU": _gain(row)} if kind == WRONG else {"left alone": f"{row['unchanged']:.0%}"}
        case "references":
            return {"JFLEG": _gain(row)}
        case _:
            return {"false alarms": shown(row["proposals per 1000 words"])}


def _gain(row: Scores) -> str:
    return f"{row['GLEU']:.1f} ({row['GLEU'] - row['source GLEU']:+.1f})"


def about(writer: Path | None, size: str) -> Row:
    """The first columns: the day, the commit, the beginning of the hash of the writer, and how many of the usual cases."""
    weights = None if writer is None else writer / "adapter_model.safetensors"
    known = hashlib.sha256(weights.read_bytes()).hexdigest()[:8] if weights is not None and weights.is_file() else ""
    return {"date": datetime.date.today().isoformat(), "commit": commit(), "writer": known, "size": size}


def commit(root: Path = ROOT) -> str:
    """The checkout's commit, with a + where files differ from it; nothing outside a checkout."""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True).stdout

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{FILE.name}").strip()
        return git("rev-parse", "--short", "HEAD").strip() + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def append(row: Row, file: Path = FILE) -> None:
    """Put a line at the end of the table; a new file gets its head. Raises OSError."""
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in (COLUMNS, ["---"] * len(COLUMNS)))
    line = f"| {' | '.join(row.get(name, '') for name in COLUMNS)} |\n"
    with file.open("a", encoding="utf-8") as opened:
        opened.write(line if opened.tell() else HEAD + table + line)

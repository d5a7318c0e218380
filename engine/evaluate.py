"""Score the embedded model on held-out text: ``python -m engine.evaluate --corpus FOLDER``.

Three ways of writing side by side: the causal model with the judge, the writer, and the writer corrected by the judge. Only
files of the corpus's ``eval`` folder are read; the same seeds draw the same cases each time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import CorpusMissing, EngineError
from engine.evaluation.checking.references import references
from engine.evaluation.checking.texts import checking
from engine.evaluation.checking.weak_spots import weak_spots
from engine.evaluation.editing import editing, proofreading
from engine.evaluation.infilling import correction, infilling, programs
from engine.evaluation.likelihood import likelihood
from engine.evaluation.records import leaderboard
from engine.evaluation.report import best, shown, table
from engine.evaluation.sandbox import passes
from engine.evaluation.speed import speed
from engine.evaluation.ways import QUICK, Amounts, Scores, roles
from engine.models.embedded.palimpsest import ASSETS, load, load_causal_base, read_writer
from engine.systems.choice import TITLES
from engine.training.examples.corpus import heldout_of

PARTS = (
    "likelihood",
    "infilling",
    "correction",
    "programs",
    "proofreading",
    "editing",
    "weak_spots",
    "checking",
    "speed",
    "references",
)
OWN = frozenset(("checking", "references"))
"""of these those that need no corpus: their texts come with the program, or from elsewhere"""


def evaluate(
    corpus: Path | None,
    *,
    writer: Path | None,
    amounts: Amounts,
    only: Sequence[str] = (),
    samples: int = 8,
    steps: int = 32,
    jfleg: Path | None = None,
    only_ways: Sequence[str] = (),
    model: Path = ASSETS,
    device: str = "cpu",
    report: Callable[[Scores], None] = lambda row: None,
) -> list[Scores]:
    """All scores; without a corpus ``only`` those that need none. ``writer`` is a folder with an adapter; None scores the causal
    model alone.

    Raises CorpusMissing, ModelDamaged, ModelMissing, SandboxMissing.
    """
    if jfleg is None and "references" in only:
        raise CorpusMissing("name a folder in JFLEG's format with --jfleg; 'references' are measured on it")
    folder = (corpus or Path()) / "eval"
    heldout = [] if corpus is None else heldout_of(folder)
    if not heldout and not (only and OWN.issuperset(only)):
        raise CorpusMissing(
            f"{folder} holds no heldout_prose.jsonl or heldout_code.jsonl; name a corpus with an eval folder"
        )
    causal = load_causal_base(model, device)
    written = None if writer is None else read_writer(causal, writer)
    ways = {
        way: d
        for way, d in roles(causal, written, samples).items()
        if not only_ways or way in map(TITLES.get, only_ways)
    }
    parts: dict[str, Callable[[], Iterator[Scores]]] = {
        "infilling": lambda: infilling(ways, heldout, amounts),
        "correction": lambda: correction(ways, heldout, amounts),
        "proofreading": lambda: proofreading(ways, folder, amounts, steps),
        "editing": lambda: editing(ways, folder, amounts, steps),
        "weak_spots": lambda: weak_spots(ways, heldout, amounts),
        "checking": lambda: checking(ways),
    }
    if written is not None:
        parts["likelihood"] = lambda: likelihood(written, heldout, amounts)
    if (folder / "humaneval_singlelineinfilling.jsonl").is_file():
        parts["programs"] = lambda: programs(ways, folder / "humaneval_singlelineinfilling.jsonl", amounts)
    if amounts.speed:
        parts["speed"] = lambda: speed(ways, heldout, amounts)
    if jfleg is not None:
        parts["references"] = lambda: references(ways, jfleg, steps, 10 * amounts.pairs)
    parts = {name: part for name, part in parts.items() if not only or name in only}
    if "programs" in parts:
        passes("")  # says at once where programs cannot be walled off
    rows: list[Scores] = []
    for part in parts.values():
        for row in part():
            rows.append(row)
            report(row)
    return rows


SHIPPED = ASSETS / "writer"


def tell(row: Scores) -> None:
    """Print a score while others are still made."""
    print(", ".join(f"{k} {shown(v)}" for k, v in row.items()), file=sys.stderr)


def ranked(chosen: argparse.Namespace, amounts: Amounts) -> int:
    """Add a line to the leaderboard. Raises CorpusMissing, ModelDamaged, ModelMissing."""
    ways = load(ASSETS, chosen.device, chosen.writer)
    ways.rest()  # so that no case waits for it
    row = leaderboard.about(chosen.writer or SHIPPED, "quick" if chosen.quick else f"{chosen.cases:g}")
    row |= leaderboard.scored(ways, chosen.corpus, chosen.jfleg, amounts, chosen.steps, tell)
    try:
        leaderboard.append(row, chosen.leaderboard)
    except OSError as error:
        print(f"{chosen.leaderboard} cannot be written ({error.strerror}): {row}", file=sys.stderr)
        return 1
    print("\n".join(f"{name}: {row.get(name, '')}" for name in leaderboard.COLUMNS))
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.evaluate", description="Score the model on held-out text.")
    parser.add_argument("--corpus", type=Path, help="a packed corpus with an eval folder")
    parser.add_argument(
        "--writer", type=Path, help="folder with an adapter; default: the shipped one, where there is one"
    )
    parser.add_argument("--quick", action="store_true", help="a few cases of each kind, in less than a minute")
    parser.add_argument("--json", type=Path, help="write the scores to this file too")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[], help="these scores only")
    parser.add_argument("--ways", nargs="+", choices=list(TITLES), default=[], help="these ways of writing only")
    parser.add_argument("--samples", type=int, default=8, help="joint proposals the judge chooses from at each step")
    parser.add_argument("--steps", type=int, default=32, help="steps of an edit")
    parser.add_argument("--cases", type=float, default=1.0, help="times the usual number of cases")
    parser.add_argument(
        "--choose", type=Path, help="write which way is best at each task to this file: ways.json of the model"
    )
    parser.add_argument(
        "--jfleg",
        type=Path,
        help="a folder in JFLEG's format (test.src, test.ref0, ...): GLEU of what Proofread in the page makes of each "
        "sentence, and with every suggestion of Instant edit taken; needs no corpus with --only references",
    )
    parser.add_argument(
        "--leaderboard",
        nargs="?",
        type=Path,
        const=leaderboard.FILE,
        metavar="FILE",
        help="score what the program uses, and add a line to this table (LEADERBOARD.md); needs no corpus",
    )
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    if chosen.corpus is None and chosen.leaderboard is None and not (chosen.only and OWN.issuperset(chosen.only)):
        parser.error(f"name a --corpus; only --leaderboard and --only {' '.join(OWN)} do without one")
    full, counted = Amounts(), ("windows", "clozes", "programs", "pairs", "mended", "correct", "paragraphs", "planted")
    scaled = replace(
        full,
        **{name: max(1, round(getattr(full, name) * chosen.cases)) for name in counted},
    )
    amounts = QUICK if chosen.quick else scaled
    try:
        if chosen.leaderboard is not None:
            return ranked(chosen, amounts)
        rows = evaluate(
            chosen.corpus,
            writer=chosen.writer or (SHIPPED if SHIPPED.is_dir() else None),
            amounts=amounts,
            only=chosen.only,
            only_ways=chosen.ways,
            samples=chosen.samples,
            steps=chosen.steps,
            jfleg=chosen.jfleg,
            device=chosen.device,
            report=tell,
        )
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if chosen.choose:
        chosen.choose.write_text(json.dumps(best(rows), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

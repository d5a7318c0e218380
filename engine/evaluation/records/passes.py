"""Quality against forward passes: every system in few and in many steps on held-out spans, as a table and a picture.

    python -m engine.evaluation.records.passes --corpus FOLDER --picture FILE.png

The way that fills in and the writer alone, side by side. NFE are forward passes; NLL are nats per token of the fill and the words
behind it, by the causal model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.denoising.denoiser import Denoiser
from engine.edits.infilling import nll
from engine.errors import CorpusMissing, EngineError
from engine.evaluation.infilling import clozes
from engine.evaluation.metrics import character_f1
from engine.evaluation.report import shown, table
from engine.evaluation.ways import Scores, fill
from engine.models.embedded.palimpsest import ASSETS, load
from engine.systems.choice import TITLES
from engine.systems.presets import SYSTEMS
from engine.text.spans import Span
from engine.training.examples.corpus import heldout_of

COMPARED = {"llada": "o", "mercury": "s", "gemini": "D", "eso-a": "^", "eso-b": "v", "autoregressive": "X"}
"""the systems, with the marks that tell them apart where they lie on each other"""
STEPS = (2, 4, 8, 16)
MEASURES = {"exact": "exact", "character F1": "character F1", "NLL": "nats a token, by the judge"}
KINDS = ("prose", "code")
SIZE = (11, 9)
"""of the picture, in inches"""


def curves(
    ways: Mapping[str, Denoiser], judge: Denoiser, cases: Sequence[tuple[str, Span]], steps: Sequence[int] = STEPS
) -> Iterator[Scores]:
    """A row for every system, way and number of steps; one for a system that has no such setting."""
    for name in COMPARED:
        has = any(parameter.name == "steps" for parameter in SYSTEMS[name].parameters)
        for way, denoiser in ways.items():
            for count in steps if has else (None,):
                yield {"score": "quality against passes", "system": name, "way": way, "steps": count or ""} | _scored(
                    denoiser, judge, cases, name, count
                )


def _scored(
    denoiser: Denoiser, judge: Denoiser, cases: Sequence[tuple[str, Span]], system: str, steps: int | None
) -> Scores:
    settings = {} if steps is None else {"steps": steps}
    made = [fill(denoiser, text, span, system=system, **settings) for text, span in cases]
    f1 = [character_f1(a.text, text[s.start : s.end]) for a, (text, s) in zip(made, cases, strict=True)]
    surprise = [nll(judge, text, [span], [a.text]) for a, (text, span) in zip(made, cases, strict=True)]
    return {
        "cases": len(cases),
        "exact": float(np.mean([score == 1 for score in f1])),
        "character F1": float(np.mean(f1)),
        "NLL": float(np.mean(surprise)),
        "NFE": float(np.mean([answer.nfe for answer in made])),
        "seconds": float(np.mean([answer.seconds for answer in made])),
    }


def draw(rows: Sequence[Scores], picture: Path) -> None:
    """A column for each way, a line for each system with a dot for each number of steps. Raises OSError."""
    from matplotlib.figure import Figure  # here: only a run that draws waits for it

    ways = list(dict.fromkeys(row["way"] for row in rows))
    figure = Figure(figsize=SIZE, layout="constrained")
    parts = figure.subplots(len(MEASURES), len(ways), sharex=True, sharey="row", squeeze=False)
    for line, (measure, label) in zip(parts, MEASURES.items(), strict=True):
        for part, way in zip(line, ways, strict=True):
            for system in dict.fromkeys(row["system"] for row in rows):
                points = sorted((r["NFE"], r[measure]) for r in rows if (r["way"], r["system"]) == (way, system))
                if points:
                    part.plot(
                        *zip(*points, strict=True), marker=COMPARED[system], alpha=0.7, label=SYSTEMS[system].title
                    )
            part.set_xscale("log", base=2)
            part.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            part.grid(alpha=0.3)
        line[0].set_ylabel(label)
    for part, way in zip(parts[0], ways, strict=True):
        part.set_title(way)
    for part in parts[-1]:
        part.set_xlabel("forward passes")
    parts[0, 0].legend(fontsize="small")
    figure.savefig(picture, format="png", dpi=100)


def measured(
    corpus: Path, count: int, steps: Sequence[int], writer: Path | None, device: str, report: Callable[[Scores], None]
) -> list[Scores]:
    """All rows, on ``count`` spans of prose and as many of code. Raises CorpusMissing, ModelDamaged, ModelMissing."""
    heldout = heldout_of(corpus / "eval")
    cases = [case for kind in KINDS for case in clozes(heldout, kind, count)]
    if not cases:
        raise CorpusMissing(f"{corpus / 'eval'} holds no held-out text long enough; name a corpus with an eval folder")
    loaded = load(ASSETS, device, writer)
    named = {loaded.best["infill"]: loaded.default, **{n: d for n, d in loaded.denoisers.items() if n == "writer"}}
    ways = {TITLES.get(name, name): denoiser for name, denoiser in named.items()}
    rows = []
    for row in curves(ways, loaded.denoisers["causal"], cases, steps):
        report(row)
        rows.append(row)
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluation.records.passes", description="Quality against forward passes."
    )
    parser.add_argument("--corpus", type=Path, help="a packed corpus with an eval folder")
    parser.add_argument("--writer", type=Path, help="folder with an adapter; default: the shipped one")
    parser.add_argument("--spans", type=int, default=40, help="held-out spans of prose, and as many of code")
    parser.add_argument("--steps", type=int, nargs="+", default=list(STEPS))
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--rows", type=Path, help="draw rows that --json wrote, and measure nothing")
    parser.add_argument("--picture", type=Path, help="draw the curves to this PNG")
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    if (chosen.corpus is None) == (chosen.rows is None):
        parser.error("name a --corpus to measure on, or --rows that were measured before")
    try:
        if chosen.rows is not None:
            rows = json.loads(chosen.rows.read_text(encoding="utf-8"))
        else:
            rows = measured(chosen.corpus, chosen.spans, chosen.steps, chosen.writer, chosen.device, _tell)
        print(table(rows))
        if chosen.json:
            chosen.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        if chosen.picture:
            draw(rows, chosen.picture)
    except (EngineError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _tell(row: Scores) -> None:
    print(", ".join(f"{k} {shown(v)}" for k, v in row.items()), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Score the embedded model on held-out text: ``python -m engine.evaluate --corpus FOLDER``.

Three ways of writing side by side: the causal model with the judge, the writer, and the writer corrected by the judge. Only
files of the corpus's ``eval`` folder are read; the same seeds draw the same cases each time.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.training.batches import Batch, read
from engine.cache import SharedKeys
from engine.training.corpus import Corpus, Documents, Pair, heldout_of
from engine.denoiser import Denoiser
from engine.edits import EditStep, edit, infill
from engine.errors import CorpusMissing, EngineError
from engine.training.heldout import heldout_batches, heldout_nll
from engine.metrics import character_f1, gleu
from engine.models.causal import CausalDenoiser
from engine.models.palimpsest import ASSETS, load_causal_base, read_writer
from engine.models.writer import WriterDenoiser
from engine.sandbox import passes
from engine.spans import Span, spare
from engine.systems import SYSTEMS
from engine.training.instructions import INSTRUCTIONS, KINDS, instruction_of
from engine.training.spans import choose
from engine.training.tasks import Sizes

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""noise levels over which the bound is averaged"""
BEFORE, AFTER = 900, 400
"""characters of text around a case"""
UNKNOWN = 24
"""slots of a canvas where nothing is known of the length"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many cases of each kind."""

    windows: int = 48
    clozes: int = 40
    programs: int = 60
    pairs: int = 24
    """per kind of edit"""
    correct: int = 40
    """sentences without a mistake"""
    speed: int = 1
    """timed edits per system"""


QUICK = Amounts(windows=4, clozes=3, programs=2, pairs=1, correct=2, speed=0)

Row = dict[str, Any]
"""One line of the report: what was scored, for whom, and the scores"""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    nfe: int
    seconds: float


class Merged:
    """The reader and a merged writer as the Network of ``batches``."""

    def __init__(self, writer: WriterDenoiser) -> None:
        self._reader: Any = writer.causal.reader.model
        self._writer: Any = writer.model

    def read(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> None:
        self._reader.base_model(input_ids=ids, position_ids=positions, use_cache=False, shared=shared)

    def _hidden(self, model: Any, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        out = model.base_model(input_ids=ids, position_ids=positions, use_cache=False, shared=shared)
        assert isinstance(out.last_hidden_state, torch.Tensor)
        return out.last_hidden_state

    def write(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        return self._hidden(self._writer, ids, positions, shared)

    def guess(self, ids: torch.Tensor, positions: torch.Tensor, shared: SharedKeys) -> torch.Tensor:
        return self._hidden(self._reader, ids, positions, shared)

    def head(self, hidden: torch.Tensor, writer: bool) -> torch.Tensor:
        head = (self._writer if writer else self._reader).get_output_embeddings()
        found = head(hidden)
        assert isinstance(found, torch.Tensor)
        return found


def roles(causal: CausalDenoiser, writer: WriterDenoiser | None, samples: int) -> dict[str, Denoiser]:
    """The ways of writing that are compared."""
    found: dict[str, Denoiser] = {"causal + judge": causal}
    if writer is not None:
        found["writer"] = writer
        found["writer + judge"] = WriterDenoiser(causal, writer.model, samples=samples)
    return found


def _last(steps: Iterable[EditStep]) -> EditStep:
    *_, last = steps
    return last


def fill(denoiser: Denoiser, text: str, span: Span, **options: Any) -> Answer:
    """Write one span again, with the text before it read already."""
    before = text[: span.start]
    denoiser.warm(before[:-1] if before.endswith(" ") else before, lambda: False)
    started = time.perf_counter()
    last = _last(infill(denoiser, text, [span], **options))
    return Answer(last.spans[0].text, last.nfe, time.perf_counter() - started)


def rewrite(denoiser: Denoiser, source: str, instruction: str, **options: Any) -> Answer:
    """Edit a whole text as told; white space around it is kept."""
    started = time.perf_counter()
    last = _last(edit(denoiser, source, Span(0, len(source)), instruction, **options))
    span = last.spans[0]
    return Answer(source[: span.start] + span.text + source[span.end :], last.nfe, time.perf_counter() - started)


# Likelihood


def likelihood(writer: WriterDenoiser, heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Row]:
    """Nats per masked token at each level, the bound on the perplexity of a canvas, and the base's own perplexity on the
    same tokens, left to right."""
    d, network = writer.causal, Merged(writer)
    assert d.vocabulary is not None
    corpus = Corpus(Documents(np.zeros(0, np.uint16)), Documents(np.zeros(0, np.uint16)), (), tuple(heldout))
    sizes = Sizes(context=512)
    at = heldout_nll(network, heldout_batches(corpus, d.vocabulary, sizes, amounts.windows), d.mask_id)
    batches = heldout_batches(corpus, d.vocabulary, sizes, amounts.windows, LEVELS)
    bound = heldout_nll(network, batches, d.mask_id, LEVELS)
    for kind in sorted({kind for kind, _ in batches}):
        row: Row = {"score": "likelihood", "kind": kind, "way": "writer"}
        row |= {name.removeprefix(f"{kind} "): value for name, value in at.items() if name.startswith(kind)}
        # A level masks a share t of the slots and weighs each by 1/t: per token that is the mean over the masked ones.
        row["bound, perplexity"] = math.exp(sum(bound[f"{kind} {t:g}"] for t in LEVELS) / len(LEVELS))
        base = [_left_to_right(network, batch) for name, batch in batches if name == kind]
        row["base left to right, perplexity"] = math.exp(float(torch.cat(base).mean()))
        yield row


@torch.inference_mode()
def _left_to_right(network: Merged, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the true tokens by the untouched model. The text after the canvas is hidden from it."""
    rows = len(batch.ids) // len(batch.context)
    first = slice(None, None, rows)
    shared = read(network, batch)
    target, scoring, positions = batch.target[first], batch.scoring[first], batch.positions[first]
    q = positions.shape[1]
    ids = batch.ids[first].clone()
    ids.scatter_(1, (scoring + 1).clamp_max(q - 1), target.clamp_min(0))
    causal = torch.ones(q, q, dtype=torch.bool).tril().expand(len(ids), -1, -1)
    assert shared.context_visible is not None
    starts = positions.min(1, keepdim=True).values + 1
    seen = shared.context_visible[first] & (batch.context_positions < starts)
    context = [(k[first], v[first]) for k, v in shared.context]
    hidden = network.guess(ids, positions, SharedKeys(context, None, causal, positions, positions, seen))
    scores = network.head(hidden.gather(1, scoring[..., None].expand(-1, -1, hidden.shape[-1])), writer=False).float()
    return torch.nn.functional.cross_entropy(scores.flatten(0, 1), target.flatten(), reduction="none")


# Infilling


def clozes(heldout: Sequence[tuple[str, str]], kind: str, count: int) -> list[tuple[str, Span]]:
    """Spans of some words or a line, in the middle of held-out texts."""
    found: list[tuple[str, Span]] = []
    for number, text in enumerate(text for name, text in heldout if name == kind):
        rng = np.random.default_rng(number)
        start = int(rng.integers(max(1, len(text) - BEFORE - AFTER)))
        part = text[start : start + BEFORE + AFTER]
        inner = part[BEFORE // 2 : BEFORE]
        span = choose(inner, rng, 80)
        if span is not None and len(found) < count:
            found.append((part, Span(span.start + BEFORE // 2, span.end + BEFORE // 2)))
    return found


def infilling(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Row]:
    """Exact match and character F1, length unknown: at rank 1, and the best of three runs."""
    for kind in ("prose", "code"):
        cases = clozes(heldout, kind, amounts.clozes)
        for way, denoiser in ways.items():
            first, best, exact, any_, nfe, seconds = [], [], 0, 0, 0, 0.0
            for text, span in cases:
                wanted = text[span.start : span.end]
                made = fill(denoiser, text, span)
                more = [fill(denoiser, text, span, temperature=0.8, seed=seed) for seed in (1, 2)]
                scores = [character_f1(answer.text, wanted) for answer in (made, *more)]
                first.append(scores[0])
                best.append(max(scores))
                exact += scores[0] == 1
                any_ += max(scores) == 1
                nfe, seconds = nfe + made.nfe, seconds + made.seconds
            yield {
                "score": "infilling",
                "kind": kind,
                "way": way,
                "cases": len(cases),
                "exact": exact / len(cases),
                "character F1": float(np.mean(first)),
                "exact, best of 3": any_ / len(cases),
                "character F1, best of 3": float(np.mean(best)),
                "NFE": nfe / len(cases),
                "seconds": seconds / len(cases),
            }


def programs(ways: dict[str, Denoiser], path: Path, amounts: Amounts) -> Iterator[Row]:
    """HumanEval-Infilling, single line (arXiv 2207.14255): the share of programs that pass their tests. Raises SandboxMissing."""
    lines = path.read_text(encoding="utf-8").splitlines()
    chosen = np.random.default_rng(0).permutation(len(lines))[: amounts.programs]
    tasks = [json.loads(lines[i]) for i in sorted(chosen)]
    for known in (False, True):
        for way, denoiser in ways.items():
            right, nfe, seconds = 0, 0, 0.0
            for task in tasks:
                made = _program(denoiser, task, known)
                right += made is not None and passes(made[0])
                nfe, seconds = nfe + (made[1].nfe if made else 0), seconds + (made[1].seconds if made else 0.0)
            yield {
                "score": "HumanEval single line",
                "kind": "length known" if known else "length unknown",
                "way": way,
                "cases": len(tasks),
                "pass@1": right / len(tasks),
                "NFE": nfe / len(tasks),
                "seconds": seconds / len(tasks),
            }


def _program(denoiser: Denoiser, task: dict[str, str], known: bool) -> tuple[str, Answer] | None:
    line = task["canonical_solution"]
    text, start = task["prompt"] + line + task["suffix"], len(task["prompt"])
    if not line.strip():
        return None
    span = Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
    slots = len(denoiser.tokenizer.encode(line.strip())) if known else UNKNOWN
    made = fill(denoiser, text, span, slots=slots)
    done = text[: span.start] + made.text + text[span.end :]
    return f"{done}\n{task['test']}\ncheck({task['entry_point']})\n", made


# Editing


def heldout_pairs(folder: Path, most: int) -> dict[str, list[Pair]]:
    """Held-out edits by kind, those that fit on a canvas."""
    found: dict[str, list[Pair]] = {}
    for name in ("heldout_edits", "iterater_test", "wikisplit_test"):
        path = folder / f"{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
        for row in rows:
            kind = row["kind"] if name == "heldout_edits" else f"{name.removesuffix('_test')}: {row['kind']}"
            pair = Pair(row["source"], row["target"], row["kind"], row.get("instruction"))
            known = pair.instruction or KINDS.get(pair.kind, pair.kind) in INSTRUCTIONS
            if known and row["source"].strip() and len(row["source"]) < 3 * most:
                found.setdefault(kind, []).append(pair)
    return found


def editing(ways: dict[str, Denoiser], folder: Path, amounts: Amounts, steps: int) -> Iterator[Row]:
    """GLEU and exact match by kind, beside the unchanged source; and what share of correct sentences is left alone."""
    for kind, every in heldout_pairs(folder, 100).items():
        order = np.random.default_rng(0).permutation(len(every))
        any_way = next(iter(ways.values()))
        pairs = [p for p in (every[i] for i in order) if _fits(any_way, p.source)][: amounts.pairs]
        floor = gleu([p.source for p in pairs], [p.source for p in pairs], [[p.target] for p in pairs])
        for way, denoiser in ways.items():
            yield (
                {"score": "editing", "kind": kind, "way": way}
                | _edited(denoiser, pairs, steps)
                | {"source GLEU": floor}
            )
    pairs = heldout_pairs(folder, 100).get("gec_synthetic", [])[-amounts.correct :]
    for way, denoiser in ways.items():
        correct = [Pair(p.target, p.target, "gec_identity") for p in pairs if _fits(denoiser, p.target)]
        if correct:
            yield {"score": "left alone", "kind": "correct sentences", "way": way} | _edited(denoiser, correct, steps)


def _fits(denoiser: Denoiser, source: str) -> bool:
    return spare(len(denoiser.tokenizer.encode(source))) <= min(96, denoiser.max_slots)


def _edited(denoiser: Denoiser, pairs: Sequence[Pair], steps: int) -> Row:
    made = [rewrite(denoiser, pair.source, str(instruction_of(pair)), steps=steps) for pair in pairs]
    texts = [answer.text for answer in made]
    return {
        "cases": len(pairs),
        "GLEU": gleu([p.source for p in pairs], texts, [[p.target] for p in pairs]),
        "exact": float(np.mean([text == pair.target for text, pair in zip(texts, pairs, strict=True)])),
        "unchanged": float(np.mean([text == pair.source for text, pair in zip(texts, pairs, strict=True)])),
        "NFE": float(np.mean([answer.nfe for answer in made])),
        "seconds": float(np.mean([answer.seconds for answer in made])),
    }


def references(ways: dict[str, Denoiser], folder: Path, steps: int, most: int) -> Iterator[Row]:
    """A test set in JFLEG's format: ``*.src`` and ``*.ref0``, ``*.ref1``, ... line by line."""
    sources = sorted(folder.glob("*.src"))
    if not sources:
        raise CorpusMissing(f"{folder} holds no .src file; name a folder in JFLEG's format (test.src, test.ref0, ...)")
    for source in sources:
        texts = source.read_text(encoding="utf-8").splitlines()
        refs = [path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.glob(f"{source.stem}.ref*"))]
        if not refs or any(len(ref) != len(texts) for ref in refs):
            raise CorpusMissing(f"{source} needs {source.stem}.ref0, ... with as many lines as it has")
        for way, denoiser in ways.items():
            kept = [i for i, text in enumerate(texts) if text.strip() and _fits(denoiser, text)][:most]
            made = [rewrite(denoiser, texts[i], INSTRUCTIONS["grammar"][0], steps=steps).text for i in kept]
            wanted = [[ref[i] for ref in refs] for i in kept]
            plain = [texts[i] for i in kept]
            row = {"score": "references", "kind": source.stem, "way": way, "cases": len(kept)}
            yield row | {"GLEU": gleu(plain, made, wanted), "source GLEU": gleu(plain, plain, wanted)}


# Speed


def speed(ways: dict[str, Denoiser], heldout: Sequence[tuple[str, str]], amounts: Amounts) -> Iterator[Row]:
    """NFE and seconds of an eight-word span in about a thousand tokens, for each system."""
    text = "\n\n".join(text for kind, text in heldout if kind == "prose")[:5200]
    start = text.index(" ", 4200) + 1
    end = start
    for _ in range(8):
        end = text.index(" ", end + 1)
    for system in SYSTEMS:
        for way, denoiser in ways.items():
            fill(denoiser, text, Span(start, end), system=system)
            made = [fill(denoiser, text, Span(start, end), system=system) for _ in range(amounts.speed)]
            seconds = float(np.median([answer.seconds for answer in made]))
            yield {"score": "speed", "kind": system, "way": way, "NFE": made[0].nfe, "seconds": seconds}


# Report


def table(rows: Sequence[Row]) -> str:
    """Markdown, one table per score."""
    lines: list[str] = []
    for score in dict.fromkeys(row["score"] for row in rows):
        part = [row for row in rows if row["score"] == score]
        columns = [name for name in dict.fromkeys(name for row in part for name in row) if name != "score"]
        lines += [f"\n{score}\n", f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
        for row in part:
            lines.append(f"| {' | '.join(_shown(row.get(name, '')) for name in columns)} |")
    return "\n".join(lines)


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def evaluate(
    corpus: Path,
    *,
    writer: Path | None,
    amounts: Amounts,
    only: Sequence[str] = (),
    samples: int = 8,
    steps: int = 32,
    jfleg: Path | None = None,
    model: Path = ASSETS,
    device: str = "cpu",
    report: Callable[[Row], None] = lambda row: None,
) -> list[Row]:
    """All scores. ``writer`` is a folder with an adapter; None scores the causal model alone.

    Raises CorpusMissing, ModelDamaged, ModelMissing, SandboxMissing.
    """
    folder = corpus / "eval"
    heldout = heldout_of(folder)
    if not heldout:
        raise CorpusMissing(
            f"{folder} holds no heldout_prose.jsonl or heldout_code.jsonl; name a corpus with an eval folder"
        )
    causal = load_causal_base(model, device)
    written = None if writer is None else read_writer(causal, writer)
    ways = roles(causal, written, samples)
    parts: dict[str, Callable[[], Iterator[Row]]] = {
        "infilling": lambda: infilling(ways, heldout, amounts),
        "editing": lambda: editing(ways, folder, amounts, steps),
    }
    if written is not None:
        parts["likelihood"] = lambda: likelihood(written, heldout, amounts)
    if (folder / "humaneval_singlelineinfilling.jsonl").is_file():
        parts["programs"] = lambda: programs(ways, folder / "humaneval_singlelineinfilling.jsonl", amounts)
    if amounts.speed:
        parts["speed"] = lambda: speed(ways, heldout, amounts)
    if jfleg is not None:
        parts["references"] = lambda: references(ways, jfleg, steps, 10 * amounts.pairs)
    rows: list[Row] = []
    for name, part in parts.items():
        if not only or name in only:
            for row in part():
                rows.append(row)
                report(row)
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.evaluate", description="Score the model on held-out text.")
    parser.add_argument("--corpus", type=Path, required=True, help="a packed corpus with an eval folder")
    parser.add_argument(
        "--writer", type=Path, help="folder with an adapter; default: the shipped one, where there is one"
    )
    parser.add_argument("--quick", action="store_true", help="a few cases of each kind, in less than a minute")
    parser.add_argument("--json", type=Path, help="write the scores to this file too")
    parser.add_argument(
        "--only", nargs="*", default=[], help="likelihood, infilling, programs, editing, speed, references"
    )
    parser.add_argument("--samples", type=int, default=8, help="joint proposals the judge chooses from at each step")
    parser.add_argument("--steps", type=int, default=32, help="steps of an edit")
    parser.add_argument("--cases", type=float, default=1.0, help="times the usual number of cases")
    parser.add_argument("--jfleg", type=Path, help="another editing test set, in JFLEG's format")
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    full, counted = Amounts(), ("windows", "clozes", "programs", "pairs", "correct")
    scaled = replace(
        full,
        **{name: max(1, round(getattr(full, name) * chosen.cases)) for name in counted},
    )
    shipped = ASSETS / "writer"
    try:
        rows = evaluate(
            chosen.corpus,
            writer=chosen.writer or (shipped if shipped.is_dir() else None),
            amounts=QUICK if chosen.quick else scaled,
            only=chosen.only,
            samples=chosen.samples,
            steps=chosen.steps,
            jfleg=chosen.jfleg,
            device=chosen.device,
            report=lambda row: print(", ".join(f"{k} {_shown(v)}" for k, v in row.items()), file=sys.stderr),
        )
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

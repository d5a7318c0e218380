"""Train a writer: ``python -m engine.train --corpus FOLDER --out FOLDER``.

The context is read by the frozen base once, without gradient, and shared by several canvases; only the canvases and the
adapter carry gradients. A run can be stopped at any moment and goes on where its last checkpoint was; with a token budget the
resumed curve is the same as that of a run that was never stopped.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from engine.errors import EngineError
from engine.models.embedded.palimpsest import ASSETS, read_base, vocabulary_of
from engine.models.loading.options import precision
from engine.text.tokenizer import Vocabulary
from engine.training.batches import Batch, collate
from engine.training.examples.corpus import Corpus, open_corpus
from engine.training.examples.tasks import Example, Tasks
from engine.training.heldout import heldout_batches, heldout_nll
from engine.training.run import STATE, TrainingRun, TrainStep
from engine.training.settings import PRESETS, Settings
from engine.training.student import Student, rank_of

GROUP = 8
BANDS = 4
"""of a group, by the length of the context: its examples lie together, and within a band those with canvases of like length"""
GOLDEN = (math.sqrt(5) - 1) / 2


def _context(example: Example) -> int:
    return sum(map(len, example.context.segments))


def _canvas(example: Example) -> int:
    """Slots, twice as many where what is written is read beside the masks."""
    return len(example.target) * (2 if example.attention.startswith("eso") else 1)


class _Groups(Dataset[list[Batch]]):
    """GROUP batches at a time, examples of like length together, so that little is padding. From the seed and the number
    alone: a resumed run draws what it would have drawn."""

    def __init__(self, tasks: Tasks, vocabulary: Vocabulary, settings: Settings, first: int) -> None:
        self._tasks, self._v, self._s, self._first = tasks, vocabulary, settings, first

    def __len__(self) -> int:
        return 2**31

    def __getitem__(self, index: int) -> list[Batch]:
        number, windows = self._first + index, self._s.windows
        rng = np.random.default_rng([self._s.seed, number])
        # Noise levels are spread over the examples by the golden ratio (low discrepancy).
        phases = [((number * windows * GROUP + i) * GOLDEN) % 1 for i in range(windows * GROUP)]
        drawn = sorted((self._tasks.draw(rng, phase) for phase in phases), key=_context)
        band = len(drawn) // BANDS
        examples = [e for i in range(BANDS) for e in sorted(drawn[i * band : (i + 1) * band], key=_canvas)]
        order = rng.permutation(GROUP)
        return [collate(examples[i * windows : (i + 1) * windows], self._v) for i in order]


def train(
    corpus: Corpus,
    out: Path,
    settings: Settings,
    *,
    resume: bool = False,
    start: Path | None = None,
    model: Path = ASSETS,
) -> Iterator[TrainStep]:
    """Train, yielding after every step; the writer lies in ``out/writer`` after every checkpoint and at the end.

    ``start`` is a writer folder to go on from. Raises CheckpointMismatch (what lies in ``start`` or ``out`` is damaged, or of
    another shape), TrainingDiverged, DiskFull.
    """
    AcceleratorState._reset_state(
        reset_partial_state=True
    )  # another run in this process may have had another precision
    accelerator = Accelerator(
        mixed_precision=settings.precision,
        gradient_accumulation_steps=settings.accumulate,
        cpu=not torch.cuda.is_available(),
    )
    vocabulary = vocabulary_of(model)
    base = read_base(model, str(accelerator.device), torch.bfloat16 if settings.precision == "bf16" else torch.float32)
    student = Student(base, settings.rank, vocabulary.mask_id, vocabulary.null_id, settings.seed)
    if start is not None and not resume:
        student.start(start)
    run = TrainingRun(student, settings, out, accelerator)
    run.begin(resume)
    if run.fraction >= 1:
        return  # a finished run was resumed
    tasks = Tasks(corpus, vocabulary, settings.sizes, settings.shares)
    checks = [
        (kind, batch.to(accelerator.device)) for kind, batch in heldout_batches(corpus, vocabulary, settings.sizes)
    ]
    loader: DataLoader[list[Batch]] = DataLoader(
        _Groups(tasks, vocabulary, settings, run.batches // GROUP),
        batch_size=None,
        num_workers=settings.workers,
        prefetch_factor=2 if settings.workers else None,
    )
    done = run.batches % GROUP  # of the group in which an earlier part stopped
    for batch in islice(chain.from_iterable(loader), done, None):
        made = run.batch(batch.to(accelerator.device), vocabulary)
        if made is None:
            continue
        last = made.fraction >= 1
        if made.step % settings.heldout_steps == 0 or last:
            with run.averaged():
                made = replace(made, heldout=heldout_nll(student, checks, vocabulary.mask_id))
        run.log(made)
        yield made
        if last:
            break
        if time.monotonic() - run.saved > 60 * settings.checkpoint_minutes:
            run.save()
    run.save()


def _start(wish: str | None) -> Path | None:
    """The writer folder that is meant: the shipped one where none is named."""
    shipped = ASSETS / "writer"
    if wish is None:
        return shipped if shipped.is_dir() else None
    return None if wish == "none" else Path(wish)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train", description="Train a writer on text, code and edits."
    )
    parser.add_argument("--corpus", type=Path, required=True, help="folder of text and code, or of packed shards")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, log and the finished writer")
    parser.add_argument("--preset", choices=list(PRESETS), default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--start", help="a writer folder to go on from, or none; default: the shipped writer, if any")
    parser.add_argument("--tokens", type=float, help="canvas tokens to train on")
    parser.add_argument("--minutes", type=float, help="time to train for; whichever budget ends first")
    parser.add_argument("--rank", type=int, help="rank of the adapter; 0 trains a full copy")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument(
        "--precision", choices=("no", "bf16"), help="no: float32 (on a CPU bf16 where it multiplies that natively)"
    )
    parser.add_argument("--windows", type=int, help="contexts in a batch")
    parser.add_argument("--accumulate", type=int, help="batches in a step")
    parser.add_argument("--workers", type=int, help="processes that prepare batches")
    parser.add_argument("--heldout-steps", type=int, help="steps between held-out scores")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--compile", action="store_true", default=None, help="torch.compile the writer")
    chosen = parser.parse_args(arguments)
    given = {f.name: getattr(chosen, f.name, None) for f in fields(Settings)}
    given["tokens"] = None if chosen.tokens is None else int(chosen.tokens)
    changed = {name: value for name, value in given.items() if value is not None}
    if {"tokens", "minutes"} & set(changed):  # a budget that is named takes the place of the preset's
        changed = {"tokens": None, "minutes": None, **changed}
    try:
        start = _start(chosen.start)
        if start is not None and chosen.rank is None:
            changed["rank"] = rank_of(start)
        if chosen.preset == "cpu" and precision("cpu") == torch.bfloat16:
            changed.setdefault("precision", "bf16")
        settings = replace(PRESETS[chosen.preset], **changed)
        corpus = open_corpus(chosen.corpus, vocabulary_of(ASSETS).tokenizer)
        with tqdm(
            total=1000, unit="permille", bar_format="{percentage:3.1f}% |{bar}| {elapsed}<{remaining} {postfix}"
        ) as bar:
            for made in train(corpus, chosen.out, settings, resume=chosen.resume, start=start):
                bar.n = min(1000, int(1000 * made.fraction))
                bar.set_postfix_str(f"step {made.step}, {made.tokens:,} tokens, loss {made.loss:.3f}")
                if made.heldout:
                    tqdm.write(f"step {made.step}: " + ", ".join(f"{k} {v:.2f}" for k, v in made.heldout.items()))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = (chosen.out / STATE).is_file()
        print(
            f"stopped; {f'go on with --resume --out {chosen.out}' if kept else 'nothing is kept yet'}", file=sys.stderr
        )
        return 130
    print(f"the writer lies in {chosen.out / 'writer'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

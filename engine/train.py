"""Train a writer: ``python -m engine.train --corpus FOLDER --out FOLDER``.

The context is read by the frozen base once, without gradient, and shared by several canvases; only the canvases and the
adapter carry gradients. A run can be stopped at any moment and goes on where its last checkpoint was; with a token budget the
resumed curve is the same as that of a run that was never stopped.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from engine.training.batches import TASKS, Batch, collate, fill_sampled, losses, read
from engine.training.corpus import Corpus, open_corpus
from engine.errors import CheckpointMismatch, DiskFull, EngineError, TrainingDiverged, TrainingError
from engine.training.heldout import Curve, heldout_batches, heldout_nll, names
from engine.models.palimpsest import ASSETS, read_base, vocabulary_of
from engine.training.student import Student
from engine.training.tasks import Shares, Sizes, Tasks
from engine.tokenizer import Vocabulary

GROUP = 8
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Settings:
    """One training run. The defaults are the CPU preset: few tokens, so more of them where little is learned fast (edits)."""

    tokens: int | None = 1_500_000
    """canvas tokens to train on; None: until ``minutes`` are over"""
    minutes: float | None = None
    rank: int = 32
    """of the adapter; 0 trains a full copy of the base"""
    learning_rate: float = 1e-3
    warmup: float = 0.03
    """share of the run"""
    decay: float = 0.1
    """the learning rate at the end, as a share"""
    ema: float = 0.99
    windows: int = 16
    """contexts in a batch"""
    accumulate: int = 1
    """batches in a step"""
    sizes: Sizes = field(default_factory=lambda: Sizes(context=112, slots=112, rows=1))
    shares: Shares = field(
        default_factory=lambda: Shares(
            infill=0.1, carry_on=0.02, edit=0.33, revise=0.55, code=0.25, from_text=0.9, alone=0.6, human=0.25
        )
    )
    precision: str = "no"
    """accelerate's mixed precision: "no" (float32) or "bf16" """
    workers: int = 0
    """processes that prepare batches"""
    checkpoint_minutes: float = 3.0
    heldout_steps: int = 200
    """steps between held-out scores"""
    seed: int = 0
    compile: bool = False


PRESETS = {
    "cpu": Settings(),
    "gpu": Settings(
        tokens=300_000_000,
        minutes=22,
        rank=128,
        learning_rate=5e-4,
        ema=0.999,
        windows=128,
        sizes=Sizes(context=768, slots=128, rows=4),
        shares=Shares(),
        precision="bf16",
        workers=14,
        heldout_steps=500,
    ),
}
"""On a GPU 128 contexts with 4 canvases of up to 128 slots are about 64k canvas tokens a step."""


@dataclass(frozen=True, slots=True)
class TrainStep:
    """What one step did."""

    step: int
    tokens: int
    """canvas tokens so far"""
    seconds: float
    """so far, over all parts of the run"""
    loss: float
    nll: dict[str, float]
    """per task, nats per masked (or wrong) slot of this step"""
    learning_rate: float
    fraction: float
    """of the budget"""
    heldout: Curve | None = None


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
        examples = sorted((self._tasks.draw(rng, phase) for phase in phases), key=lambda example: len(example.target))
        order = rng.permutation(GROUP)
        return [collate(examples[i * windows : (i + 1) * windows], self._v) for i in order]


def train(
    corpus: Corpus, out: Path, settings: Settings, *, resume: bool = False, model: Path = ASSETS
) -> Iterator[TrainStep]:
    """Train, yielding after every step; the writer lies in ``out/writer`` after every checkpoint and at the end.

    Raises CheckpointMismatch (a run of other settings lies in ``out``), TrainingDiverged, DiskFull.
    """
    accelerator = Accelerator(
        mixed_precision=settings.precision,
        gradient_accumulation_steps=settings.accumulate,
        cpu=not torch.cuda.is_available(),
    )
    vocabulary = vocabulary_of(model)
    base = read_base(model, str(accelerator.device), torch.bfloat16 if settings.precision == "bf16" else torch.float32)
    student = Student(base, settings.rank, vocabulary.mask_id, vocabulary.null_id, settings.seed)
    run = _Run(student, settings, out, accelerator)
    run.begin(resume)
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
        made = run.batch(batch.to(accelerator.device), vocabulary.mask_id)
        if made is None:
            continue
        if run.step % settings.heldout_steps == 0 or run.fraction >= 1:
            with run.averaged():
                made = replace(made, heldout=heldout_nll(student, checks, vocabulary.mask_id))
        run.log(made)
        yield made
        if run.fraction >= 1:
            break
        if time.monotonic() - run.saved > 60 * settings.checkpoint_minutes:
            run.save()
    run.save()


class _Run:
    """State of a run: weights, their moving average, the optimizer, how far it is."""

    def __init__(self, student: Student, settings: Settings, out: Path, accelerator: Accelerator) -> None:
        self.student, self.settings, self.out, self.accelerator = student, settings, out, accelerator
        self.weights = student.trainable()
        self.optimizer = torch.optim.AdamW(
            list(self.weights.values()), lr=settings.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.average = {name: p.detach().clone() for name, p in self.weights.items()}
        self.step = self.batches = self.tokens = 0
        self.before = 0.0  # seconds of earlier parts
        self.started = self.saved = time.monotonic()
        self._sums: list[tuple[float, dict[str, float]]] = []
        if settings.compile:
            student.compile()

    @property
    def seconds(self) -> float:
        return self.before + time.monotonic() - self.started

    @property
    def fraction(self) -> float:
        by_tokens = self.tokens / self.settings.tokens if self.settings.tokens else 0.0
        by_time = self.seconds / (60 * self.settings.minutes) if self.settings.minutes else 0.0
        return max(by_tokens, by_time)

    def rate(self) -> float:
        """Warm-up, then cosine, over the share of the budget that is used."""
        done, warm = min(self.fraction, 1.0), self.settings.warmup
        if done < warm:
            scale = max(done / warm, 0.02)
        else:
            scale = self.settings.decay + (1 - self.settings.decay) * 0.5 * (
                1 + math.cos(math.pi * (done - warm) / (1 - warm))
            )
        return self.settings.learning_rate * scale

    def batch(self, batch: Batch, mask_id: int) -> TrainStep | None:
        """Forward and backward; a TrainStep where it ended a step."""
        rng = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + self.batches)
        with self.accelerator.autocast():
            shared = read(self.student, batch)
            batch = fill_sampled(self.student, batch, shared, rng)
            values = losses(self.student, batch, shared, mask_id)
        slots = (batch.target >= 0).sum()
        loss = (values * batch.weight).sum() / slots
        if not torch.isfinite(loss):
            raise TrainingDiverged(
                f"the loss is {float(loss.detach())} at step {self.step + 1}; the last good checkpoint is kept in {self.out}: "
                "resume with a lower learning rate"
            )
        self.accelerator.backward(loss / self.settings.accumulate)
        self.batches += 1
        self.tokens += int(slots)
        self._sums.append((float(loss.detach()), _by_task(values.detach(), batch)))
        return self._update() if self.batches % self.settings.accumulate == 0 else None

    def _update(self) -> TrainStep:
        rate = self.rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        norm = torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        if not torch.isfinite(norm):
            raise TrainingDiverged(
                f"the gradient is {float(norm)} at step {self.step + 1}; the last good checkpoint is kept in {self.out}"
            )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        # The average forgets faster at first, or it would remember the untrained start.
        keep = min(self.settings.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, weight in self.weights.items():
                self.average[name].lerp_(weight, 1 - keep)
        nll = {task: [sums[task] for _, sums in self._sums if task in sums] for task in TASKS}
        loss = sum(value for value, _ in self._sums) / len(self._sums)
        self._sums = []
        means = {task: sum(found) / len(found) for task, found in nll.items() if found}
        return TrainStep(self.step, self.tokens, self.seconds, loss, means, rate, self.fraction)

    def averaged(self) -> _Swap:
        """A context in which the student carries the moving average."""
        return _Swap(self.weights, self.average)

    # Files

    def begin(self, resume: bool) -> None:
        state = self.out / "state.pt"
        if state.is_file():
            if not resume:
                raise TrainingError(f"{self.out} holds a run; add --resume to go on with it, or name another folder")
            self._load(state)
        elif resume:
            raise TrainingError(f"{self.out} holds no run to resume; leave --resume away")
        else:
            self.out.mkdir(parents=True, exist_ok=True)

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        shapes = {name: list(p.shape) for name, p in self.weights.items()}
        if state["shapes"] != shapes:
            raise CheckpointMismatch(f"{path} is of a writer of another shape; use its --rank, or name another folder")
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(state["weights"][name])
                self.average[name].copy_(state["average"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.batches, self.tokens = state["step"], state["batches"], state["tokens"]
        self.before = state["seconds"]
        log = self.out / "log.csv"
        if log.is_file():  # steps after the checkpoint are made again
            lines = log.read_text(encoding="utf-8").splitlines()
            log.write_text("\n".join(lines[: self.step + 1]) + "\n", encoding="utf-8")

    def save(self) -> None:
        """Write weights and state beside the old ones, then put them in their place: a full disk loses nothing."""
        state = {
            "shapes": {name: list(p.shape) for name, p in self.weights.items()},
            "weights": {name: p.detach() for name, p in self.weights.items()},
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "batches": self.batches,
            "tokens": self.tokens,
            "seconds": self.seconds,
        }
        fresh = self.out / "new"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            torch.save(state, fresh / "state.pt")
            with self.averaged():
                self.student.save(fresh / "writer", "SmolLM2-135M-Instruct")
            (fresh / "settings.json").write_text(json.dumps(asdict(self.settings), indent=1), encoding="utf-8")
            for name in ("writer", "settings.json", "state.pt"):  # the state last: it says that all is there
                target = self.out / name
                if target.is_dir():
                    shutil.rmtree(target)
                os.replace(fresh / name, target)
        except (OSError, RuntimeError) as error:
            # torch reports a failed write as a RuntimeError
            shutil.rmtree(fresh, ignore_errors=True)
            raise DiskFull(
                f"{self.out} cannot be written ({error}); free some space and run again with --resume"
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self.saved = time.monotonic()

    def log(self, made: TrainStep) -> None:
        """One line per step in ``log.csv``."""
        path = self.out / "log.csv"
        row: dict[str, Any] = {
            "step": made.step,
            "tokens": made.tokens,
            "seconds": round(made.seconds, 1),
            "loss": round(made.loss, 4),
            "learning_rate": f"{made.learning_rate:.3g}",
        }
        row |= {task: round(made.nll[task], 4) if task in made.nll else "" for task in TASKS}
        scores = made.heldout or {}
        row |= {name: round(scores[name], 4) if name in scores else "" for name in names()}
        new = not path.is_file()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)


class _Swap:
    def __init__(self, weights: dict[str, Any], average: dict[str, Tensor]) -> None:
        self._weights, self._average = weights, average

    def _swap(self) -> None:
        with torch.no_grad():
            for name, weight in self._weights.items():
                kept = weight.detach().clone()
                weight.copy_(self._average[name])
                self._average[name].copy_(kept)

    def __enter__(self) -> None:
        self._swap()

    def __exit__(self, *args: object) -> None:
        self._swap()


def _by_task(values: Tensor, batch: Batch) -> dict[str, float]:
    """Mean cross-entropy of the slots that count fully, per task."""
    full = (batch.weight >= 1) & (values > 0)
    found = {}
    for i, task in enumerate(TASKS):
        here = full & (batch.task == i)[:, None]
        if here.any():
            found[task] = float(values[here].mean())
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train", description="Train a writer on text, code and edits."
    )
    parser.add_argument("--corpus", type=Path, required=True, help="folder of text and code, or of packed shards")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, log and the finished writer")
    parser.add_argument("--preset", choices=list(PRESETS), default="gpu" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--tokens", type=float, help="canvas tokens to train on")
    parser.add_argument("--minutes", type=float, help="time to train for; whichever budget ends first")
    parser.add_argument("--rank", type=int, help="rank of the adapter; 0 trains a full copy")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--precision", choices=("no", "bf16"), help="no: float32")
    parser.add_argument("--windows", type=int, help="contexts in a batch")
    parser.add_argument("--accumulate", type=int, help="batches in a step")
    parser.add_argument("--workers", type=int, help="processes that prepare batches")
    parser.add_argument("--heldout-steps", type=int, help="steps between held-out scores")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--compile", action="store_true", default=None, help="torch.compile the writer")
    chosen = parser.parse_args(arguments)
    given = {f.name: getattr(chosen, f.name, None) for f in fields(Settings)}
    given["tokens"] = None if chosen.tokens is None else int(chosen.tokens)
    settings = replace(PRESETS[chosen.preset], **{name: value for name, value in given.items() if value is not None})
    if chosen.minutes is not None and chosen.tokens is None:
        settings = replace(settings, tokens=None)
    try:
        corpus = open_corpus(chosen.corpus, vocabulary_of(ASSETS).tokenizer)
        with tqdm(
            total=1000, unit="permille", bar_format="{percentage:3.1f}% |{bar}| {elapsed}<{remaining} {postfix}"
        ) as bar:
            for made in train(corpus, chosen.out, settings, resume=chosen.resume):
                bar.n = min(1000, int(1000 * made.fraction))
                bar.set_postfix_str(f"step {made.step}, {made.tokens:,} tokens, loss {made.loss:.3f}")
                if made.heldout:
                    tqdm.write(f"step {made.step}: " + ", ".join(f"{k} {v:.2f}" for k, v in made.heldout.items()))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"stopped; go on with --resume --out {chosen.out}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

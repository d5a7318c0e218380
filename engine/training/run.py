"""The state of a training run, its steps and its files."""

from __future__ import annotations

import csv
import json
import math
import os
import pickle
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from safetensors import SafetensorError
from torch import Tensor

from engine.errors import CheckpointMismatch, DiskFull, TrainingDiverged, TrainingError
from engine.text.tokenizer import Vocabulary
from engine.training.batches import TASKS, Batch, fill_sampled, losses, read
from engine.training.curve import draw
from engine.training.heldout import Curve, names
from engine.training.settings import Settings
from engine.training.student import Student


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


STATE = "state.pt"


class TrainingRun:
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

    def batch(self, batch: Batch, vocabulary: Vocabulary) -> TrainStep | None:
        """Forward and backward; a TrainStep where it ended a step."""
        rng = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + self.batches)
        with self.accelerator.autocast() if self.student.mixed else nullcontext():
            shared = read(self.student, batch)
            batch = fill_sampled(self.student, batch, shared, rng, vocabulary)
            values = losses(self.student, batch, shared, vocabulary.mask_id)
        slots = (batch.target >= 0).sum()
        loss = (values * batch.weight).sum() / slots
        if not torch.isfinite(loss):
            raise self._diverged("loss", loss)
        self.accelerator.backward(loss)  # it divides by ``accumulate``
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
            raise self._diverged("gradient", norm)
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

    def _diverged(self, what: str, value: Tensor) -> TrainingDiverged:
        kept = (self.out / STATE).is_file()
        todo = "resume" if kept else "no checkpoint was written yet: start again"
        where = f"the last good checkpoint is kept in {self.out}: " if kept else ""
        return TrainingDiverged(
            f"the {what} is {float(value.detach())} at step {self.step + 1}; {where}{todo} with a lower learning rate"
        )

    def averaged(self) -> Averaged:
        """A context in which the student carries the moving average."""
        return Averaged(self.weights, self.average)

    # Files

    def begin(self, resume: bool) -> None:
        state = self.out / STATE
        if state.is_file():
            if not resume:
                raise TrainingError(f"{self.out} holds a run; add --resume to go on with it, or name another folder")
            self._load(state)
        elif resume:
            raise TrainingError(f"{self.out} holds no run to resume; leave --resume away")
        else:
            with self._disk():
                self.out.mkdir(parents=True, exist_ok=True)

    def _load(self, path: Path) -> None:
        try:
            state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
            raise CheckpointMismatch(f"{path} cannot be read ({error}); begin again in another folder") from error
        shapes = {name: list(p.shape) for name, p in self.weights.items()}
        if not isinstance(state, dict) or state.get("shapes") != shapes:
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
            with self._disk():
                lines = log.read_bytes().splitlines(keepends=True)
                fresh = self.out / "new"
                fresh.mkdir(exist_ok=True)
                (fresh / log.name).write_bytes(b"".join(lines[: self.step + 1]))
                os.replace(fresh / log.name, log)

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
        fresh, log = self.out / "new", self.out / "log.csv"
        with self._disk():
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            torch.save(state, fresh / STATE)
            with self.averaged():
                self.student.save(fresh / "writer", "SmolLM2-135M-Instruct")
            (fresh / "settings.json").write_text(json.dumps(asdict(self.settings), indent=1), encoding="utf-8")
            if log.is_file():
                draw(log, fresh / "curve.png")
            for path in fresh.rglob("*"):
                _sync(path)
            # The state last: it says that all is there.
            for name in sorted((path.name for path in fresh.iterdir()), key=lambda name: name == STATE):
                _place(fresh / name, self.out / name, fresh / "older")
            shutil.rmtree(fresh)
        self.saved = time.monotonic()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """What goes wrong here is the disk's fault. What was there before is still there."""
        try:
            yield
        except (OSError, SafetensorError, RuntimeError) as error:  # torch reports a failed write as a RuntimeError
            shutil.rmtree(self.out / "new", ignore_errors=True)
            raise DiskFull(
                f"{self.out} cannot be written ({error}); free some space and run again, with --resume if a checkpoint is there"
            ) from error

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
        new = made.step == 1 or not path.is_file()  # step 1: what lies there is of a run that never got to a checkpoint
        with self._disk(), path.open("w" if new else "a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)


def _place(fresh: Path, target: Path, aside: Path) -> None:
    """Put a file or a folder where an older one lies; should that fail, the older one stays."""
    if not target.is_dir():
        os.replace(fresh, target)
        return
    os.replace(target, aside)
    try:
        os.replace(fresh, target)
    except OSError:
        os.replace(aside, target)
        raise
    shutil.rmtree(aside)


def _sync(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Averaged:
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

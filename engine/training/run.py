"""The state of a training run, its steps and its files."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor

from engine.errors import CheckpointMismatch, DiskFull, TrainingDiverged, TrainingError
from engine.training.batches import TASKS, Batch, fill_sampled, losses, read
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


class Run:
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

    def averaged(self) -> Averaged:
        """A context in which the student carries the moving average."""
        return Averaged(self.weights, self.average)

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

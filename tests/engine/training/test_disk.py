"""Whatever stops a run, what is on the disk survives it."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import CheckpointMismatch, DiskFull, TrainingDiverged, TrainingError
from engine.training import run as run_module
from tests.engine.training.conftest import Go, logged

pytestmark = pytest.mark.slow


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_another_shape_or_a_damaged_file_is_refused(go: Go, tmp_path: Path) -> None:
    go(steps=2, checkpoint_minutes=-1)
    before = files(tmp_path / "run")
    with pytest.raises(CheckpointMismatch, match="another shape"):
        go(resume=True, rank=2)
    with pytest.raises(TrainingError, match="add --resume"):
        go()
    with pytest.raises(TrainingError, match="no run to resume"):
        go("empty", resume=True)
    assert files(tmp_path / "run") == before
    (tmp_path / "run" / "state.pt").write_bytes(before["state.pt"][:5000])
    with pytest.raises(CheckpointMismatch, match="cannot be read"):
        go(resume=True)


def test_a_run_that_was_stopped_before_its_first_checkpoint_begins_again(go: Go, tmp_path: Path) -> None:
    go(steps=2)
    steps = go(steps=3)
    assert [row[0] for row in logged(tmp_path / "run")] == ["step", "1", "2", "3"]
    assert [step.step for step in steps] == [1, 2, 3]


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_nan_stops_the_run_and_keeps_the_checkpoint(
    go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    go(steps=3, checkpoint_minutes=-1)
    before = files(tmp_path / "run")
    losses = run_module.losses

    def spoilt(*arguments: Any) -> torch.Tensor:
        values = losses(*arguments)
        # The root of 0 is finite and its slope is not.
        return values * torch.nan if what == "loss" else values + (values * 0).abs().sqrt()

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "losses", spoilt)
        with pytest.raises(
            TrainingDiverged, match=rf"the {what} is (nan|inf) at step 3; the last good checkpoint is kept in"
        ):
            go(resume=True, checkpoint_minutes=-1)
        with pytest.raises(TrainingDiverged, match="no checkpoint was written yet"):
            go("fresh")
    assert {n: f for n, f in files(tmp_path / "run").items() if n != "log.csv"} == {
        n: f for n, f in before.items() if n != "log.csv"
    }
    assert [step.step for step in go(steps=2, resume=True)] == [3, 4]


def full(*arguments: object, **named: object) -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: what a full disk looks like to libraries that write by themselves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


FAILURES = (
    "torch.save",
    "os.replace",
    "second os.replace",
    "draw",
    "log",
    "no room for the state",
    "no room for the writer",
)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_full_disk_loses_nothing(go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str) -> None:
    go(steps=3, checkpoint_minutes=-1)
    folder = tmp_path / "run"
    before = {name: file for name, file in files(folder).items() if name != "log.csv"}
    replaced, calls = os.replace, [0]

    def later(source: Any, target: Any) -> None:
        calls[0] += 1
        if calls[0] == 5:  # log.csv on resuming, curve.png, settings.json, the writer aside, the writer: not its place
            full()
        replaced(source, target)

    with monkeypatch.context() as patch, pytest.raises(DiskFull, match="run again, with --resume"):
        if failure == "log":
            opened = Path.open
            patch.setattr(Path, "open", lambda p, *a, **k: full() if p.name == "log.csv" else opened(p, *a, **k))
        elif failure == "draw":
            patch.setattr(run_module, "draw", full)
        elif failure == "torch.save":
            patch.setattr(torch, "save", full)
        elif "os.replace" in failure:
            patch.setattr(os, "replace", later if "second" in failure else full)
        if failure == "no room for the state":
            with no_room(20_000):
                go(resume=True, checkpoint_minutes=-1)
        elif failure == "no room for the writer":
            patch.setattr(torch, "save", lambda state, path: path.touch())
            with no_room(20_000):
                go(resume=True, checkpoint_minutes=-1)
        else:
            go(resume=True, checkpoint_minutes=-1)
    after = {name: file for name, file in files(folder).items() if name != "log.csv"}
    if failure == "second os.replace":  # these were in place already
        for small in ("curve.png", "settings.json"):
            after[small] = before[small]
    assert after == before
    assert [step.step for step in go(steps=2, resume=True)] == [3, 4]


def test_a_folder_that_cannot_be_made(go: Go, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(DiskFull):
        go("file/run")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"

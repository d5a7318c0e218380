"""The schedule, the settings, and the command."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

import engine.train
from engine.errors import TrainingError
from engine.train import main
from engine.training import run as run_module
from engine.training.run import TrainingRun
from engine.training.settings import PRESETS, Settings
from tests.engine.training.conftest import logged

pytestmark = pytest.mark.slow


def run_of(settings: Settings, out: Path) -> TrainingRun:
    student = SimpleNamespace(trainable=lambda: {"w": torch.nn.Parameter(torch.zeros(2))})
    return TrainingRun(student, settings, out, SimpleNamespace())  # type: ignore[arg-type]


def rates(run: TrainingRun, budget: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The learning rate at every hundredth of a run."""
    found = []
    for percent in range(101):
        if budget == "tokens":
            run.tokens = percent * 10
        else:
            monkeypatch.setattr(time, "monotonic", lambda now=run.started + percent * 0.6: now)
        assert run.fraction == pytest.approx(percent / 100)
        found.append(run.rate())
    return found


@pytest.mark.parametrize("budget", ["tokens", "time"])
def test_the_schedule_warms_up_and_decays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, budget: str) -> None:
    by_tokens = budget == "tokens"
    chosen = Settings(
        tokens=1000 if by_tokens else None, minutes=None if by_tokens else 1, learning_rate=0.5, warmup=0.1, decay=0.2
    )
    run = run_of(chosen, tmp_path)
    found = rates(run, budget, monkeypatch)
    assert 0 < found[0] < 0.02 and found[10] == pytest.approx(0.5) and found[100] == pytest.approx(0.1)
    assert found[:11] == sorted(found[:11]) and found[10:] == sorted(found[10:], reverse=True)
    assert found[55] == pytest.approx(0.3)  # half way down the cosine


def test_whichever_budget_ends_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(Settings(tokens=1000, minutes=1), tmp_path)
    run.tokens, run.before = 100, 30.0  # seconds of an earlier part count
    assert run.fraction == pytest.approx(0.5, abs=0.01)
    run.tokens = 900
    assert run.fraction == 0.9


def test_the_average_follows_and_forgets_its_start(tmp_path: Path) -> None:
    run = run_of(Settings(ema=0.9), tmp_path)
    weight = run.weights["w"].detach()
    for _ in range(100):
        run.weights["w"].grad = -torch.ones(2)
        run._sums = [(1.0, {})]
        run._update()
    with run.averaged():
        carried = weight.clone()
    assert 0 < float(carried[0]) < float(weight[0])
    assert torch.equal(carried, run.average["w"])
    assert float(weight[0] - carried[0]) < 0.1 * float(weight[0]) + 0.05


def test_the_presets() -> None:
    gpu = PRESETS["gpu"]
    assert gpu.tokens == 300_000_000 and gpu.minutes is not None and gpu.minutes <= 25 and gpu.precision == "bf16"
    assert (
        gpu.shares.infill > 0.5 and gpu.shares.noise > 0 and gpu.rank == PRESETS["cpu"].rank
    )  # one layout of adapters
    assert gpu.sizes.context > PRESETS["cpu"].sizes.context and gpu.windows > PRESETS["cpu"].windows
    assert gpu.checkpoint_minutes == 3 == PRESETS["cpu"].checkpoint_minutes
    assert PRESETS["cpu"] == Settings()


@pytest.mark.parametrize(
    "wrong",
    [{"tokens": None}, {"tokens": 0}, {"tokens": -1}, {"minutes": 0.0}, {"windows": 0}, {"accumulate": 0},
     {"heldout_steps": 0}],
)  # fmt: skip
def test_settings_that_cannot_work(wrong: dict[str, int]) -> None:
    with pytest.raises(TrainingError):
        Settings(**wrong)  # type: ignore[arg-type]


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    return said.err


def test_a_missing_corpus_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 1
    assert "there is no corpus folder" in one_line(capsys) and not (tmp_path / "out").exists()


def test_a_budget_of_nothing_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(tmp_path), "--out", str(tmp_path / "out"), "--tokens", "0"]) == 1
    assert "a budget of 0 tokens" in one_line(capsys)


@pytest.fixture
def here(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command on the tiny base."""
    monkeypatch.setattr(engine.train, "ASSETS", assets)
    monkeypatch.setattr(engine.train, "train", functools.partial(engine.train.train, model=assets))


SMALL = ["--preset", "cpu", "--rank", "2", "--windows", "1", "--heldout-steps", "2", "--seed", "1"]


def test_the_command_trains_shows_progress_and_goes_on(
    packed: Path, tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--corpus", str(packed), "--out", str(tmp_path / "out"), *SMALL]
    assert main([*command, "--tokens", "100"]) == 0
    said = capsys.readouterr()
    assert "100.0% |" in said.err and "loss" in said.err and "prose 0.15" in said.out + said.err
    assert f"the writer lies in {tmp_path / 'out' / 'writer'}" in said.out
    steps = len(logged(tmp_path / "out"))
    assert (tmp_path / "out" / "curve.png").stat().st_size > 5000  # by the real thing
    assert main([*command, "--tokens", "1000"]) == 1
    assert "add --resume" in capsys.readouterr().err
    assert main([*command, "--tokens", "1000", "--resume"]) == 0
    assert len(logged(tmp_path / "out")) > steps


def test_it_goes_on_from_a_writer(packed: Path, tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--corpus", str(packed), *SMALL, "--tokens", "100"]
    assert main([*command, "--out", str(tmp_path / "first")]) == 0
    first = str(tmp_path / "first" / "writer")
    plain = [*command[:2], *SMALL[:2], *SMALL[4:], "--tokens", "100"]
    assert main([*plain, "--out", str(tmp_path / "second"), "--start", first, "--learning-rate", "1e-9"]) == 0
    held = [load_file(tmp_path / name / "writer" / "adapter_model.safetensors") for name in ("first", "second")]
    for name in held[0]:  # the rank too is the writer's
        torch.testing.assert_close(held[0][name], held[1][name], atol=1e-6, rtol=0.01)
    capsys.readouterr()
    wrong = [*plain, "--rank", "3"]
    assert main([*wrong, "--out", str(tmp_path / "third"), "--start", first]) == 1
    assert "another shape" in capsys.readouterr().err
    assert main([*plain, "--out", str(tmp_path / "fourth"), "--start", str(tmp_path)]) == 1
    assert str(tmp_path) in one_line(capsys)


@pytest.mark.parametrize("kept", [True, False])
def test_a_key_stops_it(
    packed: Path, tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, kept: bool,
) -> None:  # fmt: skip
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    if kept:
        (tmp_path / "out").mkdir()
        monkeypatch.setattr(run_module.TrainingRun, "begin", lambda self, resume: (self.out / "state.pt").touch())
    monkeypatch.setattr(run_module.TrainingRun, "batch", stop)
    assert main(["--corpus", str(packed), "--out", str(tmp_path / "out"), *SMALL, "--tokens", "100"]) == 130
    assert ("go on with --resume" if kept else "nothing is kept yet") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("named", "tokens", "minutes"),
    [([], 300_000_000, 22), (["--tokens", "1e6"], 1_000_000, None), (["--minutes", "5"], None, 5),
     (["--tokens", "5", "--minutes", "5"], 5, 5)],
)  # fmt: skip
def test_a_budget_that_is_named_takes_the_place_of_the_presets(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: None,
    named: list[str], tokens: int | None, minutes: float | None,
) -> None:  # fmt: skip
    met: list[Settings] = []
    monkeypatch.setattr(engine.train, "train", lambda corpus, out, settings, **named: met.append(settings) or [])
    assert main(["--corpus", str(packed), "--out", str(tmp_path), "--preset", "gpu", "--start", "none", *named]) == 0
    assert [(chosen.tokens, chosen.minutes) for chosen in met] == [(tokens, minutes)]

"""The picture of a run."""

from __future__ import annotations

import ast
from pathlib import Path

import matplotlib.image
import pytest

from engine.training.curve import draw
from engine.training.heldout import names
from tests.conftest import ROOT

HEAD = ",".join(["step", "tokens", "seconds", "loss", "learning_rate", *names()])


def log(folder: Path, steps: int, scored: int) -> Path:
    rows = [
        f"{i},{i * 100},{i},{9 / i:.3f},0.001," + ",".join("5.5" if i % scored == 0 else "" for _ in names())
        for i in range(1, steps + 1)
    ]
    path = folder / "log.csv"
    path.write_text("\r\n".join([HEAD, *rows, ""]), encoding="utf-8", newline="")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("steps", "scored"), [(40, 10), (1, 10), (0, 1)])
def test_a_log_becomes_a_picture(tmp_path: Path, steps: int, scored: int) -> None:
    draw(log(tmp_path, steps, scored), tmp_path / "curve.png")
    height, width, _ = matplotlib.image.imread(tmp_path / "curve.png").shape
    assert height > 500 and width > 500


@pytest.mark.slow
def test_both_curves_are_in_it(tmp_path: Path) -> None:
    pictures = []
    for scored in (10, 50):  # with held-out scores and without
        draw(log(tmp_path, 40, scored), tmp_path / "curve.png")
        pictures.append(matplotlib.image.imread(tmp_path / "curve.png"))
    half = len(pictures[0]) // 2
    assert (pictures[0][:half] != 1).any()
    assert (pictures[0][half:] != pictures[1][half:]).any()


@pytest.mark.slow
def test_no_room_for_the_picture(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        draw(log(tmp_path, 3, 1), tmp_path / "nowhere" / "curve.png")


def test_only_drawing_loads_matplotlib() -> None:
    for path in (ROOT / "engine").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "matplotlib" not in source:
            continue
        tree = ast.parse(source)
        at_once = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not any("matplotlib" in ast.unparse(node) for node in at_once), path

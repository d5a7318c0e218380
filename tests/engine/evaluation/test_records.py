"""The leaderboard grows by a line a run, and quality against passes becomes a table and a picture."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import matplotlib.image
import pytest

import engine.evaluate
from engine.evaluation.records import leaderboard, passes
from tests.engine.evaluation.conftest import PARAGRAPH

FILES = {
    "test.src": "He go home every day .\n", "test.ref0": "He goes home every day .\n", "test.ref1": "He went home .\n",
}  # fmt: skip


def cells(file: Path) -> list[dict[str, str]]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(head) == leaderboard.COLUMNS
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.slow
def test_a_line_a_run(model: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.evaluate, "ASSETS", model)
    monkeypatch.setattr(engine.evaluate, "SHIPPED", model / "writer")
    file = tmp_path / "LEADERBOARD.md"
    command = ["--leaderboard", str(file), "--quick", "--steps", "2"]
    assert engine.evaluate.main(command) == 0
    alone = cells(file)[0]
    of_texts = set(leaderboard.SCORED) - {"cloze", "ms a pass"}
    assert {name for name, cell in alone.items() if not cell} == of_texts, "nothing is said of what was not measured"
    assert alone["cloze"] in ("0/1", "1/1") and float(alone["ms a pass"]) > 0 and len(alone["writer"]) == 8
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    whole = shutil.copytree(corpus, tmp_path / "corpus")
    with (whole / "eval" / "heldout_prose.jsonl").open("a", encoding="utf-8") as texts:
        texts.write(
            json.dumps({"text": (PARAGRAPH * 2).strip()}) + "\n"
        )  # short enough to be looked over for weak spots
    assert engine.evaluate.main([*command, "--corpus", str(whole), "--jfleg", str(tmp_path)]) == 0
    first, full = cells(file)
    assert first == alone and all(full.values()) and full["size"] == "quick"
    assert all(0 <= float(full[name]) <= 1 for name in leaderboard.SCORED[1:7])
    assert file.read_text(encoding="utf-8").count("# Leaderboard") == 1
    with pytest.raises(SystemExit):
        engine.evaluate.main(["--quick"])
    assert engine.evaluate.main([*command, "--corpus", str(tmp_path)]) == 1 and len(cells(file)) == 2


def test_the_commit_is_that_of_the_checkout_and_says_whether_it_is_all(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.invalid", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert leaderboard.commit(tmp_path) == ""
    git("init", "--quiet")
    for name in ("code.py", "LEADERBOARD.md"):
        (tmp_path / name).write_text("1\n", encoding="utf-8")
    git("add", "."), git("commit", "--quiet", "-m", "one")
    known = git("rev-parse", "--short", "HEAD")
    assert leaderboard.commit(tmp_path) == known
    (tmp_path / "LEADERBOARD.md").write_text("2\n", encoding="utf-8")
    assert leaderboard.commit(tmp_path) == known, "its own lines are no change"
    (tmp_path / "code.py").write_text("2\n", encoding="utf-8")
    assert leaderboard.commit(tmp_path) == known + "+"


@pytest.mark.slow
def test_systems_in_few_and_many_steps(
    model: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "ASSETS", model)
    monkeypatch.setattr(passes, "COMPARED", {name: passes.COMPARED[name] for name in ("llada", "autoregressive")})
    measured, first, again = (tmp_path / name for name in ("rows.json", "one.png", "two.png"))
    command = ["--corpus", str(corpus), "--spans", "1", "--steps", "1", "3"]
    assert passes.main([*command, "--json", str(measured), "--picture", str(first)]) == 0
    rows = json.loads(measured.read_text(encoding="utf-8"))
    seen = {(row["system"], row["way"], row["steps"]) for row in rows}
    ways = ("causal + writer + judge", "writer")
    with_steps = {(s, w, n) for s in passes.COMPARED if s != "autoregressive" for w in ways for n in (1, 3)}
    assert seen == with_steps | {("autoregressive", way, "") for way in ways} and len(rows) == len(seen)
    assert all(row["cases"] == 2 and row["NFE"] > 0 and row["NLL"] > 0 and 0 <= row["exact"] <= 1 for row in rows)
    few, many = (next(r for r in rows if (r["system"], r["way"], r["steps"]) == ("llada", "writer", n)) for n in (1, 3))
    assert few["NFE"] < many["NFE"]
    for row in rows:
        row["character F1"] = 1 - row["character F1"]
    measured.write_text(json.dumps(rows), encoding="utf-8")
    assert passes.main(["--rows", str(measured), "--picture", str(again)]) == 0
    assert (matplotlib.image.imread(first) != matplotlib.image.imread(again)).any()
    assert passes.main(["--corpus", str(tmp_path)]) == 1
    with pytest.raises(SystemExit):
        passes.main([])

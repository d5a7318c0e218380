"""What README.md says is true."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import app
import engine
from editor.export.export import export
from editor.limits import FILE_BYTES
from editor.service import EditService
from editor.web.routes import routes
from storage import Run, Store
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = {language: code for language, code in re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)}


def table(title: str) -> list[list[str]]:
    """The rows of the one table under a heading."""
    section = README.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_options_are_those_of_the_program() -> None:
    parser = app.options()
    known = {action.option_strings[0]: action for action in parser._actions if action.dest != "help"}
    rows = {row[0].strip("`"): row for row in table("Options")}
    assert list(rows) == list(known)
    for option, (_, variable, default, what) in rows.items():
        action = known[option]
        if action.dest == "version":
            continue
        assert variable == f"`{app.PREFIX}{action.dest.upper()}`"
        if action.default not in (None, False):
            assert default == f"`{action.default}`"
        assert all(f"`{choice}`" in what for choice in action.choices or ())


@pytest.mark.model
def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = BLOCKS["python"]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    text, out = str(names["text"]), capsys.readouterr().out
    before, after = text.split("not n & 1")
    result = out[out.rindex("def is_even") :]
    assert result.startswith(before) and result.endswith(after + "\n")
    assert len(result) > len(before + after) + 1


def test_the_curl_example_and_its_frames(store: Store) -> None:
    words = shlex.split(BLOCKS["sh"].replace("\\\n", " "))
    body = json.loads(words[words.index("-d") + 1])
    served = FastAPI()
    served.include_router(routes(EditService(engine.Ways.only(engine.scripted(" guard")), store)))
    with TestClient(served) as client:
        answer = client.post("/api/denoise", json=body)
    frames = [json.loads(line[6:]) for line in answer.text.splitlines() if line]
    said = re.search(r'`\{("run".*?)\}`', README)
    assert said is not None
    assert set(frames[0]) == set(re.findall(r'"(\w+)"', said[1]))
    assert frames[-1]["done"] and frames[-1]["text"] == "guard"


def test_an_exported_run_has_the_keys_that_are_named() -> None:
    said = re.search(r'`(\{"format".*?\})`', README, re.DOTALL)
    assert said is not None
    run = Run("r", 1, "", {}, [], [{"span": 0, "from": 0, "to": 0, "toks": []}])
    known = json.loads(export(run, "", "prose", "0", "json"))
    assert list(known) == [name for name in re.findall(r'"([\w-]+)"', said[1]) if name != known["format"]]
    assert f'"format": "{known["format"]}", "version": {known["version"]}' in said[1]


def test_systems_and_limits() -> None:
    said = re.search(r"The systems are (.*?)\.\n", README, re.DOTALL)
    assert said is not None
    assert re.findall(r"`(.*?)`", said[1]) == list(engine.SYSTEMS)
    from engine.models.causal.denoiser import MAX_SPAN
    from engine.systems.parameters import MAX_STEPS

    assert f"at most {MAX_SPAN} tokens" in README
    assert f"at most {MAX_STEPS} steps" in README
    assert f"at most {FILE_BYTES >> 20} MB" in README


def test_every_setting_of_a_system_is_named() -> None:
    rows = table("Systems")
    assert [row[0].strip("`") for row in rows] == list(engine.SYSTEMS)
    shared = set(re.findall(r"`(\w+)`", README.split("Most have ")[1].split("too.")[0]))
    for row in rows:
        system = engine.SYSTEMS[row[0].strip("`")]
        own = set(re.findall(r"`(\w+)`", row[2]))
        names = {parameter.name for parameter in system.parameters}
        assert own <= names <= own | shared and not own & shared, system.name


def test_routes_are_those_of_the_program(store: Store) -> None:
    said = {re.sub(r"\?.*", "", row[0].strip("`")) for row in table("Over HTTP")}
    served = {
        re.sub(r"\{\w+\}", "ID", f"{method} {route.path}")  # type: ignore[attr-defined]
        for route in routes(EditService(engine.Ways.only(engine.scripted()), store)).routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert said == served


@pytest.mark.parametrize(
    "name", ["README.md", "DESIGN.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "assets/model/MODEL_CARD.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`make .*?`|    make .*", README)))) <= targets


def test_contributing_names_what_is_there() -> None:
    """Files and folders, and commits where the history is at hand."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"\b(?:engine|editor|storage|assets|tests)/[\w./-]*\w", text))
    assert len(paths) > 20
    assert not [path for path in paths if not (ROOT / path).exists()]
    if (ROOT / ".git").exists():
        known = subprocess.run(
            ["git", "rev-list", "--all"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        commits = re.findall(r"`([0-9a-f]{7})`", text)
        assert len(commits) > 5
        shallow = (ROOT / ".git" / "shallow").exists()
        assert shallow or not [commit for commit in commits if f"\n{commit}" not in f"\n{known}"]

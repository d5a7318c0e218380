"""The commands of a terminal, on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

import app
import engine
from editor.service import EditService
from storage import Store, open_store
from tests.storage.test_shelf import full


@pytest.fixture
def url(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("NO_OPEN", "DATABASE"):
        monkeypatch.delenv(f"{app.PREFIX}{name}", raising=False)
    return f"--database={store.engine.url}"


@pytest.mark.slow
def test_what_goes_out_comes_back(store: Store, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = full(store, "Notes", "kept text")
    assert app.main(["verify", url]) == 0 and "0 problems" in capsys.readouterr().out
    assert app.main(["export", url, str(tmp_path / "one.zip"), str(document.id)]) == 0
    assert app.main(["export", url, str(tmp_path / "git"), "--git"]) == 0
    assert app.main(["backup", url, str(tmp_path / "copy.sqlite3")]) == 0
    for number, source in enumerate(("one.zip", "git", "copy.sqlite3")):
        other = f"sqlite:///{tmp_path / f'other {number}.sqlite3'}"
        assert app.main(["import", str(tmp_path / source), f"--database={other}"]) == 0
        again = open_store(other)
        assert again.documents.get(document.id).text == document.text
        assert [r.id for r in again.documents.history(document.id)] == [
            r.id for r in store.documents.history(document.id)
        ]
        again.engine.dispose()
    assert app.main(["vacuum", url]) == 0


def test_a_replay_shows_every_candidate_of_every_step_and_says_whether_it_comes_out_again(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "load", lambda chosen: engine.Ways.only(engine.scripted(" slow red")))
    service = EditService(engine.Ways.only(engine.scripted(" slow red")), store, app.VERSION)
    document = store.documents.create("t", "prose", "One two three four.\n")
    asked = {"run": "r1", "document": document.id, "text": document.text, "spans": [[4, 7], [14, 18]], "seed": 1}
    list(service.run({**asked, "system": "llada", "candidates": 2}))
    told = {"document": document.id, "run": "r1", "before": document.text, "spans": asked["spans"]}
    accepted = service.call("accept", {**told, "base": document.base})
    assert app.main(["replay", accepted["revision"][:8], url]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "the same again" and any("░" in line for line in said)
    assert {line[6:24] for line in said[:-1]} >= {"candidate 1  span ", "candidate 2  span "}
    assert len(said) - 1 == len(store.runs.get("r1").frames)
    assert app.main(["replay", document.head[:8], url]) == 2
    assert "no run" in capsys.readouterr().err


def test_what_is_not_right_is_one_line_and_a_code(
    store: Store, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full(store, "Notes", "kept text")
    for wrong in (["import", str(tmp_path / "nothing")], ["export", str(tmp_path / "no" / "folder")], ["recover"]):
        assert app.main([*wrong, url]) == 2
        said = capsys.readouterr().err
        assert said.startswith("palimpsest: ") and said.count("\n") == 1
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET title = 'changed behind its back'")
    assert app.main(["verify", url]) == 1 and "documents is not what was written" in capsys.readouterr().out

"""Lessons beside the documents: in archives and other databases, sealed, and what they show is not thinned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage import Store, open_store
from storage.database.models import now
from storage.moving import transfer
from tests.storage.test_shelf import full


@pytest.mark.slow
@pytest.mark.parametrize("way", ["archive", "database"])
def test_lessons_go_where_the_documents_go(store: Store, tmp_path: Path, way: str) -> None:
    document, other = full(store, "kept", "kept text"), full(store, "other", "other text")
    run = f"run of {document.id}"
    mine = store.lessons.add("Mine", [{"text": "</script>"}, {"run": run, "candidate": 0}])
    store.lessons.put(store.lessons.add("In the bin", [{"text": "x"}]).id)
    transfer.export(store, [other.id], tmp_path / "other.zip")
    transfer.export(store, [document.id], tmp_path / "one.zip")
    transfer.export(store, [document.id, other.id], tmp_path / "all.zip")
    for file, wanted in (("other.zip", []), ("one.zip", [mine])):
        copy = open_store(f"sqlite:///{tmp_path / file}.sqlite3")
        transfer.bring(copy, tmp_path / file)
        assert copy.lessons.all() == wanted
        copy.engine.dispose()
    again = open_store(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    source = tmp_path / "all.zip" if way == "archive" else Path(store.engine.url.database or "")
    for _ in range(2):
        transfer.bring(again, source)
        assert (again.lessons.all(), again.lessons.all(True)) == (store.lessons.all(), store.lessons.all(True))
    again.lessons.save(mine.id, "Changed here", mine.parts, mine.updated_at.isoformat())
    transfer.bring(again, source)
    assert {lesson.title for lesson in again.lessons.all()} == {"Mine", "Changed here"}, "nothing of either is lost"
    assert list(again.verification.problems()) == []
    again.engine.dispose()


def test_a_lesson_that_was_changed_behind_its_back_is_found(store: Store) -> None:
    store.lessons.add("Mine", [{"text": "one"}])
    assert list(store.verification.problems()) == []
    with store.engine.begin() as connection:
        connection.exec_driver_sql('UPDATE lessons SET parts = \'[{"text": "two"}]\'')
    assert any("lessons is not what was written" in problem for problem in store.verification.problems())


def test_runs_that_a_lesson_shows_keep_their_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, other = full(store, "shown", "shown text"), full(store, "other", "other text")
    store.lessons.add("Mine", [{"run": f"run of {shown.id}", "candidate": 0}])
    store.pruning.set_rule(1, True)
    later = now() + timedelta(days=9)
    monkeypatch.setattr("storage.documents.pruning.now", lambda: later)
    assert store.pruning.thin() == 1
    assert store.runs.get(f"run of {shown.id}").frames and not store.runs.get(f"run of {other.id}").frames

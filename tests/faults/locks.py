"""Another program at the same file, and a clock that goes backwards."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from storage import Store, open_store
from tests.faults.client import Typist, serving
from tests.faults.outcome import Outcome


def locked(folder: Path, seconds: float = 30) -> Iterator[Outcome]:
    """Another program holds the write lock. Reads go on; the page sends again what is refused, until it is taken."""
    path = folder / "locked.sqlite3"
    with serving(path) as server:
        typist = Typist.on(server)
        assert all(typist.edit(server) for _ in range(6))
        held, until = threading.Event(), time.monotonic() + seconds

        def hold() -> None:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                held.set()
                time.sleep(until - time.monotonic())

        holding = threading.Thread(target=hold)
        holding.start()
        held.wait()
        reads = [server.call("open", {"document": typist.document})["text"] == typist.text]
        reads += [bool(server.call(name, {"query": "Edit"})["documents"]) for name in ("documents", "search")]
        reads += [bool(server.call("history", {"document": typist.document})["revisions"])]
        assert all(reads) and holding.is_alive(), "a read waited for the other program"
        while not typist.edit(server):
            pass
        holding.join()
    said = typist.refused[0] if typist.refused else "-"
    yield Outcome(f"locked for {seconds:g} s", typist.acknowledged, typist.lost(path), said)


def two_programs(folder: Path, edits: int = 60) -> Iterator[Outcome]:
    """Two servers on one file, a page at each, both typing in documents of their own and then in the same one."""
    path = folder / "two.sqlite3"
    with serving(path) as one, serving(path) as other:
        typists = [Typist.on(one, "first"), Typist.on(other, "second")]
        typists.append(Typist(typists[0].document, typists[0].base))
        work = [
            threading.Thread(target=lambda t=typist, s=server: [t.edit(s) for _ in range(edits)])  # type: ignore[misc]
            for typist, server in zip(typists, (one, other, other), strict=True)
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    assert not any(typist.refused for typist in typists), [typist.refused for typist in typists]
    lost = typists[1].lost(path) + _missing(path, typists[0], typists[2])
    yield Outcome("two programs on one file", sum(t.acknowledged for t in typists), lost, "-")


def _missing(path: Path, *typists: Typist) -> int:
    """What several pages typed in one document and is not there: on the line of its head or beside it."""
    store = open_store(f"sqlite:///{path}")
    there = {revision.id for revision in store.documents.history(typists[0].document)}
    missing = sum(
        key not in there or store.revisions.get(key).text != text for t in typists for key, text in t.revisions.items()
    )
    texts = {store.revisions.get(key).text for key in there} | {store.documents.get(typists[0].document).text}
    store.engine.dispose()
    return missing + sum(typist.text not in texts for typist in typists)


class Backwards(datetime):
    """Every look at the clock finds it an hour earlier."""

    hours = 0

    @classmethod
    def now(cls, tz=None) -> datetime:  # type: ignore[no-untyped-def, override]
        cls.hours += 1
        return datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=cls.hours)


def backwards(folder: Path, edits: int = 60) -> Iterator[Outcome]:
    store: Store = open_store(f"sqlite:///{folder / 'clock.sqlite3'}")
    with mock.patch("storage.database.models.datetime", Backwards):
        document = store.documents.create("t", "prose", "start")
        base, made = document.base, [document.head]
        for number in range(edits):
            base = store.edits.save(document.id, base, f"typed {number}").base
            saved = store.edits.commit(document.id, base, f"text {number}")
            base = saved.base
            made.append(saved.revision)
    listed = [revision.id for revision in store.documents.history(document.id)]
    assert listed == made[::-1], "the list follows the text's descent, not the clock"
    lost = len(set(made) - set(listed)) + (store.documents.get(document.id).text != f"text {edits - 1}")
    store.engine.dispose()
    yield Outcome("a clock that goes backwards", len(made), lost, "-")

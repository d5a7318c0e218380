"""Laws of reading: nobody waits for a writer, and lists are told without reading texts."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select, update

from storage import DatabaseBusy, Store, open_store, opening
from storage.database.models import DocumentRow, RevisionRow, TextRow
from storage.opening import configuration
from storage.revisions.figures import figures
from tests.conftest import examples, some
from tests.storage.test_shelf import full


def file_of(store: Store) -> Path:
    return Path(store.engine.url.database or "")


@contextmanager
def locked(path: Path, how: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Another program is writing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


def readings(store: Store, document: int) -> dict[str, Callable[[], object]]:
    head = store.documents.get(document).head
    return {
        "documents": store.documents.all, "bin": lambda: store.documents.all(in_bin=True),
        "search": lambda: store.search.documents("kept"),
        "document": lambda: store.documents.get(document), "history": lambda: store.documents.history(document),
        "revision": lambda: store.revisions.get(head), "run": lambda: store.runs.get(f"run of {document}"),
        "branches": lambda: store.runs.family(f"run of {document}"),
        "run_of": lambda: store.revisions.run_of(next(r.id for r in store.documents.history(document) if r.run)),
        "damaged": store.upkeep.damaged,
    }  # fmt: skip


@contextmanager
def impatient(store: Store) -> Iterator[None]:
    """A call that has to wait for a lock fails at once."""
    store.engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "PRAGMAS", ("busy_timeout=0", *opening.PRAGMAS[1:]))
        yield
    store.engine.dispose()


def test_every_read_is_answered_while_another_program_writes(store: Store) -> None:
    document = full(store, "kept", "kept text")
    wanted = {name: read() for name, read in readings(store, document.id).items()}
    with impatient(store), locked(file_of(store)) as other:
        other.execute("UPDATE documents SET title = 'not yet'")
        for name, read in readings(store, document.id).items():
            assert read() == wanted[name], name
        with pytest.raises(DatabaseBusy) as caught:
            store.edits.save(document.id, document.base, "more")
        assert caught.value.code == "database_busy" and str(file_of(store)) in str(caught.value)
        assert "try again" in str(caught.value)
    assert not store.edits.save(document.id, document.base, "more").branched, "what was refused is saved the next time"


def test_a_program_starts_and_reads_while_another_writes(store: Store) -> None:
    document = full(store, "kept", "kept text")
    with locked(file_of(store)):
        again = open_store(str(store.engine.url))
        assert again.documents.get(document.id).text == document.text
        again.engine.dispose()


@pytest.mark.slow
def test_readers_find_a_connection_however_many_writers_wait(store: Store) -> None:
    document = full(store, "kept", "kept text")
    refused: list[Exception] = []

    def write() -> None:
        try:
            store.edits.save(document.id, document.base, "more")
        except DatabaseBusy as error:
            refused.append(error)

    waiting = [threading.Thread(target=write) for _ in range(24)]
    with locked(file_of(store)):
        for thread in waiting:
            thread.start()
        while store.engine.pool.checkedout() < len(waiting):  # type: ignore[attr-defined]
            threading.Event().wait(0.01)
        assert store.documents.get(document.id) == document
    for thread in waiting:
        thread.join()
    assert len(refused) < 24, "the lock went, and some of them were waiting still"


def test_lists_read_no_text(store: Store) -> None:
    document = full(store, "kept", "kept text")
    assert store.documents.history(document.id)[0].added and store.documents.all()[0].words == 3
    assert texts_read(store, lambda: store.documents.history(document.id)) == 0
    assert texts_read(store, store.documents.all) == 0


def texts_read(store: Store, read: Callable[[], object]) -> int:
    """How many texts a call unpacks."""
    from storage.texts import texts

    count = 0
    real = texts.unpacked

    def counting(data: bytes, base: bytes | None = None) -> bytes:
        nonlocal count
        count += 1
        return real(data, base)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "unpacked", counting)
        read()
    return count


def old(store: Store, revision: str = "0003") -> str:
    """The store's database as an older version left it, closed; its URL."""
    with store.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO texts (hash, data, place) VALUES ('typed over', x'00', 0)")
    command.downgrade(configuration(store.engine), revision)
    store.engine.dispose()
    return str(store.engine.url)


@pytest.mark.parametrize("counted", some([False, True]))
def test_what_an_older_version_left_is_swept_and_counted(store: Store, counted: bool) -> None:
    document = full(store, "kept", "kept text")
    wanted = store.documents.history(document.id), store.documents.all(), store.search.documents("kept")
    again = open_store(old(store))
    with again.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(TextRow.hash == "typed over")) == 0
        assert connection.scalar(select(func.count()).where(RevisionRow.added.is_not(None))) == 0
    if counted:
        again.upkeep.count()
        with again.engine.connect() as connection:
            assert connection.scalar(select(func.count()).where(RevisionRow.added.is_(None))) == 0
            assert connection.scalar(select(func.count()).where(DocumentRow.words.is_(None))) == 0
    assert (again.documents.history(document.id), again.documents.all(), again.search.documents("kept")) == wanted
    again.engine.dispose()


@pytest.mark.slow
def test_a_long_list_of_an_older_version_is_counted_text_by_text_once(store: Store) -> None:
    document = store.documents.create("t", "prose", "start")
    base = document.base
    for number in range(20):
        base = store.edits.commit(document.id, base, f"text {number}").base
    again = open_store(old(store))
    assert texts_read(again, lambda: again.documents.history(document.id)) == 21
    assert texts_read(again, lambda: again.documents.history(document.id)) == 0
    again.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("most", [10_000, 3])
def test_deleting_many_revisions_takes_no_more_statements_than_deleting_some(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("storage.database.rows.MOST", most)
    counts, statements = [], []
    event.listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    for number in (6, 60):
        document = store.documents.create(str(number), "prose", "start")
        base, made = document.base, [document.head]
        for at in range(number):
            base = store.edits.commit(document.id, base, f"{number} words, {at}").base
            made.append(base.partition(":")[0])
        statements.clear()
        older = store.pruning.older(document.id, made[-2])
        told = store.pruning.frees(document.id, older)
        counts.append(len(statements))
        assert older == made[-3::-1] and told.revisions == number - 1
        assert store.pruning.delete(document.id, older) == told
        assert [r.id for r in store.documents.history(document.id)] == made[:-3:-1]
    assert counts[1] <= counts[0] + 5, counts
    assert list(store.verification.problems()) == []


def test_a_revision_in_the_list_says_what_changed(store: Store) -> None:
    document = store.documents.create("t", "prose", "The tide was out, and nobody was there.")
    base = store.edits.commit(document.id, document.base, "The tide was out, and nobody else was there.").base
    base = store.edits.commit(document.id, base, "The tide was out, and nobody else").base
    store.edits.commit(document.id, base, "")
    told = [r.excerpt for r in store.documents.history(document.id)]
    first = "The tide was out, and nobody was there."
    assert told == ["", "… else", "… else was there.", first]


@pytest.mark.slow
def test_a_damaged_old_text_takes_no_list_down(store: Store) -> None:
    document = full(store, "kept", "kept text")
    other = full(store, "other", "other text")
    key = document.base.partition(":")[2]
    with store.engine.begin() as connection:
        connection.execute(update(TextRow).where(TextRow.hash == key).values(data=b"flipped"))
    again = open_store(old(store))
    again.upkeep.run()
    assert len(again.documents.history(document.id)) == 4 and len(again.documents.all()) == 2
    assert [f.document.id for f in again.search.documents("other")] == [other.id]
    again.engine.dispose()


words = st.lists(st.sampled_from(["a", "b", "ab", "é", " ", "\n", "\u3000", "\x1f"]), max_size=12).map("".join)


@pytest.mark.slow
@examples(400)
@given(words, words, words, words)
def test_words_added_and_removed_are_the_difference_of_all_words(head: str, old: str, new: str, tail: str) -> None:
    before, after = head + old + tail, head + new + tail
    was, now = Counter(before.split()), Counter(after.split())
    told = figures(before, after)
    assert (told.added, told.removed) == ((now - was).total(), (was - now).total())


@pytest.mark.slow
def test_a_big_hole_in_a_file_is_given_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SLACK", 1 << 16)
    kept = store.documents.create("kept", "prose", "kept")
    gone = store.documents.create(
        "gone", "prose", "".join(map(chr, range(33, 60_000))).encode("utf-8", "replace").decode()
    )
    store.bin.put(gone.id)
    store.bin.empty()
    store.engine.dispose()
    size = file_of(store).stat().st_size
    again = open_store(str(store.engine.url))
    assert again.documents.get(kept.id) == kept
    again.engine.dispose()
    assert file_of(store).stat().st_size < size / 2


@pytest.mark.slow
def test_upkeep_beside_another_program_is_left_to_the_next_start(store: Store, logged: list[logging.LogRecord]) -> None:
    full(store, "kept", "kept text")
    again = open_store(old(store))
    with impatient(again), locked(file_of(store)):
        again.upkeep.run()
    assert not logged and again.documents.all()[0].words == 3
    again.upkeep.run()
    with again.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(DocumentRow.words.is_(None))) == 0
    again.engine.dispose()

"""A damaged file is noticed at the start, said, and left as it is."""

from __future__ import annotations

import logging
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from storage import DatabaseDamaged, ReadOnly, StorageError, Store, open_store
from storage.opening import PRAGMAS, configuration
from tests.conftest import ROOT
from tests.storage.test_reading import file_of, impatient, locked
from tests.storage.test_shelf import full

pytestmark = pytest.mark.slow

PAGE = 4096


@pytest.fixture
def closed(store: Store) -> Path:
    """A closed database with some documents: short texts in its pages, and long ones over many."""
    dice = random.Random(3)
    for number in range(12):
        full(store, f"document {number}", " ".join(str(dice.random()) for _ in range(3_000 if number % 3 else 3)))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")  # no page lies free: what happens to one of those is no damage
    store.engine.dispose()
    return file_of(store)


def beside(path: Path) -> dict[str, bytes]:
    """The files of a database, but for the index of its -wal file, which is made anew each time."""
    return {p.name: p.read_bytes() for p in path.parent.glob(f"{path.name}*") if not p.name.endswith("-shm")}


def refused_and_left(path: Path) -> str:
    before = beside(path)
    with pytest.raises(DatabaseDamaged) as caught:
        open_store(f"sqlite:///{path}")
    message = str(caught.value)
    assert caught.value.code == "database_damaged" and "\n" not in message
    assert str(path) in message and "--database" in message and "copy" in message
    after = beside(path)
    assert {name: after[name] for name in before} == before and not any(
        after[name] for name in after.keys() - before.keys()
    )
    return message


def test_every_page_that_is_turned_over_is_noticed(closed: Path, tmp_path: Path) -> None:
    """By the look at the pages before the start, or, in the middle of a text, by the one at the texts after it."""
    whole = closed.read_bytes()
    assert len(whole) > 40 * PAGE
    noticed = {"pages": 0, "texts": 0}
    for page in range(0, len(whole) // PAGE, 3):
        at = page * PAGE
        turned = bytes(255 - byte for byte in whole[at : at + PAGE])
        path = tmp_path / f"turned {page}.sqlite3"
        path.write_bytes(whole[:at] + turned + whole[at + PAGE :])
        try:
            store = open_store(f"sqlite:///{path}")
        except DatabaseDamaged:
            path.write_bytes(whole[:at] + turned + whole[at + PAGE :])
            refused_and_left(path)
            noticed["pages"] += 1
        else:
            noticed["texts"] += bool(store.upkeep.damaged())
            store.engine.dispose()
        path.unlink()
    assert noticed["pages"] and sum(noticed.values()) == len(range(0, len(whole) // PAGE, 3))


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_one_byte_of_a_text_is_noticed_and_the_rest_stays_open(
    closed: Path, where: float, logged: list[logging.LogRecord]
) -> None:
    with closing(sqlite3.connect(closed)) as connection:
        data = connection.execute("SELECT data FROM texts ORDER BY length(data) DESC LIMIT 1").fetchone()[0]
    whole = closed.read_bytes()
    at = whole.index(data[int(len(data) * where) :][:24])
    closed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    store = open_store(f"sqlite:///{closed}")
    store.upkeep.run()
    [said] = [record.getMessage() for record in logged]
    [(number, title)] = store.upkeep.damaged()
    assert str(closed) in said and title in said and str(number) in said
    readable = 0
    for document in store.documents.all():
        try:
            readable += bool(store.documents.get(document.id).text)
        except DatabaseDamaged as error:
            assert document.id == number and str(closed) in str(error)
    assert readable >= 11 and len(store.search.documents("document")) == 12
    store.engine.dispose()


def test_a_damaged_text_is_mended_by_who_types_it_again(store: Store) -> None:
    document = store.documents.create("t", "prose", "words")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE texts SET data = x'00'")
    with pytest.raises(DatabaseDamaged):
        store.documents.get(document.id)
    store.edits.save(document.id, document.base, "words")
    assert store.documents.get(document.id).text == "words" and store.upkeep.damaged() == []


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_truncated_file(closed: Path, kept: float) -> None:
    closed.write_bytes(closed.read_bytes()[: int(closed.stat().st_size * kept)])
    refused_and_left(closed)


def test_garbage(closed: Path) -> None:
    closed.write_bytes(random.Random(1).randbytes(50_000))
    assert "not a database" in refused_and_left(closed)


CHILD = """
import sys, time
from storage import open_store
store = open_store(sys.argv[1])
document = store.documents.create("t", "prose", "start")
print(store.edits.save(document.id, document.base, "kept").base, flush=True)
time.sleep(60)
"""


def left_by_kill(path: Path) -> None:
    command = [sys.executable, "-c", CHILD, f"sqlite:///{path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None and process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert path.with_name(f"{path.name}-wal").stat().st_size


def test_what_a_kill_leaves_beside_the_file_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite3"
    left_by_kill(path)
    store = open_store(f"sqlite:///{path}")
    assert store.documents.get(1).text == "kept"
    store.engine.dispose()


def test_a_damaged_file_and_what_a_kill_left_beside_it_stay_as_they_are(closed: Path, tmp_path: Path) -> None:
    """A file that was emptied loses what stands in its -wal file to anyone who opens it for writing."""
    path = tmp_path / "killed.sqlite3"
    left_by_kill(path)
    path.write_bytes(b"")
    assert "empty" in refused_and_left(path)
    shutil.copy(closed, path)
    path.with_name(f"{path.name}-wal").unlink()
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xff" * 20 * PAGE)
    path.with_name(f"{path.name}-wal").write_bytes(b"left over" * 100)
    refused_and_left(path)


def test_a_newer_version(closed: Path) -> None:
    with closing(sqlite3.connect(closed)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = beside(closed)
    with pytest.raises(StorageError, match="newer Palimpsest; update"):
        open_store(f"sqlite:///{closed}")
    assert beside(closed)[closed.name] == before[closed.name]


def test_a_file_that_can_only_be_read(closed: Path) -> None:
    with pytest.raises(ReadOnly) as caught:
        open_store(f"sqlite:///file:{closed}?mode=ro&uri=true")
    assert str(closed) in str(caught.value) and "writable" in str(caught.value)


def test_an_old_database_that_another_program_holds_says_so(store: Store) -> None:
    command.downgrade(configuration(store.engine), "0003")
    store.engine.dispose()
    with pytest.MonkeyPatch.context() as patch, locked(file_of(store)):
        patch.setattr("storage.opening.PRAGMAS", ("busy_timeout=0", *PRAGMAS[1:]))
        with pytest.raises(StorageError, match="locked by another program") as caught:
            open_store(str(store.engine.url))
        assert caught.value.code == "database_busy"


def test_a_program_that_lets_nobody_in_is_told_of(store: Store) -> None:
    document = full(store, "t", "text")
    with impatient(store), closing(sqlite3.connect(file_of(store), isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE documents SET title = 'x'")
        other.execute("COMMIT")
        with pytest.raises(StorageError) as caught:
            store.documents.get(document.id)
        assert caught.value.code == "database_busy"
    assert store.documents.get(document.id).title == "x"

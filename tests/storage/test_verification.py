"""``verify`` finds one flipped byte anywhere; what is deleted for ever is nowhere in the file; backups and the way back."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from storage import DatabaseDamaged, StorageError, Store, open_store
from storage.database.models import TextRow
from storage.database.rows import plain
from storage.upkeep import backups
from storage.upkeep.upkeep import SEALED
from tests.storage.test_damage import PAGE
from tests.storage.test_reading import file_of, old
from tests.storage.test_shelf import full
from tests.storage.test_store import FRAMES

pytestmark = pytest.mark.slow

WORDS = "xylophone quagmire zeppelin"


def dump(path: Path) -> list[object]:
    """Everything that is kept, as it reads."""
    store = open_store(f"sqlite:///{path}")
    with store.database.reading() as session:
        kept: list[object] = [sorted(repr(plain(row)) for row in session.scalars(select(table))) for table in SEALED]
    store.engine.dispose()
    return kept


def found(path: Path) -> bool:
    try:
        store = open_store(f"sqlite:///{path}")
    except StorageError:
        return True
    try:
        return bool(list(store.verification.problems()))
    finally:
        store.engine.dispose()


def test_one_flipped_byte_anywhere_is_found_or_nothing_that_is_kept_is_another(store: Store, tmp_path: Path) -> None:
    document = full(store, "kept", f"kept {WORDS}")
    store.revisions.describe(document.head, name="a waypoint", note="why", tags=["one"])
    store.bin.put(full(store, "gone", "gone").id)
    store.bin.empty()
    assert list(store.verification.problems()) == []
    store.database.apart("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    whole, dice, noticed = file_of(store).read_bytes(), random.Random(5), 0
    used = [at for at, byte in enumerate(whole) if byte]
    path = tmp_path / "flipped.sqlite3"
    wanted = dump(file_of(store))
    for at in dice.sample(used, 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << dice.randrange(8))]) + whole[at + 1 :])
        if found(path):
            noticed += 1
            continue
        assert dump(path) == wanted, f"byte {at} (page {at // PAGE + 1}) was flipped, and nothing was found"
    assert noticed > 30


@pytest.mark.parametrize("how", ["bin", "revision", "runs"])
def test_what_is_deleted_for_ever_is_nowhere_in_the_files(store: Store, how: str) -> None:
    other = full(store, "other", "shared words")
    document = store.documents.create(f"{WORDS} title" if how == "bin" else "title", "prose", "start")
    packed: list[bytes] = []
    for text in (f"{WORDS} typed over", WORDS):
        store.edits.save(document.id, store.documents.get(document.id).base, text)
        with store.engine.connect() as connection:
            packed += [row.data for row in connection.execute(select(TextRow.data).where(TextRow.base_hash.is_(None)))]
    base = store.edits.commit(document.id, store.documents.get(document.id).base, WORDS * 5, "saved")
    store.revisions.describe(base.revision, note=f"note {WORDS}", tags=[WORDS])
    store.edits.record("r", document.id, WORDS * 5, {"instruction": WORDS}, FRAMES, [WORDS, "x"])
    base = store.edits.accept(document.id, base.base, WORDS * 5, "after", "r") if how == "bin" else base
    last = store.edits.commit(document.id, base.base, "harmless words")
    store.upkeep.run()
    if how == "bin":
        store.bin.put(document.id)
        store.bin.delete(document.id)
    elif how == "revision":
        store.pruning.delete(document.id, store.pruning.older(document.id, last.revision))
    else:
        store.pruning.delete(document.id, store.pruning.older(document.id, last.revision))
        store.pruning.forget_runs(document.id)
    files = b"".join(path.read_bytes() for path in file_of(store).parent.glob(f"{file_of(store).name}*"))
    for word in (*WORDS.split(), "quagm"):
        assert word.encode() not in files, word
    kept = {row.data for row in store.engine.connect().execute(select(TextRow.data))}
    assert not [data for data in packed if data not in kept and data in files and len(data) > 20]
    assert store.documents.get(other.id) == other and list(store.verification.problems()) == []


def test_a_backup_is_made_while_others_write_and_is_whole(store: Store, tmp_path: Path) -> None:
    document = store.documents.create("t", "prose", "start")
    made, stop = [document.head], threading.Event()

    def write() -> None:
        base, number = document.base, 0
        while not stop.is_set():
            number += 1
            base = store.edits.commit(document.id, base, f"text {number}").base
            made.append(base.partition(":")[0])

    writing = threading.Thread(target=write)
    writing.start()
    before = list(made)
    copies = [backups.backup(file_of(store), tmp_path / "copies" / f"{n}.sqlite3") for n in range(2)]
    stop.set()
    writing.join()
    for copy in copies:
        other = open_store(f"sqlite:///{copy}")
        there = {r.id for r in other.documents.history(document.id)}
        assert set(before) <= there <= set(made) and list(other.verification.problems()) == []
        other.engine.dispose()


def test_a_damaged_file_is_kept_and_the_newest_backup_takes_its_place(store: Store, tmp_path: Path) -> None:
    path = file_of(store)
    for number in range(2):
        store.documents.create(f"of backup {number}", "prose", "text")
        backups.backup(path, tmp_path / f"backup {number}.sqlite3")
    store.documents.create("since then", "prose", "text")
    store.engine.dispose()
    (tmp_path / "backup 1.sqlite3").write_bytes(b"damaged, too" * 1000)
    path.write_bytes(path.read_bytes()[:PAGE] + b"\xff" * 40 * PAGE)
    harmed = path.read_bytes()
    with pytest.raises(DatabaseDamaged) as caught:
        open_store(f"sqlite:///{path}")
    assert str(tmp_path / "backup 0.sqlite3") in str(caught.value) and "recover" in str(caught.value)
    source, kept = backups.recover(path)
    assert source == tmp_path / "backup 0.sqlite3" and kept.read_bytes() == harmed
    again = open_store(f"sqlite:///{path}")
    assert [d.title for d in again.documents.all()] == ["of backup 0"]
    again.engine.dispose()


def test_a_backup_never_takes_the_place_of_anything_else(store: Store, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    store.documents.create("t", "prose", "text")
    for target in (notes, file_of(store)):
        with pytest.raises(StorageError, match="name another file"):
            backups.backup(file_of(store), target)
    assert notes.read_text() == "mine" and store.documents.all()
    with pytest.raises(StorageError, match="no backup"):
        backups.recover(tmp_path / "unknown.sqlite3")
    assert shutil.disk_usage(tmp_path).free


def test_a_database_of_an_older_version_is_sealed_searched_and_packed_in_the_background(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.models.uuid4", lambda: SimpleNamespace(hex="1"))  # ids began with the number
    document = full(store, "kept", f"kept {WORDS} " * 50)
    wanted = store.documents.history(document.id), store.search.history("quagmire")
    again = open_store(old(store))
    assert again.search.documents("quagmire")[0].document.id == document.id
    size = again.texts.size()
    again.upkeep.run()
    assert (again.documents.history(document.id), again.search.history("quagmire")) == wanted
    assert again.texts.size() < size and list(again.verification.problems()) == []
    with again.engine.connect() as connection:
        assert not connection.exec_driver_sql("SELECT count(*) FROM revisions WHERE seal IS NULL").scalar_one()
    again.engine.dispose()

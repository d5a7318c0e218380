"""What the disk refuses says what to do, and nothing is lost by it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import event

from storage import DiskError, DiskFull, ReadOnly, StorageError, Store, open_store
from storage.opening import PRAGMAS, configuration
from tests.conftest import ROOT
from tests.faults.disks import only_readable
from tests.storage.test_damage import closed
from tests.storage.test_reading import file_of
from tests.storage.test_shelf import full

pytestmark = pytest.mark.slow
__all__ = ["closed"]


@contextmanager
def no_room(store: Store) -> Iterator[None]:
    """The file may not grow by a page."""
    store.engine.dispose()

    def limit(connection, _) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # which SQLite takes for as many as there are

    event.listen(store.engine, "connect", limit)
    yield
    event.remove(store.engine, "connect", limit)
    store.engine.dispose()


def test_a_full_disk_refuses_and_loses_nothing(store: Store) -> None:
    document = store.documents.create("t", "prose", "start")
    saved = store.edits.save(document.id, document.base, "typed")
    long = random.Random(2).randbytes(60_000).hex()
    with no_room(store):
        for call in (
            lambda: store.edits.save(document.id, saved.base, long), lambda: store.edits.commit(document.id, saved.base, long),
            lambda: store.documents.create("new", "prose", long),
            lambda: store.edits.record("r", document.id, long, {}, [], ["x"]),
        ):  # fmt: skip
            with pytest.raises(DiskFull) as caught:
                call()
            assert str(file_of(store)) in str(caught.value) and "free some" in str(caught.value)
        assert store.documents.get(document.id).text == "typed" and len(store.documents.history(document.id)) == 1
        assert store.documents.all() and store.search.documents("typed")
    assert store.edits.commit(document.id, saved.base, long).base and store.documents.get(document.id).text == long


def test_a_full_disk_while_migrating_leaves_the_old_version(store: Store) -> None:
    full(store, "kept", "text")
    command.downgrade(configuration(store.engine), "0003")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
    store.engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.opening.PRAGMAS", (*PRAGMAS, "max_page_count=1"))
        with pytest.raises(DiskFull, match="free some"):
            open_store(str(store.engine.url))
    again = open_store(str(store.engine.url))
    assert [d.title for d in again.documents.all()] == ["kept"]
    again.engine.dispose()


LIMITED = """
import resource, sys
from storage import StorageError, open_store
store = open_store(sys.argv[1])
document = store.documents.create("t", "prose", "kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    for number in range(100):
        kept = store.edits.commit(document.id, document.base, f"{number} " * 20_000)
except StorageError as error:
    print(error.code, store.documents.get(document.id).text[:4])
"""


def test_a_file_that_may_not_grow_is_told_as_the_disk_s_refusal(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'limited.sqlite3'}"
    done = subprocess.run([sys.executable, "-c", LIMITED, url], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split()[0] in (DiskError.code, DiskFull.code), done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a small disk can be made by root only")
def test_a_small_disk(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        store = open_store(f"sqlite:///{tmp_path / 'small.sqlite3'}")
        document = store.documents.create("t", "prose", "kept")
        (tmp_path / "other").write_bytes(b"")
        with pytest.raises(StorageError) as caught:
            for number in range(300):
                document_text = random.Random(number).randbytes(4_000).hex()
                kept = store.edits.commit(document.id, store.documents.get(document.id).base, document_text)
        assert caught.value.code == "disk_full"
        assert store.documents.history(document.id)[0].id == kept.revision and store.upkeep.damaged() == []
        store.engine.dispose()
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_folder_that_can_only_be_read(closed: Path) -> None:
    (folder := closed.parent / "folder").mkdir()
    shutil.copy(closed, folder / closed.name)
    with only_readable(folder) as readable:
        if not readable:
            pytest.skip("nothing may be mounted here")
        for name in (closed.name, "new.sqlite3"):
            with pytest.raises(ReadOnly) as caught:
                open_store(f"sqlite:///{folder / name}")
            assert str(folder / name) in str(caught.value) and "folder writable" in str(caught.value)
    open_store(f"sqlite:///{folder / closed.name}").engine.dispose()


def test_a_folder_that_is_gone_is_told_as_the_disk_s(store: Store) -> None:
    document = store.documents.create("t", "prose", "kept")
    store.engine.dispose()
    folder = file_of(store).parent
    away = folder.rename(folder.with_name(f"{folder.name} unplugged"))
    with pytest.raises(DiskError, match="connected"):
        store.documents.get(document.id)
    away.rename(folder)
    assert store.documents.get(document.id).text == "kept"

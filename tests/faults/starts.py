"""Starts on a file that is damaged, newer or read-only: one line says what to do, and not a byte of the file changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from storage import open_store
from storage.upkeep import backups
from tests.faults import disks
from tests.faults.client import serving
from tests.faults.kills import old
from tests.faults.outcome import Outcome

PAGE = 4096


def _turned(path: Path) -> None:
    """A page in the middle, every bit of it."""
    whole = path.read_bytes()
    at = len(whole) // PAGE // 2 * PAGE
    path.write_bytes(whole[:at] + bytes(255 - byte for byte in whole[at : at + PAGE]) + whole[at + PAGE :])


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a page turned over": (_turned, "damaged"),
    "a truncated file": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3]), "damaged"),
    "a file of garbage": (lambda path: path.write_bytes(bytes(range(256)) * 200), "damaged"),
    "an emptied file with a -wal file": (
        lambda path: (path.with_name(f"{path.name}-wal").write_bytes(b"left"), path.write_bytes(b"")), "damaged",
    ),
    "a newer version": (_newer, "newer Palimpsest; update"),
}  # fmt: skip


def offered(folder: Path) -> Iterator[Outcome]:
    """A damaged file of which there is a backup: it is kept, the backup is named, and takes its place when it is asked to."""
    path = folder / "backed up.sqlite3"
    kept = old(path, 12)
    backups.backup(path, folder / "backup.sqlite3")
    path.write_bytes(bytes(range(256)) * 200)
    said = refusal(path)
    assert str(folder / "backup.sqlite3") in said and "recover" in said, said
    _, aside = backups.recover(path)
    store = open_store(f"sqlite:///{path}")
    lost = len(kept.keys() - {r.id for r in store.documents.history(1)}) + int(
        aside.read_bytes() != bytes(range(256)) * 200
    )
    store.engine.dispose()
    yield Outcome("garbage, and a backup of before", len(kept), lost, said)


def refused(folder: Path) -> Iterator[Outcome]:
    for number, (fault, (harm, expected)) in enumerate(FAULTS.items()):
        path = folder / f"start {number}.sqlite3"
        old(path, 12)
        harm(path)
        before = path.read_bytes()
        said = refusal(path)
        assert expected in said and str(path) in said and "\n" not in said, (fault, said)
        yield Outcome(fault, 0, int(path.read_bytes() != before), said)


def refusal(path: Path) -> str:
    """What the program says that does not start on a file; nothing where it starts."""
    try:
        with serving(path):
            return ""
    except RuntimeError as error:
        return str(error)


def only_readable(folder: Path) -> Iterator[Outcome]:
    """A file, and a folder, that may not be written to; then they may, and all of it is there."""
    path = folder / "readable" / "old.sqlite3"
    path.parent.mkdir()
    kept = old(path, 12)
    before = path.read_bytes()
    for fault, which in (("a read-only file", path), ("a read-only folder", path.parent)):
        with disks.only_readable(which) as readable:
            said = refusal(path) if readable else "not tried: nothing may be mounted here"
        assert not readable or ("can only be read" in said and "writable" in said and "\n" not in said), (fault, said)
        yield Outcome(fault, 0, int(path.read_bytes() != before), said)
    store = open_store(f"sqlite:///{path}")
    lost = len(kept.keys() - {r.id for r in store.documents.history(1)})
    store.engine.dispose()
    yield Outcome("both writable again", len(kept), lost, "-")

"""Export, import and merge, as people ask for them."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from storage.errors import BadArchive, RevisionNotFound, StorageError
from storage.moving import files, git
from storage.moving.archive import parcels, parts, steps_name, steps_of
from storage.moving.unpacking import Taken, take
from storage.opening import open_store
from storage.store import Store

SQLITE = b"SQLite format 3\0"


def everything(store: Store) -> list[int]:
    """The numbers of all documents, also of those in the bin."""
    return sorted(d.id for in_bin in (False, True) for d in store.documents.all(in_bin))


def bring(store: Store, path: Path) -> list[Taken]:
    """What lies at a path into a store: an archive, a git repository or a bundle of one, a database. Raises StorageError."""
    path = path.expanduser()
    if path.is_dir():
        return from_git(store, path)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    if head == SQLITE:
        return merge(store, path)
    if head.startswith(b"# v") and b"bundle" in head:
        with tempfile.TemporaryDirectory() as folder:
            git.git(Path(folder), "clone", "--quiet", "--mirror", str(path.resolve()), "repository")
            return from_git(store, Path(folder) / "repository")
    return take(store, files.ZipSource(path))


def bring_bytes(store: Store, data: bytes) -> list[Taken]:
    """An archive or a bundle that was sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        path.write_bytes(data)
        if data.startswith(SQLITE):
            raise BadArchive("a database is merged in a terminal: python app.py import FILE")
        return bring(store, path)


def from_git(store: Store, folder: Path) -> list[Taken]:
    """An exported repository; what was committed there since becomes revisions beside the head."""
    taken = take(store, git.archived(folder))
    made: dict[str, str] = {}
    for commit, parent, text in git.commits_since(folder):
        try:
            node = store.revisions.kept(made.get(parent, parent))
        except RevisionNotFound:
            continue
        saved = store.edits.beside(node.id, text, "imported")
        made[commit] = saved
    return taken


def merge(store: Store, path: Path) -> list[Taken]:
    """The documents of another database, which stays as it is: a copy of it is read, brought up to date where it is older."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "other.sqlite3"
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as theirs:
                with closing(sqlite3.connect(copy)) as ours:
                    theirs.backup(ours)
        except sqlite3.Error as error:
            raise StorageError(f"the database {path} cannot be read: {error}") from error
        other = open_store(f"sqlite:///{copy}")
        try:
            return take(store, _Other(other))
        finally:
            other.engine.dispose()


class _Other:
    """A database as an archive."""

    def __init__(self, store: Store) -> None:
        self._store = store
        found = parcels(store, everything(store))
        self._index = dict([next(parts(store, found))])
        self._runs = {steps_name(run["id"]): run["id"] for parcel in found for run in parcel.runs}

    def read(self, name: str) -> bytes:
        if name in self._index:
            return self._index[name]
        if name in self._runs:
            return steps_of(self._store, self._runs[name])
        return self._store.texts.raw(name.removeprefix("texts/").removesuffix(".txt"))


def export(store: Store, documents: Sequence[int], path: Path) -> None:
    """Some documents as one file. An older one is replaced when the new one is whole. Raises StorageError."""
    path = path.expanduser()
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            files.write(store, documents, file)
        beside.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}; name another file") from error
    finally:
        beside.unlink(missing_ok=True)

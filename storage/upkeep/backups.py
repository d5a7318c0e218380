"""Copies of a database, made while it is in use; which there are is noted beside it, and read where it is damaged."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import uuid
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from storage.database import soundness
from storage.database.refusals import refusal
from storage.errors import DatabaseDamaged, StorageError

NOTED = 20
"""backups that are remembered"""


def backup(path: Path, target: Path, noted: bool = True) -> Path:
    """A whole copy of the database at ``path``, as it is at this moment. An older copy at ``target`` is replaced when the new one
    is on the disk; where it is ``noted``, a damaged database names it. Raises StorageError."""
    target = target.expanduser().resolve()
    if target == path.resolve():
        raise StorageError(f"{target} is the database itself; name another file for the backup")
    if target.is_dir():
        target = target / f"{path.stem}-{datetime.now():%Y-%m-%d-%H%M%S}{path.suffix}"
    if target.exists() and not _is_database(target):
        raise StorageError(f"{target} is there and is no database; name another file for the backup")
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM INTO ?", (str(beside),))
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
    except sqlite3.Error as error:
        raise refusal(error, str(path)) from error
    except OSError as error:
        raise StorageError(f"the backup {target} cannot be written ({error.strerror}); name another file") from error
    finally:
        beside.unlink(missing_ok=True)
    if noted:
        _note(path, target)
    return target


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) in (b"SQLite format 3\0", b"")


def _notes(path: Path) -> Path:
    return path.with_name(f"{path.name}-backups.json")


def _note(path: Path, target: Path) -> None:
    kept = [str(target), *(name for name in _noted(path) if name != str(target))][:NOTED]
    with suppress(OSError):  # the copy is what counts
        _notes(path).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _noted(path: Path) -> list[str]:
    try:
        found = json.loads(_notes(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def newest(path: Path) -> Path | None:
    """The newest sound backup of a database, as far as they are known."""
    there = [file for name in _noted(path) if (file := Path(name)).is_file() and file.stat().st_size]
    for file in sorted(there, key=lambda file: file.stat().st_mtime, reverse=True):
        with suppress(StorageError):
            soundness.check(file, str(file))
            return file
    return None


def offered(path: Path, error: DatabaseDamaged) -> DatabaseDamaged:
    """The same refusal, which names the newest backup and how to go back to it, where there is one."""
    if (found := newest(path)) is None:
        return error
    of = datetime.fromtimestamp(found.stat().st_mtime)
    return DatabaseDamaged(
        f"{error}. The newest backup is {found} of {of:%Y-%m-%d %H:%M}: `python app.py recover` puts it in the place of the "
        "damaged file, which is kept beside it"
    )


def recover(path: Path, source: Path | None = None) -> tuple[Path, Path]:
    """Put a backup in the place of a database, which is kept under another name: (the backup, the kept file).

    ``source``: the newest one that is known, where none is given. Raises StorageError.
    """
    found = source.expanduser() if source else newest(path)
    if found is None or not found.is_file():
        raise StorageError(f"no backup of {path} is {'known' if source is None else f'at {source}'}; name its file")
    soundness.check(found, str(found))
    kept = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y-%m-%d-%H%M%S}{path.suffix}")
    copy = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        shutil.copyfile(found, copy)
        for ending in ("-wal", "-shm", ""):
            if (file := path.with_name(path.name + ending)).exists():
                os.replace(file, kept.with_name(kept.name + ending))
        os.replace(copy, path)
    except OSError as error:
        raise StorageError(f"{path} cannot be replaced ({error.strerror}); nothing was deleted") from error
    finally:
        copy.unlink(missing_ok=True)
    return found, kept

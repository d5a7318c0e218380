"""What SQLite says when it fails, as errors that name the file and the remedy."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from storage.errors import DatabaseBusy, DatabaseDamaged, DiskError, DiskFull, ReadOnly, StorageError

PATIENCE = 5
"""seconds that a write waits for another one"""
ROOM = 1 << 20
"""bytes; with less free, a failure of the disk is that it is full"""
Kind = type[StorageError]

_KINDS: dict[int, Kind] = {
    sqlite3.SQLITE_BUSY: DatabaseBusy, sqlite3.SQLITE_LOCKED: DatabaseBusy, sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskError, sqlite3.SQLITE_READONLY: ReadOnly, sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged, sqlite3.SQLITE_NOTADB: DatabaseDamaged,
}  # fmt: skip
_MESSAGES: dict[Kind, str] = {
    DatabaseBusy: f"the database {{where}} has been locked by another program for {PATIENCE} seconds; try again in a moment, "
    "or close that program",
    DiskFull: "there is no room left on the disk for the database {where}; free some, then try again",
    DiskError: "the disk failed under the database {where} ({why}); see that it is connected and not over its quota, "
    "then try again",
    ReadOnly: "the database {where} can only be read; make the file and its folder writable, then try again",
    DatabaseDamaged: "the database {where} is damaged ({why}) and left as it is; keep a copy of it and of the -wal file "
    "beside it, then put a backup in its place or name another database with --database (sqlite3's .recover may read "
    "what is left)",
    StorageError: "the database {where} refused: {why}; nothing was changed",
}


def refused(kind: Kind, where: object, why: object = "") -> StorageError:
    """An error of a kind about a database, on one line."""
    return kind(_MESSAGES[kind].format(where=where, why=" ".join(str(why).split())))


def refusal(error: SQLAlchemyError | sqlite3.Error, where: str) -> StorageError:
    """What an error of SQLite at a file means."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorcode", None)
    kind = _KINDS.get(code & 0xFF, StorageError) if isinstance(code, int) else StorageError
    if code is not None and code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        kind = _unopened(where)
    if kind in (DiskError, StorageError) and isinstance(cause, sqlite3.OperationalError) and _no_room(where):
        kind = DiskFull
    return refused(kind, where, cause)


def _folder(where: str) -> Path:
    return Path(where.removeprefix("sqlite:///")).expanduser().parent


def _unopened(where: str) -> Kind:
    """Why a file was not opened: SQLite makes files beside it, so its folder must be there and take them."""
    folder = _folder(where)
    if not folder.is_dir():
        return DiskError
    return StorageError if os.access(folder, os.W_OK) else ReadOnly


def _no_room(where: str) -> bool:
    try:
        return shutil.disk_usage(_folder(where)).free < ROOM
    except OSError:
        return False

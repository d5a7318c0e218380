"""Whether a database file is whole, looked at before anything may write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from storage.database.refusals import refusal, refused
from storage.errors import DatabaseDamaged

DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def check(path: Path, where: str) -> None:
    """Raises DatabaseDamaged when a file is no database any more, or its pages do not fit together.

    It is read only, so not a byte of it changes. What else keeps it from being read is left to who opens it for work.
    """
    beside = path.with_name(f"{path.name}-wal")
    if not path.exists() or not path.stat().st_size:
        if path.exists() and beside.exists() and beside.stat().st_size:
            raise refused(DatabaseDamaged, where, "it is empty, and the -wal file beside it is not")
        return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except UnicodeDecodeError as error:  # what SQLite says names a thing whose name was damaged
        raise refused(DatabaseDamaged, where, "a name in its schema is no text") from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            raise refusal(error, where) from error
        return
    if found != ["ok"]:
        raise refused(DatabaseDamaged, where, found[0])

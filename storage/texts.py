"""Transactions, and texts by the hash of their content: what everything else in the store stands on."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, delete, select, union
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from storage.errors import StorageError
from storage.models import Base, TextRow


def digest(*parts: str) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


@lru_cache(maxsize=4096)
def words_changed(old: str, new: str) -> tuple[int, int]:
    """Words that only the new text has, and only the old one."""
    before, after = Counter(old.split()), Counter(new.split())
    return (after - before).total(), (before - after).total()


class Texts:
    """One database: its transactions and its texts."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        try:
            with Session(self.engine) as session, session.begin():
                # Read and write under one lock: two tabs must not both believe that they extend the head.
                if self.engine.dialect.name == "sqlite":
                    session.connection().exec_driver_sql("BEGIN IMMEDIATE")
                yield session
        except DatabaseError as error:
            raise StorageError(f"the database refused: {error.orig}; is the disk full or the file locked?") from error

    @staticmethod
    def _put(session: Session, text: str) -> str:
        key = digest(text)
        if session.get(TextRow, key) is None:
            session.add(TextRow(hash=key, data=zlib.compress(text.encode("utf-8", "surrogatepass"))))
            session.flush()
        return key

    @staticmethod
    def _get(session: Session, key: str) -> str:
        row = session.get(TextRow, key)
        assert row is not None
        return unpacked(row.data)

    @staticmethod
    def _sweep(session: Session) -> None:
        """Delete every text that no row refers to: those of deleted documents, and drafts that were typed over."""
        needed = [
            select(column).where(column.is_not(None))
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if any(key.column is TextRow.__table__.c.hash for key in column.foreign_keys)
        ]
        session.execute(delete(TextRow).where(TextRow.hash.not_in(union(*needed))))

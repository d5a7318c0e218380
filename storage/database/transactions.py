"""The two kinds of transaction: reads that wait for nobody, and writes, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from storage.database import seals  # noqa: F401  rows are sealed by who writes them
from storage.database.refusals import refusal
from storage.errors import StorageError

READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"


class Database:
    """One database. What fails in it comes out as a StorageError with a stable code.

    Who begins a transaction while one is open on the same thread takes part in that one, so what several objects do at once
    is done as a whole or not at all.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._open = threading.local()

    @property
    def where(self) -> str:
        """The file, or the address without its password."""
        url = self.engine.url
        return url.database or ":memory:" if url.get_backend_name() == "sqlite" else url.render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One state of the database, as it was at the first read; whoever writes meanwhile neither waits nor is waited for."""
        with self._session(READ) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Read and write under one lock: two tabs must not both believe that they extend the head. Raises DatabaseBusy."""
        with self._session(WRITE) as session:
            yield session

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """Like ``writing``, and everything is taken back at the end."""
        with self.writing() as session:
            yield session
            session.flush()
            session.rollback()

    def apart(self, *statements: str) -> None:
        """What SQLite does in no transaction. Raises StorageError."""
        try:
            with self.engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        except DatabaseError as error:
            raise refusal(error, self.where) from error

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the -wal file; where somebody is reading, the next one does."""
        if self.engine.dialect.name == "sqlite":
            with suppress(StorageError):
                self.apart("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _session(self, begin: str) -> Iterator[Session]:
        session, kind = getattr(self._open, "session", (None, ""))
        if session is not None:
            if begin == WRITE and kind == READ:
                raise RuntimeError("a transaction that was begun for reading cannot write")
            yield session
            return
        try:
            with Session(self.engine) as session, session.begin():
                if self.engine.dialect.name == "sqlite":
                    session.connection().exec_driver_sql(begin)
                self._open.session = (session, begin)
                try:
                    yield session
                finally:
                    del self._open.session
        except DatabaseError as error:
            raise refusal(error, self.where) from error

"""The two kinds of transaction: reads that wait for nobody, and writes, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from storage.database.refusals import refusal


class Database:
    """One database. What fails in it comes out as a StorageError with a stable code."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def where(self) -> str:
        """The file, or the address without its password."""
        url = self.engine.url
        return url.database or ":memory:" if url.get_backend_name() == "sqlite" else url.render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One state of the database, as it was at the first read; whoever writes meanwhile neither waits nor is waited for."""
        with self._session("BEGIN") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Read and write under one lock: two tabs must not both believe that they extend the head. Raises DatabaseBusy."""
        with self._session("BEGIN IMMEDIATE") as session:
            yield session

    @contextmanager
    def _session(self, begin: str) -> Iterator[Session]:
        try:
            with Session(self.engine) as session, session.begin():
                if self.engine.dialect.name == "sqlite":
                    session.connection().exec_driver_sql(begin)
                yield session
        except DatabaseError as error:
            raise refusal(error, self.where) from error

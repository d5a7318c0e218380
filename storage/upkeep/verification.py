"""Looking a database over: every hash, id and seal is made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.database.models import DocumentRow, RevisionRow, RunRow, Sealed
from storage.database.seals import seal_of
from storage.database.transactions import Database
from storage.errors import StorageError
from storage.facts import Facts
from storage.revisions.revisions import DELETED
from storage.runs.traces import Unreadable, unpack
from storage.texts.identity import digest, revision_id
from storage.texts.texts import Texts
from storage.upkeep.upkeep import SEALED

BATCH = 200
SCHEMA = "schema"
"""the fact of what the schema's digest is"""
Problems = Iterator[str]


def schema_of(session: Session) -> str:
    """The digest of a SQLite database's schema."""
    rows = session.connection().exec_driver_sql(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY name"
    )
    return digest(*(str(part) for row in rows for part in row))


class Verification:
    """Finds what is not as it was written."""

    def __init__(self, database: Database, texts: Texts, facts: Facts) -> None:
        self._database = database
        self._texts = texts
        self._facts = facts

    def remember(self) -> None:
        """The schema is as it ought to be."""
        if self._database.engine.dialect.name == "sqlite":
            with self._database.writing() as session:
                self._facts.set(SCHEMA, schema_of(session))

    def problems(self) -> Problems:
        """One line for each thing that is not right; none where everything is."""
        for look in (self._file, self._seals, self._unreadable, self._ids, self._traces):
            try:
                yield from look()
            except (StorageError, SQLAlchemyError, sqlite3.Error, ValueError, UnicodeDecodeError) as error:
                yield f"the database cannot be read to its end: {' '.join(str(error).split())}"

    def _file(self) -> Problems:
        with self._database.reading() as session:
            connection = session.connection()
            for (found,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
                if found != "ok":
                    yield f"the file: {found}"
            for table, row, other, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield f"row {row} of {table} refers to nothing in {other}"
            schema = self._facts.get(SCHEMA)
            if schema is not None and schema_of(session) != schema:
                yield "the schema is not the one that this program made"
        with self._database.trying() as session:
            try:
                session.connection().exec_driver_sql("INSERT INTO found(found, rank) VALUES ('integrity-check', 1)")
            except SQLAlchemyError as error:
                yield f"the search index does not fit what it is of: {error.__cause__ or error}"

    def _seals(self) -> Problems:
        for table in SEALED:
            for row in self._rows(table):
                if isinstance(row, str):
                    yield row
                elif row.seal is not None and seal_of(row) != row.seal:
                    yield f"{_named(row)} is not what was written"

    def _rows(self, table: type[Any]) -> Iterator[Any]:
        """The rows of a table; a line in place of one that cannot be read."""
        key = inspect(table).primary_key[0]
        last: Any = None
        while True:
            with self._database.reading() as session:
                wanted = select(key).order_by(key).limit(BATCH)
                keys = session.scalars(wanted if last is None else wanted.where(key > last)).all()
                rows: list[Any] = []
                for at in keys:
                    try:
                        rows.append(session.get_one(table, at))
                    except (ValueError, TypeError, SQLAlchemyError) as error:
                        rows.append(
                            f"row {at!r} of {table.__tablename__} cannot be read: {' '.join(str(error).split())}"
                        )
                session.expunge_all()
            yield from rows
            if len(keys) < BATCH:
                return
            last = keys[-1]

    def _unreadable(self) -> Problems:
        for key in self._texts.unreadable():
            yield f"text {key} cannot be read"

    def _ids(self) -> Problems:
        with self._database.reading() as session:
            origins = {row.id: row.origin for row in session.execute(select(DocumentRow.id, DocumentRow.origin))}
            r = RevisionRow
            columns = (r.id, r.document_id, r.parent_id, r.kind, r.depth, r.text_hash, r.run_id)
            rows = {row.id: row for row in session.execute(select(*columns))}
        for row in rows.values():
            parent = rows.get(row.parent_id)
            if row.parent_id and (
                parent is None or parent.document_id != row.document_id or parent.depth + 1 != row.depth
            ):
                yield f"revision {row.id} does not stand on its parent"
            made = revision_id(origins.get(row.document_id, ""), row.parent_id, row.kind, row.text_hash, row.run_id)
            if row.kind != DELETED and made != row.id:
                yield f"revision {row.id} is not what its id says"

    def _traces(self) -> Problems:
        with self._database.reading() as session:
            keys = session.scalars(select(RunRow.id)).all()
        for key in keys:
            with self._database.reading() as session:
                trace = session.scalar(select(RunRow.trace).where(RunRow.id == key))
            try:
                unpack(trace or b"")
            except Unreadable:
                yield f"the steps of run {key} cannot be read"


def _named(row: Sealed) -> str:
    key = inspect(type(row)).primary_key[0].name
    return f"row {getattr(row, key)!r} of {type(row).__table__.name}"  # type: ignore[attr-defined]

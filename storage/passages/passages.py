"""The table of passages, and the full-text index over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, delete, or_, select, text

from storage.database.models import PassageRow
from storage.database.rows import among
from storage.database.transactions import Database
from storage.passages.folding import searchable
from storage.passages.stretches import brought

p = PassageRow


class Passages:
    """What the revisions and the runs of one database brought in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_revision(self, document_id: int, revision: str, before: str, after: str) -> None:
        self._add(document_id, searchable(brought(before, after)), revision_id=revision)

    def add_run(self, document_id: int, run: str, result: list[str]) -> None:
        self._add(document_id, searchable("\n".join(result)), run_id=run)

    def _add(self, document_id: int, words: str, **of: str) -> None:
        with self._database.writing() as session:
            session.add(PassageRow(document_id=document_id, words=words, **of))

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of some revisions or runs that have a passage."""
        with self._database.reading() as session:
            of = select(p.revision_id, p.run_id).where(or_(p.revision_id.in_(keys), p.run_id.in_(keys)))
            return {key for row in session.execute(of) for key in row if key}

    def delete(self, keys: Collection[str]) -> None:
        """Those of some revisions and runs."""
        with self._database.writing() as session:
            session.flush()
            session.execute(delete(PassageRow).where(or_(among(p.revision_id, keys), among(p.run_id, keys))))

    def delete_of(self, document_id: int) -> None:
        with self._database.writing() as session:
            session.flush()
            session.execute(delete(PassageRow).where(p.document_id == document_id))

    def settle(self) -> None:
        """Write the index anew without what was deleted: until then it is only marked as gone."""
        with self._database.writing() as session:
            session.flush()
            if self._indexed:
                session.execute(text("INSERT INTO found(found) VALUES ('optimize')"))

    def documents(self, matches: Iterable[str]) -> set[int] | None:
        """The documents that have each of some terms, in whatever passage; None where nothing is asked of the index."""
        held: set[int] | None = None
        with self._database.reading() as session:
            for match in matches:
                there = set(session.scalars(self._matching(select(p.document_id).distinct(), match)))
                held = there if held is None else held & there
        return held

    def latest(self, matches: list[str], limit: int) -> list[Row[Any]]:
        """(document, revision, run) of passages that have all of some terms, the newest first."""
        wanted = select(p.document_id, p.revision_id, p.run_id).order_by(p.id.desc()).limit(limit)
        with self._database.reading() as session:
            for match in [" AND ".join(matches)] if self._indexed and matches else matches:
                wanted = self._matching(wanted, match)
            return list(session.execute(wanted))

    @property
    def _indexed(self) -> bool:
        return self._database.engine.dialect.name == "sqlite"

    def _matching(self, wanted: Any, match: str) -> Any:
        if self._indexed:
            return wanted.where(text("passages.id IN (SELECT rowid FROM found WHERE found MATCH :match)")).params(
                match=match
            )
        return wanted.where(p.words.contains(match.strip('"*'), autoescape=True))

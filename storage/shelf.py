"""The documents as things on a shelf: which there are, finding one, the bin, and deleting for ever."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, Row, Select, delete, func, select, update
from sqlalchemy.orm import Session

from storage.database.models import WORKING, DeletedRow, DocumentRow, RevisionRow, RunRow, TextRow, now
from storage.database.transactions import Database
from storage.errors import DocumentNotFound, NotInBin
from storage.records import DocumentSummary, Found
from storage.texts import Texts

BEFORE, AFTER = 40, 120
"""characters of an excerpt around its hit"""


class Shelf:
    """Documents, but for what is written in them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._database = Database(engine)
        self._texts = Texts(self._database)
        self._reading, self._writing = self._database.reading, self._database.writing
        self._words: dict[str, int] = {}
        """words of working texts that an older version did not count, by hash"""

    @staticmethod
    def _document(session: Session, document_id: int) -> DocumentRow:
        row = session.get(DocumentRow, document_id) if abs(document_id) < 2**63 else None  # what SQLite can hold
        if row is not None:
            return row
        if abs(document_id) < 2**63 and session.get(DeletedRow, document_id) is not None:
            raise DocumentNotFound(f"document {document_id} was deleted for ever")
        raise DocumentNotFound(f"there is no document {document_id}; it may belong to another database")

    @staticmethod
    def _next_number(session: Session) -> int:
        """A number that no document has or had."""
        highest = [session.scalar(select(func.max(column))) or 0 for column in (DocumentRow.id, DeletedRow.id)]
        return max(highest) + 1

    def rename(self, document_id: int, title: str) -> None:
        with self._writing() as session:
            self._document(session, document_id).title = title

    def set_language(self, document_id: int, language: str) -> None:
        with self._writing() as session:
            self._document(session, document_id).language = language

    # ---- which there are, and finding one ----------------------------------------------------------------------
    @staticmethod
    def _shelved(in_bin: bool, *more: Any) -> Select[Any]:
        """Documents, latest first: what a summary tells, the hash of the working text, and more."""
        d = DocumentRow
        told = (d.id, d.title, d.language, d.updated_at, d.deleted_at, d.head_id, d.words, WORKING.label("working"))
        return (
            select(*told, *more)
            .join(RevisionRow, RevisionRow.id == d.head_id)
            .where(d.deleted_at.is_not(None) if in_bin else d.deleted_at.is_(None))
            .order_by((d.deleted_at if in_bin else d.updated_at).desc(), d.id.desc())
        )

    def documents(self, in_bin: bool = False) -> list[DocumentSummary]:
        """Most recently changed first; those in the bin, most recently put there first."""
        with self._reading() as session:
            rows = session.execute(self._shelved(in_bin)).all()
            unknown = {row.working for row in rows if row.words is None} - self._words.keys()
            texts = session.execute(select(TextRow.hash, TextRow.data).where(TextRow.hash.in_(unknown))).all()
        self._words |= {key: len(self._texts.legible(key, data).split()) for key, data in texts}
        return [_summary(row, self._words.get(row.working, 0)) for row in rows]

    def search(self, query: str, in_bin: bool = False) -> list[Found]:
        """Documents with ``query`` in their title or text, in any case and across line breaks; all of them when it is empty.
        Those that have it in their title come first."""
        pattern = re.compile(r"\s+".join(re.escape(word) for word in query.split()), re.IGNORECASE)
        if not pattern.pattern:
            return [Found(summary, 0, None) for summary in self.documents(in_bin)]
        titled: list[Found] = []
        others: list[Found] = []
        with self._reading() as session:
            wanted = self._shelved(in_bin, TextRow.data).join(TextRow, TextRow.hash == WORKING)
            rows = session.execute(wanted).all()
        # Texts are unpacked when the database is free again: with many of them it takes a while.
        for row in rows:
            text = self._texts.legible(row.working, row.data)
            summary = _summary(row, len(text.split()) if row.words is None else 0)
            in_title = len(pattern.findall(summary.title))
            hits = [match.span() for match in pattern.finditer(text)]
            if in_title or hits:
                found = Found(summary, in_title + len(hits), _excerpt(text, *hits[0]) if hits else None)
                (titled if in_title else others).append(found)
        return titled + others

    # ---- the bin -----------------------------------------------------------------------------------------------
    def put_in_bin(self, document_id: int) -> None:
        """Take a document off the shelf. Nothing of it is lost, and it can still be saved to."""
        with self._writing() as session:
            row = self._document(session, document_id)
            row.deleted_at = row.deleted_at or now()

    def restore_document(self, document_id: int) -> None:
        """Take a document out of the bin."""
        with self._writing() as session:
            self._document(session, document_id).deleted_at = None

    def delete_for_ever(self, document_id: int) -> None:
        """Delete a document of the bin with its revisions, its runs and the texts that nothing else needs.

        Raises NotInBin for one on the shelf.
        """
        with self._writing() as session:
            if self._document(session, document_id).deleted_at is None:
                raise NotInBin(f"document {document_id} is not in the bin; put it there first")
            self._delete(session, [document_id])

    def empty_bin(self) -> int:
        """Delete for ever what is in the bin; how many documents that were."""
        with self._writing() as session:
            found = list(session.scalars(select(DocumentRow.id).where(DocumentRow.deleted_at.is_not(None))))
            self._delete(session, found)
            return len(found)

    def _delete(self, session: Session, documents: list[int]) -> None:
        for document in documents:
            session.execute(update(DocumentRow).where(DocumentRow.id == document).values(head_id=None))
            session.execute(delete(RevisionRow).where(RevisionRow.document_id == document))
            session.execute(delete(RunRow).where(RunRow.document_id == document))
            session.execute(delete(DocumentRow).where(DocumentRow.id == document))
            session.add(DeletedRow(id=document))
        self._texts.sweep(session)


def _summary(row: Row[Any], counted: int) -> DocumentSummary:
    words = counted if row.words is None else row.words
    return DocumentSummary(
        row.id, row.title, row.language, row.updated_at, row.deleted_at, row.head_id or "", words
    )  # fmt: skip


def _excerpt(text: str, start: int, end: int) -> tuple[str, str, str]:
    """A hit and what stands around it, each on one line. Cut text is marked."""
    before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
    spread = [re.sub(r"\s+", " ", part) for part in (before, text[start:end], after)]
    return ("…" if start > BEFORE else "") + spread[0], spread[1], spread[2] + ("…" if len(text) > end + AFTER else "")

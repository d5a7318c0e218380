"""The table of documents: what they are called, which there are, and where their head and their draft are."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database.models import DeletedRow, DocumentRow
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged, DocumentNotFound
from storage.records import Document, DocumentSummary, RevisionSummary
from storage.revisions.listing import Listing
from storage.revisions.revisions import Revisions
from storage.texts.identity import digest
from storage.texts.packing import Packed
from storage.texts.texts import Texts
from storage.wording import words

d = DocumentRow


def token(revision_id: str, text_hash: str) -> str:
    """What a page must have seen to be up to date: the head revision and the working text."""
    return f"{revision_id}:{text_hash}"


def row_of(session: Session, document_id: int) -> DocumentRow:
    """Raises DocumentNotFound."""
    row = session.get(DocumentRow, document_id) if abs(document_id) < 2**63 else None  # what SQLite can hold
    if row is not None:
        return row
    if abs(document_id) < 2**63 and session.get(DeletedRow, document_id) is not None:
        raise DocumentNotFound(f"document {document_id} was deleted for ever")
    raise DocumentNotFound(f"there is no document {document_id}; it may belong to another database")


class Documents:
    """The documents of one database."""

    def __init__(self, database: Database, texts: Texts, revisions: Revisions, listing: Listing) -> None:
        self._database = database
        self._texts = texts
        self._revisions = revisions
        self._listing = listing
        self._words: dict[str, int] = {}
        """words of working texts that an older version did not count, by hash"""

    # ---- one of them -------------------------------------------------------------------------------------------
    def get(self, document_id: int) -> Document:
        """A document with its working text. Raises DocumentNotFound, DatabaseDamaged."""
        with self._database.reading() as session:
            row = row_of(session, document_id)
            head = self._revisions.node(row.head_id or "")
            key = row.draft_hash or head.text_hash
            text = self._texts.get(key)
            return Document(
                row.id, row.title, row.language, text, head.id, token(head.id, key), row.newline, row.bom, row.encoding,
                row.created_at, row.updated_at, row.deleted_at, tuple(row.dictionary), digest(text) != key, row.private,
            )  # fmt: skip

    def create(
        self, title: str, language: str, text: str, *, newline: str = "\n", bom: bool = False, encoding: str = "utf-8"
    ) -> Document:
        """A new document whose first revision is ``text``."""
        packed = Packed.of(text)
        return self._begin(
            DocumentRow(title=title, language=language, newline=newline, bom=bom, encoding=encoding), packed
        )

    def duplicate(self, document_id: int, title: str) -> Document:
        """A new document with the working text of another. Its history begins anew."""
        with self._database.writing() as session:
            source = row_of(session, document_id)
            text = self._texts.packed(self.get(document_id).text)
            row = DocumentRow(
                title=title, language=source.language, newline=source.newline, bom=source.bom, encoding=source.encoding,
                dictionary=list(source.dictionary),
            )  # fmt: skip
            return self._begin(row, text)

    def _begin(self, row: DocumentRow, text: Packed) -> Document:
        with self._database.writing() as session:
            row.id = self.next_number()
            session.add(row)
            session.flush()
            row.head_id, row.words = self._revisions.add(row.origin, row.id, None, "created", text).id, text.words
            session.flush()
            return self.get(row.id)

    def next_number(self) -> int:
        """A number that no document has or had."""
        with self._database.reading() as session:
            return 1 + max(session.scalar(select(func.max(column))) or 0 for column in (DocumentRow.id, DeletedRow.id))

    def rename(self, document_id: int, title: str) -> None:
        with self._database.writing() as session:
            row_of(session, document_id).title = title

    def set_language(self, document_id: int, language: str) -> None:
        with self._database.writing() as session:
            row_of(session, document_id).language = language

    def set_private(self, document_id: int, private: bool) -> None:
        """Whether the runs of a document are to be kept from now on, or not."""
        with self._database.writing() as session:
            row_of(session, document_id).private = private

    def ignore(self, document_id: int, word: str, ignored: bool = True) -> tuple[str, ...]:
        """Put a word into a document's dictionary, or take it out; gives the whole, sorted."""
        with self._database.writing() as session:
            row = row_of(session, document_id)
            row.dictionary = sorted({*row.dictionary, word} if ignored else {*row.dictionary} - {word})
            return tuple(row.dictionary)

    def history(self, document_id: int) -> list[RevisionSummary]:
        """Every revision of a document, branches too: deepest first, then latest."""
        with self._database.reading() as session:
            head = row_of(session, document_id).head_id
        return self._listing.of(document_id, head)

    # ---- all of them -------------------------------------------------------------------------------------------
    def all(self, in_bin: bool = False) -> list[DocumentSummary]:
        """Most recently changed first; those in the bin, most recently put there first."""
        with self._database.reading() as session:
            there = d.deleted_at.is_not(None) if in_bin else d.deleted_at.is_(None)
            order = ((d.deleted_at if in_bin else d.updated_at).desc(), d.id.desc())
            rows = list(session.scalars(select(DocumentRow).where(there).order_by(*order)))
            working = self.working([row.id for row in rows if row.words is None])
            session.expunge_all()
        texts = self._texts.legible(set(working.values()) - self._words.keys())
        self._words |= {key: len(words(text)) for key, text in texts.items()}
        return [
            DocumentSummary(
                row.id, row.title, row.language, row.updated_at, row.deleted_at, row.head_id or "",
                self._words.get(working[row.id], 0) if row.words is None else row.words,
            )
            for row in rows
        ]  # fmt: skip

    def working(self, documents: list[int]) -> dict[int, str]:
        """The hash of each document's working text."""
        with self._database.reading() as session:
            rows = session.execute(select(d.id, d.head_id, d.draft_hash).where(d.id.in_(documents))).all()
            heads = self._revisions.texts_of([row.head_id for row in rows if not row.draft_hash])
            return {row.id: row.draft_hash or heads[row.head_id] for row in rows}

    def titles(self, documents: set[int]) -> dict[int, str]:
        with self._database.reading() as session:
            return {row.id: row.title for row in session.execute(select(d.id, d.title).where(d.id.in_(documents)))}

    def drafted(self) -> set[int]:
        """The documents that have a draft."""
        with self._database.reading() as session:
            return set(session.scalars(select(d.id).where(d.draft_hash.is_not(None))))

    def holding(self, key: str) -> set[int]:
        """The documents whose draft is a text."""
        with self._database.reading() as session:
            return set(session.scalars(select(d.id).where(d.draft_hash == key)))

    def count(self) -> None:
        """Store the words of documents that have none counted."""
        with self._database.reading() as session:
            bare = session.scalars(select(d.id).where(d.words.is_(None))).all()
        for number in bare:
            with suppress(DatabaseDamaged):
                with self._database.reading():
                    counted = len(words(self._texts.get(self.working([number]).get(number, ""))))
                # Who saved meanwhile has counted, so what is still bare is still this text.
                with self._database.writing() as session:
                    if (row := session.get(DocumentRow, number)) is not None and row.words is None:
                        row.words = counted

"""Deleting documents, in two steps: into the bin, and for ever."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from storage.database.models import DeletedRow, DocumentRow, now
from storage.database.transactions import Database
from storage.documents.documents import row_of
from storage.errors import NotInBin
from storage.passages.passages import Passages
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.texts import Texts


class Bin:
    """The documents that were taken off the shelf."""

    def __init__(self, database: Database, texts: Texts, revisions: Revisions, runs: Runs, passages: Passages) -> None:
        self._database = database
        self._texts = texts
        self._revisions = revisions
        self._runs = runs
        self._passages = passages

    def put(self, document_id: int) -> None:
        """Take a document off the shelf. Nothing of it is lost, and it can still be saved to."""
        with self._database.writing() as session:
            row = row_of(session, document_id)
            row.deleted_at = row.deleted_at or now()

    def take_out(self, document_id: int) -> None:
        with self._database.writing() as session:
            row_of(session, document_id).deleted_at = None

    def delete(self, document_id: int) -> None:
        """Delete a document for ever, with its revisions, its runs and the texts that nothing else needs.

        Raises NotInBin for one on the shelf.
        """
        with self._database.writing() as session:
            if row_of(session, document_id).deleted_at is None:
                raise NotInBin(f"document {document_id} is not in the bin; put it there first")
            self._delete([document_id])
        self._database.scrub()

    def empty(self) -> int:
        """Delete for ever what is in the bin; how many documents that were."""
        with self._database.writing() as session:
            found = list(session.scalars(select(DocumentRow.id).where(DocumentRow.deleted_at.is_not(None))))
            self._delete(found)
        self._database.scrub()
        return len(found)

    def _delete(self, documents: list[int]) -> None:
        with self._database.writing() as session:
            for document in documents:
                session.execute(update(DocumentRow).where(DocumentRow.id == document).values(head_id=None))
                self._revisions.delete_of(document)
                self._runs.delete_of(document)
                session.execute(delete(DocumentRow).where(DocumentRow.id == document))
                session.add(DeletedRow(id=document))
            self._texts.sweep()
            self._passages.settle()

"""What is done beside the work, after the start: a look at every text, and counting what an older version did not count."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import select, union, update

from storage.database.models import WORKING, DocumentRow, RevisionRow, RunRow, TextRow
from storage.errors import DatabaseDamaged, StorageError
from storage.history import History
from storage.texts import Texts, digest

log = logging.getLogger("palimpsest")
BATCH = 50
"""rows of one short transaction"""


class Upkeep:
    """Chores of one database. Each holds the write lock for moments only, and may be broken off at any point."""

    def __init__(self, texts: Texts, history: History) -> None:
        self._texts = texts
        self._history = history
        self._database = texts.database

    def run(self) -> None:
        """All of it. What is damaged is said in the log; what cannot be done now is left to the next start."""
        try:
            for number, title in self.damaged():
                log.error(
                    "the database %s is damaged: a text of “%s” (document %s) cannot be read. Everything else can: "
                    "keep a copy of the file, and put a backup in its place if that text is needed",
                    self._database.where, title, number,
                )  # fmt: skip
            self.count()
        except StorageError as error:
            log.log(logging.ERROR if isinstance(error, DatabaseDamaged) else logging.INFO, "%s", error)

    def count(self) -> None:
        """Store the figures of revisions and the words of documents that have none."""
        with self._database.reading() as session:
            bare = select(RevisionRow.id).where(RevisionRow.added.is_(None))
            revisions = session.scalars(bare.order_by(RevisionRow.document_id, RevisionRow.depth)).all()
            documents = session.scalars(select(DocumentRow.id).where(DocumentRow.words.is_(None))).all()
        for start in range(0, len(revisions), BATCH):
            counted = self._history.counted(revisions[start : start + BATCH])
            with self._database.writing() as session:
                for key, told in counted.items():
                    values = {"added": told.added, "removed": told.removed, "excerpt": told.excerpt}
                    session.execute(update(RevisionRow).where(RevisionRow.id == key).values(values))
        for document in documents:
            self._count_words(document)

    def _count_words(self, document: int) -> None:
        working = select(WORKING).join(RevisionRow, RevisionRow.id == DocumentRow.head_id)
        with self._database.reading() as session:
            key = session.scalar(working.where(DocumentRow.id == document))
            data = session.scalar(select(TextRow.data).where(TextRow.hash == key))
        with suppress(DatabaseDamaged):
            words = len(self._texts.unpacked(str(key), data).split())
            # Who saved meanwhile has counted, so what is still bare is still this text.
            bare = update(DocumentRow).where(DocumentRow.id == document, DocumentRow.words.is_(None))
            with self._database.writing() as session:
                session.execute(bare.values(words=words))

    def damaged(self) -> list[tuple[int, str]]:
        """Documents (number, title) with a text that is not what it was: every text is read and its hash made anew."""
        return sorted({found for key in self._unreadable() for found in self._holders(key)})

    def _unreadable(self) -> Iterator[str]:
        last = ""
        while True:
            with self._database.reading() as session:
                wanted = (
                    select(TextRow.hash, TextRow.data).where(TextRow.hash > last).order_by(TextRow.hash).limit(BATCH)
                )
                texts = session.execute(wanted).all()
            for key, data in texts:
                try:
                    sound = digest(self._texts.raw(key, data)) == key
                except DatabaseDamaged:
                    sound = False
                if not sound:
                    yield key
            if len(texts) < BATCH:
                return
            last = texts[-1][0]

    def _holders(self, key: str) -> list[tuple[int, str]]:
        named = select(DocumentRow.id, DocumentRow.title)
        with self._database.reading() as session:
            holders = union(
                select(DocumentRow.id).where(DocumentRow.draft_hash == key),
                *(select(row.document_id).where(row.text_hash == key) for row in (RevisionRow, RunRow)),
            )
            return [(row.id, row.title) for row in session.execute(named.where(DocumentRow.id.in_(holders)))]

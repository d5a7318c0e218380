"""What is done beside the work, after the start: a look at every text, and what an older version did not do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select

from storage.database.models import Base, RevisionRow, RunRow, Sealed
from storage.database.seals import seal_of
from storage.database.transactions import Database
from storage.documents.documents import Documents
from storage.documents.pruning import Pruning
from storage.errors import DatabaseDamaged, StorageError
from storage.facts import INDEXED, Facts
from storage.passages.passages import Passages
from storage.revisions.listing import Listing
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.texts import Texts

log = logging.getLogger("palimpsest")
BATCH = 50
"""rows of one short transaction"""
SEALED: list[type[Sealed]] = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Sealed)]


class Upkeep:
    """Chores of one database. Each holds the write lock for moments only, and may be broken off at any point."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        runs: Runs,
        revisions: Revisions,
        listing: Listing,
        documents: Documents,
        passages: Passages,
        pruning: Pruning,
        facts: Facts,
    ) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs
        self._revisions = revisions
        self._holders = (documents, revisions, runs)
        self._listing = listing
        self._documents = documents
        self._passages = passages
        self._pruning = pruning
        self._facts = facts

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
            self._pruning.thin()
            self._texts.repack(self._revisions.neighbours())
            self.index()
            self.seal()
        except StorageError as error:
            log.log(logging.ERROR if isinstance(error, DatabaseDamaged) else logging.INFO, "%s", error)

    def count(self) -> None:
        """Store the figures of revisions and the words of documents that have none."""
        self._listing.count()
        self._documents.count()

    def damaged(self) -> list[tuple[int, str]]:
        """Documents (number, title) with a text that is not what it was: every text is read and its hash made anew."""
        found = {
            number for key in self._texts.unreadable() for holder in self._holders for number in holder.holding(key)
        }
        return sorted(self._documents.titles(found).items())

    def begin(self) -> None:
        """A database is new: nothing was done by an older version."""
        with self._database.writing() as session:
            if session.scalar(select(RevisionRow.id).limit(1)) is None:
                self._facts.set(INDEXED, True)

    def index(self) -> None:
        """Make what can be searched for of revisions and runs that have no passage."""
        if self._facts.get(INDEXED, False):
            return
        self._index(RevisionRow, self._index_revision)
        self._index(RunRow, self._index_run)
        self._facts.set(INDEXED, True)

    def _index(self, table: type[RevisionRow] | type[RunRow], add: Callable[[str], None]) -> None:
        with self._database.reading() as session:
            keys = session.scalars(select(table.id)).all()
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            with self._database.writing():
                for key in set(batch) - self._passages.known(batch):
                    try:
                        add(key)
                    except StorageError:  # deleted meanwhile, or damaged, which is said elsewhere
                        continue

    def _index_revision(self, key: str) -> None:
        revision = self._revisions.get(key)
        self._passages.add_revision(revision.document_id, key, revision.parent_text, revision.text)

    def _index_run(self, key: str) -> None:
        self._passages.add_run(self._runs.document_of(key), key, self._runs.summary(key).result)

    def seal(self) -> None:
        """Seal the rows that have no seal."""
        for table in SEALED:
            while True:
                with self._database.writing() as session:
                    rows = session.scalars(select(table).where(table.seal.is_(None)).limit(BATCH)).all()
                    for row in rows:
                        row.seal = seal_of(row)
                if len(rows) < BATCH:
                    break

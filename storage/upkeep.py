"""What is done beside the work, after the start: a look at every text, and counting what an older version did not count."""

from __future__ import annotations

import logging

from storage.database.transactions import Database
from storage.documents.documents import Documents
from storage.errors import DatabaseDamaged, StorageError
from storage.revisions.listing import Listing
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.texts import Texts

log = logging.getLogger("palimpsest")


class Upkeep:
    """Chores of one database. Each holds the write lock for moments only, and may be broken off at any point."""

    def __init__(
        self, database: Database, texts: Texts, runs: Runs, revisions: Revisions, listing: Listing, documents: Documents
    ) -> None:
        self._database = database
        self._texts = texts
        self._holders = (documents, revisions, runs)
        self._listing = listing
        self._documents = documents

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
        self._listing.count()
        self._documents.count()

    def damaged(self) -> list[tuple[int, str]]:
        """Documents (number, title) with a text that is not what it was: every text is read and its hash made anew."""
        found = {
            number for key in self._texts.unreadable() for holder in self._holders for number in holder.holding(key)
        }
        return sorted(self._documents.titles(found).items())

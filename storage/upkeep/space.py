"""How much room a database takes, and giving back what lies free."""

from __future__ import annotations

from pathlib import Path

from storage.database.transactions import Database
from storage.documents.documents import Documents
from storage.records import DocumentSpace, Space
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.texts import Texts


class Room:
    """The size of one database."""

    def __init__(
        self, database: Database, texts: Texts, runs: Runs, revisions: Revisions, documents: Documents
    ) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs
        self._revisions = revisions
        self._documents = documents

    def told(self) -> Space:
        """Bytes of the file and of what is in it, and of each document."""
        with self._database.reading() as session:
            connection = session.connection()
            size, count, free = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_size", "page_count", "freelist_count")
            )
            documents = [
                DocumentSpace(d.id, d.title, self._texts.size(self._revisions.keys(d.id)), self._runs.size(d.id))
                for in_bin in (False, True)
                for d in self._documents.all(in_bin)
            ]
            texts, steps = self._texts.size(), self._runs.size()
        wal = Path(f"{self._database.where}-wal")
        beside = wal.stat().st_size if wal.exists() else 0
        return Space(size * count + beside, size * free, texts, steps, documents)

    def vacuum(self) -> int:
        """Copy the file smaller. How many bytes that gave back. Raises DatabaseBusy while others write, DiskFull."""
        before = self.told().file
        self._database.apart("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return before - self.told().file

"""The table of revisions: a tree for each document."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select

from storage.database.models import RevisionRow
from storage.database.transactions import Database
from storage.errors import RevisionNotFound
from storage.records import Node, Revision, Run
from storage.revisions.figures import figures
from storage.runs.runs import Runs
from storage.texts.identity import revision_id
from storage.texts.texts import Packed, Texts

r = RevisionRow


def _node(row: RevisionRow) -> Node:
    return Node(row.id, row.document_id, row.parent_id, row.kind, row.depth, row.text_hash, row.run_id)


class Revisions:
    """The revisions of one database."""

    def __init__(self, database: Database, texts: Texts, runs: Runs) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs

    def node(self, revision: str) -> Node:
        """Raises RevisionNotFound."""
        with self._database.reading() as session:
            row = session.get(RevisionRow, revision)
            if row is None:
                raise RevisionNotFound(f"there is no revision {revision!r}; reload the page")
            return _node(row)

    def get(self, revision: str) -> Revision:
        """A revision with its text and its parent's. Raises RevisionNotFound, DatabaseDamaged."""
        with self._database.reading() as session:
            row = session.get(RevisionRow, revision)
            node = self.node(revision)
            parent = self.node(node.parent) if node.parent else None
            settings = self._runs.settings([node.run]).get(node.run) if node.run else None
            assert row is not None
            return Revision(
                node.id, node.document_id, node.parent, node.kind, self._texts.get(node.text_hash),
                self._texts.get(parent.text_hash) if parent else "", settings, row.created_at,
            )  # fmt: skip

    def run_of(self, revision: str) -> Run:
        """The run that made a revision. Raises RunNotFound when it was made otherwise."""
        with self._database.reading():
            return self._runs.get(self.node(revision).run)

    def texts_of(self, revisions: Collection[str]) -> dict[str, str]:
        """The hash of each revision's text."""
        with self._database.reading() as session:
            return {
                row.id: row.text_hash for row in session.execute(select(r.id, r.text_hash).where(r.id.in_(revisions)))
            }

    def add(self, document_id: int, parent: Node | None, kind: str, text: Packed, run_id: str | None = None) -> Node:
        """A revision on another; the one that is there already, where it is the same."""
        key = revision_id(str(document_id), parent.id if parent else None, kind, text.hash, run_id)
        with self._database.writing() as session:
            row = session.get(RevisionRow, key)
            if row is None:
                self._texts.put(text)
                told = figures(self._texts.get(parent.text_hash) if parent else "", text.text)
                place: dict[str, Any] = (
                    {"parent_id": parent.id, "depth": parent.depth + 1} if parent else {"parent_id": None, "depth": 0}
                )
                row = RevisionRow(
                    id=key, document_id=document_id, kind=kind, text_hash=text.hash, run_id=run_id, added=told.added,
                    removed=told.removed, excerpt=told.excerpt, **place,
                )  # fmt: skip
                session.add(row)
                session.flush()
            return _node(row)

    def delete_of(self, document_id: int) -> None:
        with self._database.writing() as session:
            session.execute(delete(RevisionRow).where(r.document_id == document_id))

    def holding(self, key: str) -> set[int]:
        """The documents with a revision that has a text."""
        with self._database.reading() as session:
            return set(session.scalars(select(r.document_id).where(r.text_hash == key)))

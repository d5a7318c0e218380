"""The table of revisions: a tree for each document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from storage.database.models import RevisionRow
from storage.database.rows import among
from storage.database.transactions import Database
from storage.errors import RevisionNotFound, RunNotFound
from storage.passages.passages import Passages
from storage.records import Node, Revision, Run
from storage.revisions.figures import figures
from storage.runs.runs import Runs
from storage.texts.identity import revision_id
from storage.texts.packing import Packed
from storage.texts.texts import Texts

DELETED = "deleted"
"""the kind of a revision of which nothing is left but its place: those that were made on it stay reachable"""
r = RevisionRow


KNOTS = (r.id, r.document_id, r.parent_id, r.kind, r.depth, r.text_hash, r.run_id)
"""what a node is made of"""


def _node(row: Any) -> Node:
    return Node(row.id, row.document_id, row.parent_id, row.kind, row.depth, row.text_hash, row.run_id)


class Revisions:
    """The revisions of one database."""

    def __init__(self, database: Database, texts: Texts, runs: Runs, passages: Passages) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs
        self._passages = passages

    # ---- reading -----------------------------------------------------------------------------------------------
    def node(self, revision: str) -> Node:
        """Raises RevisionNotFound."""
        with self._database.reading() as session:
            row = session.get(RevisionRow, revision)
            if row is None:
                raise RevisionNotFound(f"there is no revision {revision!r}; reload the page")
            return _node(row)

    def kept(self, revision: str) -> Node:
        """One that was not deleted. Raises RevisionNotFound."""
        node = self.node(revision)
        if node.kind == DELETED:
            raise RevisionNotFound(f"revision {revision!r} was deleted; reload the page")
        return node

    def all_kept(self, revisions: Collection[str]) -> list[Node]:
        """Some that were not deleted. Raises RevisionNotFound."""
        with self._database.reading() as session:
            found = {row.id: _node(row) for row in session.execute(select(*KNOTS).where(among(r.id, revisions)))}
        return [found[key] if key in found and found[key].kind != DELETED else self.kept(key) for key in revisions]

    def get(self, revision: str) -> Revision:
        """A revision with its text and its parent's. Raises RevisionNotFound, DatabaseDamaged."""
        with self._database.reading() as session:
            node = self.kept(revision)
            row = session.get_one(RevisionRow, revision)
            parent = self._parent(node)
            settings = self._runs.settings([node.run]).get(node.run) if node.run else None
            return Revision(
                node.id, node.document_id, parent.id if parent else None, node.kind, self._texts.get(node.text_hash),
                self._texts.get(parent.text_hash) if parent else "", settings, row.created_at, node.run, row.name, row.note,
                tuple(row.tags),
            )  # fmt: skip

    def _parent(self, node: Node) -> Node | None:
        """The nearest revision before another that was not deleted."""
        at = node.parent
        while at and (before := self.node(at)).kind == DELETED:
            at = before.parent
        return self.node(at) if at else None

    def line(self, revision: str) -> list[Node]:
        """A revision and those before it that were not deleted, the latest first."""
        with self._database.reading() as session:
            of = select(*KNOTS).where(r.document_id == self.kept(revision).document_id)
            nodes = {row.id: _node(row) for row in session.execute(of)}
        line, at = [], revision
        while at:
            line.append(nodes[at])
            at = nodes[at].parent or ""
        return [node for node in line if node.kind != DELETED]

    def abbreviated(self, document_id: int, beginning: str) -> str:
        """The whole id of a document's revision, from how it begins. Raises RevisionNotFound where that is none, or several."""
        mine = select(r.id).where(r.document_id == document_id, r.kind != DELETED)
        with self._database.reading() as session:
            found = list(session.scalars(mine.where(r.id.startswith(beginning, autoescape=True)).limit(2)))
        if len(found) != 1:
            many = "several revisions begin" if found else "no revision of it begins"
            raise RevisionNotFound(f"document {document_id}: {many} with {beginning!r}; open one from the history")
        return found[0]

    def beginning(self, key: str) -> str:
        """The whole id of a revision of any document, from how it begins. Raises RevisionNotFound."""
        with self._database.reading() as session:
            mine = select(r.id).where(r.id.startswith(key, autoescape=True), r.kind != DELETED)
            found = list(session.scalars(mine.limit(2)))
        if len(found) != 1:
            raise RevisionNotFound(f"{'several revisions begin' if found else 'no revision begins'} with {key!r}")
        return found[0]

    def run_of(self, revision: str) -> Run:
        """The run that made a revision. Raises RunNotFound when it was made otherwise."""
        with self._database.reading():
            node = self.kept(revision)
            if node.run is None:
                raise RunNotFound(f"revision {revision[:12]!r} ({node.kind}) was made by no run that is kept")
            return self._runs.get(node.run)

    def texts_of(self, revisions: Collection[str]) -> dict[str, str]:
        """The hash of each revision's text."""
        with self._database.reading() as session:
            found = session.execute(select(r.id, r.text_hash).where(among(r.id, revisions)))
            return {row.id: row.text_hash for row in found}

    def keys(self, document_id: int) -> Select[Any]:
        """The hashes of the texts of a document's revisions, as a query."""
        return select(r.text_hash).where(r.document_id == document_id)

    def rows(self, document_id: int) -> list[RevisionRow]:
        """All of a document's, parents first; those that were deleted too."""
        order = select(RevisionRow).where(r.document_id == document_id).order_by(r.depth, r.created_at, r.id)
        with self._database.reading() as session:
            return list(session.scalars(order))

    def neighbours(self) -> list[tuple[str, str | None]]:
        """The hash of each revision's text and of its parent's; parents come first."""
        parent = aliased(RevisionRow)
        pairs = select(r.text_hash, parent.text_hash).outerjoin(parent, parent.id == r.parent_id)
        with self._database.reading() as session:
            return [(own, before) for own, before in session.execute(pairs.order_by(r.document_id, r.depth))]

    def made_by(self, runs: Collection[str]) -> dict[str, bool]:
        """Those of some runs that made a revision, and whether one of these has a name."""
        made: dict[str, bool] = {}
        with self._database.reading() as session:
            for run, name in session.execute(select(r.run_id, r.name).where(among(r.run_id, runs))):
                made[str(run)] = made.get(str(run), False) or name is not None
        return made

    def holding(self, key: str) -> set[int]:
        """The documents with a revision that has a text."""
        with self._database.reading() as session:
            return set(session.scalars(select(r.document_id).where(r.text_hash == key)))

    def held(self, document_id: int, texts: Collection[str]) -> set[str]:
        """Those of some texts that a revision of a document has."""
        with self._database.reading() as session:
            mine = select(r.text_hash).where(r.document_id == document_id, among(r.text_hash, texts))
            return set(session.scalars(mine))

    # ---- writing -----------------------------------------------------------------------------------------------
    def add(
        self,
        origin: str,
        document_id: int,
        parent: Node | None,
        kind: str,
        text: Packed,
        run_id: str | None = None,
        **more: Any,
    ) -> Node:
        """A revision on another; the one that is there already, where it is the same. ``more``: other columns."""
        key = revision_id(origin, parent.id if parent else None, kind, text.hash, run_id)
        with self._database.writing() as session:
            row = session.get(RevisionRow, key)
            if row is None or row.kind == DELETED:
                self._texts.put(text)
                before = self._texts.get(parent.text_hash) if parent else ""
                told = figures(before, text.text)
                row = row or RevisionRow(id=key, document_id=document_id)
                row.kind, row.text_hash, row.run_id = kind, text.hash, run_id
                row.parent_id, row.depth = (parent.id, parent.depth + 1) if parent else (None, 0)
                row.added, row.removed, row.excerpt = told.added, told.removed, told.excerpt
                for name, value in more.items():
                    setattr(row, name, value)
                session.add(row)
                session.flush()
                self._passages.add_revision(document_id, key, before, text.text)
            return _node(row)

    def place(self, document_id: int, key: str, parent: Node | None, created_at: datetime) -> Node:
        """What is left of a revision that was deleted elsewhere; the revision, where it is still there."""
        with self._database.writing() as session:
            row = session.get(RevisionRow, key)
            if row is None:
                nothing = Packed.of("")
                self._texts.put(nothing)
                row = RevisionRow(id=key, document_id=document_id, kind=DELETED, text_hash=nothing.hash)
                row.created_at = created_at
                row.parent_id, row.depth = (parent.id, parent.depth + 1) if parent else (None, 0)
                row.added, row.removed, row.excerpt = 0, 0, ""
                session.add(row)
                session.flush()
            return _node(row)

    def describe(self, revision: str, **told: Any) -> None:
        """Set the name, the note or the tags of a revision. Raises RevisionNotFound."""
        with self._database.writing() as session:
            self.kept(revision)
            row = session.get_one(RevisionRow, revision)
            for name, value in told.items():
                setattr(row, name, value)

    def waypoints(self, revisions: Collection[str]) -> set[str]:
        """Those of some revisions that have a name."""
        with self._database.reading() as session:
            return set(session.scalars(select(r.id).where(among(r.id, revisions), r.name.is_not(None))))

    def delete(self, document_id: int, revisions: Collection[str]) -> None:
        """Leave nothing of some revisions but their places; not even these where nothing was made on them."""
        nothing = Packed.of("")
        with self._database.writing() as session:
            self._texts.put(nothing)
            for row in session.scalars(select(RevisionRow).where(among(r.id, revisions))).all():
                row.kind, row.text_hash, row.run_id = DELETED, nothing.hash, None
                row.added, row.removed, row.excerpt, row.name, row.note, row.tags = 0, 0, "", None, None, []
            self._passages.delete(revisions)
            session.flush()
            session.execute(delete(RevisionRow).where(among(r.id, self._bare(session, document_id))))

    @staticmethod
    def _bare(session: Session, document_id: int) -> list[str]:
        """Places on which nothing stands but such places."""
        rows = session.execute(select(r.id, r.parent_id, r.kind).where(r.document_id == document_id)).all()
        parents = {row.id: row.parent_id for row in rows}
        places = {row.id for row in rows if row.kind == DELETED}
        standing = Counter(parents.values())
        bare = [key for key in places if not standing[key]]
        for key in bare:  # grows: what one alone stood on is bare without it
            standing[parents[key]] -= 1
            if parents[key] in places and not standing[parents[key]]:
                bare.append(parents[key])
        return bare

    def delete_of(self, document_id: int) -> None:
        with self._database.writing() as session:
            session.flush()
            session.execute(delete(RevisionRow).where(r.document_id == document_id))
            self._passages.delete_of(document_id)

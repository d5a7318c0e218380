"""The list of a document's revisions. Figures are stored with each, so no text is read for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from storage.database.models import RevisionRow
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged
from storage.records import RevisionSummary
from storage.revisions.figures import Figures, figures
from storage.revisions.revisions import DELETED
from storage.runs.runs import Runs
from storage.texts.texts import Texts

RECENT = 4
"""texts kept while revisions are counted"""
BATCH = 50
"""rows of one short transaction"""
r = RevisionRow
LISTED: tuple[Any, ...] = (
    r.id, r.parent_id, r.kind, r.depth, r.created_at, r.run_id, r.text_hash, r.added, r.removed, r.excerpt,
    r.name, r.note, r.tags
)  # fmt: skip


class Listing:
    """Revisions as a list, and the figures of those that an older version made."""

    def __init__(self, database: Database, texts: Texts, runs: Runs) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs
        self._counted: dict[str, Figures] = {}
        """figures that are not stored yet, by revision: what one says never changes"""

    def of(self, document_id: int, head: str | None) -> list[RevisionSummary]:
        """The revisions of a document, deepest first, then latest."""
        order = (r.depth.desc(), r.created_at.desc(), r.id.desc())
        with self._database.reading() as session:
            rows: Sequence[Row[Any]] = session.execute(
                select(*LISTED).where(r.document_id == document_id).order_by(*order)
            ).all()
            settings = self._runs.settings(select(r.run_id).where(r.document_id == document_id))
        parents = {row.id: row.parent_id for row in rows}
        line, at = set(), head
        while at:
            line.add(at)
            at = parents[at]
        gone = {row.id for row in rows if row.kind == DELETED}
        for row in reversed(rows):  # from the root on, so that what stands on a deleted one finds where that one stood
            if parents[row.id] in gone:
                parents[row.id] = parents[parents[row.id]]
        rows = [row for row in rows if row.id not in gone]
        # What was never counted is counted now, outside of any transaction.
        counted = self._count([row.id for row in reversed(rows) if row.added is None])
        return [
            _summary(row, parents[row.id], counted.get(row.id), settings, row.id in line, row.id == head)
            for row in rows
        ]

    def count(self) -> None:
        """Store the figures of revisions that have none."""
        with self._database.reading() as session:
            bare = select(r.id).where(r.added.is_(None)).order_by(r.document_id, r.depth)
            revisions = session.scalars(bare).all()
        for start in range(0, len(revisions), BATCH):
            counted = self._count(revisions[start : start + BATCH])
            with self._database.writing() as session:
                for key, told in counted.items():
                    if (row := session.get(RevisionRow, key)) is not None and row.added is None:
                        row.added, row.removed, row.excerpt = told.added, told.removed, told.excerpt

    def _count(self, revisions: Sequence[str]) -> dict[str, Figures]:
        """The figures of revisions that have none stored, from their texts. Parents come first, so that each text is unpacked
        once. Revisions that were deleted meanwhile or are damaged are left out."""
        recent: OrderedDict[str, str] = OrderedDict()
        for key in revisions:
            if key not in self._counted:
                with suppress(DatabaseDamaged):
                    if found := self._figures(key, recent):
                        self._counted[key] = found
        return {key: self._counted[key] for key in revisions if key in self._counted}

    def _figures(self, revision: str, recent: OrderedDict[str, str]) -> Figures | None:
        parent = aliased(RevisionRow)
        wanted = (
            select(r.text_hash, parent.text_hash).outerjoin(parent, parent.id == r.parent_id).where(r.id == revision)
        )
        with self._database.reading() as session:
            row = session.execute(wanted).one_or_none()
            for key in row or ():
                if key and key not in recent:
                    recent[key] = self._texts.get(key)
        if row is None:
            return None
        after, before = (recent[key] if key else "" for key in row)
        while len(recent) > RECENT:
            recent.popitem(last=False)
        return figures(before, after)


def _summary(
    row: Row[Any],
    parent: str | None,
    counted: Figures | None,
    settings: dict[str, dict[str, object]],
    on_line: bool,
    is_head: bool,
) -> RevisionSummary:
    told = counted or Figures(row.added or 0, row.removed or 0, row.excerpt or "")
    return RevisionSummary(
        row.id, parent, row.kind, row.depth, row.created_at, settings.get(row.run_id or ""), on_line, is_head,
        told.added, told.removed, row.run_id is not None, told.excerpt, row.run_id,
        row.name, row.note, tuple(row.tags),
    )  # fmt: skip

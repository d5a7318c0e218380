"""The list of a document's revisions. Figures are stored with each, so no text is read for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from storage.database.models import RevisionRow, RunRow
from storage.errors import DatabaseDamaged
from storage.figures import Figures, figures
from storage.records import RevisionSummary
from storage.texts import Texts

RECENT = 4
"""texts kept while revisions are counted"""
r = RevisionRow
LISTED: tuple[Any, ...] = (
    r.id, r.parent_id, r.kind, r.depth, r.created_at, r.run_id, r.text_hash, r.added, r.removed, r.excerpt
)  # fmt: skip


class History:
    """Revisions as a list, and the figures of those that an older version made."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._counted: dict[str, Figures] = {}
        """figures that are not stored yet, by revision: what one says never changes"""

    def listed(self, session: Session, document_id: int) -> tuple[Sequence[Row[Any]], dict[str, dict[str, object]]]:
        """The rows of a document's revisions, deepest first, then latest; and the settings of the runs that made them."""
        order = (r.depth.desc(), r.created_at.desc(), r.id.desc())
        rows = session.execute(select(*LISTED).where(r.document_id == document_id).order_by(*order)).all()
        made = select(RunRow.id, RunRow.settings).where(
            RunRow.id.in_(select(r.run_id).where(r.document_id == document_id))
        )
        return rows, {run.id: run.settings for run in session.execute(made)}

    def summaries(
        self, rows: Sequence[Row[Any]], settings: dict[str, dict[str, object]], head: str | None
    ) -> list[RevisionSummary]:
        """What ``listed`` found, as it is told. Call it outside of any transaction: what was never counted is counted here."""
        line, parents, at = set(), {row.id: row.parent_id for row in rows}, head
        while at:
            line.add(at)
            at = parents[at]
        counted = self.counted([row.id for row in reversed(rows) if row.added is None])
        out = []
        for row in rows:
            told = counted.get(row.id) or Figures(row.added or 0, row.removed or 0, row.excerpt or "")
            out.append(
                RevisionSummary(
                    row.id,
                    row.parent_id,
                    row.kind,
                    row.depth,
                    row.created_at,
                    settings.get(row.run_id or ""),
                    row.id in line,
                    row.id == head,
                    told.added,
                    told.removed,
                    row.run_id is not None,
                    told.excerpt,
                    row.run_id,
                )  # fmt: skip
            )
        return out

    def counted(self, revisions: Sequence[str]) -> dict[str, Figures]:
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
        with self._texts.database.reading() as session:
            row = session.execute(wanted).one_or_none()
            for key in row or ():
                if key and key not in recent:
                    recent[key] = self._texts.get(session, key)
        if row is None:
            return None
        after, before = (recent[key] if key else "" for key in row)
        while len(recent) > RECENT:
            recent.popitem(last=False)
        return figures(before, after)

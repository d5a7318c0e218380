"""What is written in a document: drafts, and revisions on its head or beside it. Each call is one transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from storage.database.models import DocumentRow, now
from storage.database.transactions import Database
from storage.documents.documents import row_of, token
from storage.errors import DatabaseDamaged, RevisionNotFound
from storage.records import Node, Run, Saved
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.runs.traces import Frame
from storage.texts.packing import Packed
from storage.texts.texts import Texts

REST = timedelta(minutes=10)
"""without an edit; what was typed before it is a revision of its own"""


class Edits:
    """Saving, committing, accepting and restoring. An acknowledged edit survives anything."""

    def __init__(self, database: Database, texts: Texts, revisions: Revisions, runs: Runs) -> None:
        self._database = database
        self._texts = texts
        self._revisions = revisions
        self._runs = runs

    def save(self, document_id: int, base: str, text: str) -> Saved:
        """Keep typed text: as the draft on the head, or, when ``base`` is not the head any more, as a branch. A draft that
        rested for long becomes a revision before it is typed over."""
        packed = self._packed(base, text)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            head = self._revisions.node(document.head_id or "")
            if stale and packed.hash == (document.draft_hash or head.text_hash):
                node, stale = head, False  # it stands there already: a page that goes away may save twice
            if stale:
                return self._land(document, self._typed(document, node, packed), packed, True)
            node = self._rested(document, node, packed)
            self._texts.put(packed)
            self._work_on(document, packed, draft=packed.hash != node.text_hash)
            return Saved(node.id, token(node.id, packed.hash), False, document.deleted_at is not None)

    def commit(self, document_id: int, base: str, text: str, kind: str = "saved") -> Saved:
        """Make a revision of the text as it stands; none when nothing changed."""
        packed = self._packed(base, text)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            return self._land(document, self._typed(document, node, packed, kind), packed, stale)

    def record(
        self,
        run_id: str,
        document_id: int,
        text: str,
        settings: dict[str, Any],
        frames: list[Frame],
        result: list[str],
        parent: tuple[str, int | None] | None = None,
    ) -> None:
        """Keep a finished run on ``text``, accepted or not; of a private document for a while in memory. ``parent``: the run
        and the step after which it branches off."""
        run = self._runs.packed(run_id, document_id, text, settings, frames, result, parent)
        with self._database.writing() as session:
            if row_of(session, document_id).private:
                self._runs.hold(Run(run_id, document_id, text, settings, result, frames))
            else:
                self._runs.add(run)

    def accept(self, document_id: int, base: str, before: str, after: str, run_id: str) -> Saved:
        """A revision for what was typed before a run, then the run's own."""
        typed, packed = self._packed(base, before), self._packed(base, after)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            self._runs.check(run_id, "its text is kept as typed text")
            node = self._add(document, self._typed(document, node, typed), "run", packed, run_id)
            return self._land(document, node, packed, stale)

    def keep(self, document_id: int, base: str, before: str, texts: list[str], run_id: str) -> list[str]:
        """A revision for each of several outcomes of one run, beside the head. The document stays as it is. Returns their ids."""
        typed, packed = self._packed(base, before), [self._packed(base, text) for text in texts]
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, _ = self._base(document, base)
            self._runs.check(run_id, "run it again")
            node = self._typed(document, node, typed)
            return [self._add(document, node, "run", text, run_id).id for text in packed]

    def beside(self, revision_id: str, text: str, kind: str) -> str:
        """A revision on any other; the document stays as it is. Returns its id, or the other's where the text is the same."""
        node = self._revisions.kept(revision_id)
        packed = self._texts.packed(text, node.text_hash)
        with self._database.writing() as session:
            return self._typed(row_of(session, node.document_id), node, packed, kind).id

    def restore(self, document_id: int, revision_id: str) -> Saved:
        """A new revision on the head with the text of an old one. What was typed and not yet committed is kept first."""
        with self._database.writing() as session:
            document = row_of(session, document_id)
            source, _ = self._base(document, self._revisions.kept(revision_id).id)
            head = self._drafted(document, self._revisions.node(document.head_id or ""))
            text = self._texts.packed(self._texts.get(source.text_hash), head.text_hash)
            return self._land(document, self._add(document, head, "restored", text), text, False)

    # ---- parts of them -----------------------------------------------------------------------------------------
    def _base(self, document: DocumentRow, base: str) -> tuple[Node, bool]:
        """The revision that a base token names, and whether the working text is another by now."""
        revision_id, _, version = base.partition(":")
        node = self._revisions.node(revision_id)
        if node.document_id != document.id:
            raise RevisionNotFound(f"revision {revision_id!r} is not of document {document.id}; reload the page")
        working = document.draft_hash or node.text_hash
        return node, revision_id != document.head_id or (version != "" and version != working)

    def _packed(self, base: str, text: str) -> Packed:
        """A text ready to be stored beside that of the revision that a base token names."""
        revision = base.partition(":")[0]
        return self._texts.packed(text, self._revisions.texts_of([revision]).get(revision))

    def _rested(self, document: DocumentRow, head: Node, text: Packed) -> Node:
        """The revision that ``text`` is typed on: of a draft that nobody touched for long, or the head."""
        if document.draft_hash in (None, text.hash) or now() - document.updated_at < REST:
            return head
        with suppress(DatabaseDamaged):  # a draft that nobody can read is typed over
            document.head_id, document.draft_hash = self._drafted(document, head).id, None
        return self._revisions.node(document.head_id or "")

    def _drafted(self, document: DocumentRow, head: Node) -> Node:
        """A revision of the draft on the head, as old as the draft; the head where there is none. Raises DatabaseDamaged."""
        if not document.draft_hash:
            return head
        text = self._texts.packed(self._texts.get(document.draft_hash), head.text_hash)
        return self._typed(document, head, text, created_at=document.updated_at)

    def _typed(self, document: DocumentRow, node: Node, text: Packed, kind: str = "typed", **more: Any) -> Node:
        """A revision of a text on another; that other one where the text is no other."""
        return node if node.text_hash == text.hash else self._add(document, node, kind, text, **more)

    def _add(
        self, document: DocumentRow, node: Node, kind: str, text: Packed, run_id: str | None = None, **more: Any
    ) -> Node:
        known = None if run_id is None or self._runs.holds(run_id) else run_id
        return self._revisions.add(document.origin, document.id, node, kind, text, known, **more)

    def _land(self, document: DocumentRow, node: Node, text: Packed, stale: bool) -> Saved:
        if stale:
            document.updated_at = now()
        else:
            document.head_id = node.id
            self._work_on(document, text, draft=False)
        return Saved(node.id, token(node.id, node.text_hash), stale, document.deleted_at is not None)

    def _work_on(self, document: DocumentRow, text: Packed, draft: bool) -> None:
        """``text`` is the document's working text from now on. The draft that it replaces goes, unless it is needed elsewhere."""
        old, document.draft_hash = document.draft_hash, text.hash if draft else None
        document.words, document.updated_at = text.words, now()
        if old and old != document.draft_hash:
            self._texts.forget(old)

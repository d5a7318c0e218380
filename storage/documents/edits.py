"""What is written in a document: drafts, and revisions on its head or beside it. Each call is one transaction."""

from __future__ import annotations

from typing import Any

from storage.database.models import DocumentRow, now
from storage.database.transactions import Database
from storage.documents.documents import row_of, token
from storage.errors import RevisionNotFound
from storage.records import Node, Saved
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.runs.traces import Frame
from storage.texts.texts import Packed, Texts


class Edits:
    """Saving, committing, accepting and restoring. An acknowledged edit survives anything."""

    def __init__(self, database: Database, texts: Texts, revisions: Revisions, runs: Runs) -> None:
        self._database = database
        self._texts = texts
        self._revisions = revisions
        self._runs = runs

    def save(self, document_id: int, base: str, text: str) -> Saved:
        """Keep typed text: as the draft on the head, or, when ``base`` is not the head any more, as a branch."""
        packed = Packed.of(text)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            head = self._revisions.node(document.head_id or "")
            if stale and packed.hash == (document.draft_hash or head.text_hash):
                node, stale = head, False  # it stands there already: a page that goes away may save twice
            if stale:
                return self._land(document, self._typed(node, packed), packed, True)
            self._texts.put(packed)
            self._work_on(document, packed, draft=packed.hash != node.text_hash)
            return Saved(node.id, token(node.id, packed.hash), False, document.deleted_at is not None)

    def commit(self, document_id: int, base: str, text: str, kind: str = "saved") -> Saved:
        """Make a revision of the text as it stands; none when nothing changed."""
        packed = Packed.of(text)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            return self._land(document, self._typed(node, packed, kind), packed, stale)

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
        """Keep a finished run on ``text``, accepted or not. ``parent``: the run and the step after which it branches off."""
        run = self._runs.packed(run_id, document_id, text, settings, frames, result, parent)
        with self._database.writing() as session:
            row_of(session, document_id)
            self._runs.add(run)

    def accept(self, document_id: int, base: str, before: str, after: str, run_id: str) -> Saved:
        """A revision for what was typed before a run, then the run's own."""
        typed, packed = Packed.of(before), Packed.of(after)
        with self._database.writing() as session:
            document = row_of(session, document_id)
            node, stale = self._base(document, base)
            self._runs.check(run_id, "its text is kept as typed text")
            node = self._revisions.add(document_id, self._typed(node, typed), "run", packed, run_id)
            return self._land(document, node, packed, stale)

    def keep(self, document_id: int, base: str, before: str, texts: list[str], run_id: str) -> list[str]:
        """A revision for each of several outcomes of one run, beside the head. The document stays as it is. Returns their ids."""
        typed, packed = Packed.of(before), [Packed.of(text) for text in texts]
        with self._database.writing() as session:
            node, _ = self._base(row_of(session, document_id), base)
            self._runs.check(run_id, "run it again")
            node = self._typed(node, typed)
            return [self._revisions.add(document_id, node, "run", text, run_id).id for text in packed]

    def restore(self, document_id: int, revision_id: str) -> Saved:
        """A new revision on the head with the text of an old one. What was typed and not yet committed is kept first."""
        with self._database.writing() as session:
            document = row_of(session, document_id)
            source, _ = self._base(document, revision_id)
            head = self._revisions.node(document.head_id or "")
            if document.draft_hash:
                head = self._typed(head, Packed.of(self._texts.get(document.draft_hash)))
            text = Packed.of(self._texts.get(source.text_hash))
            return self._land(document, self._revisions.add(document_id, head, "restored", text), text, False)

    # ---- parts of them -----------------------------------------------------------------------------------------
    def _base(self, document: DocumentRow, base: str) -> tuple[Node, bool]:
        """The revision that a base token names, and whether the working text is another by now."""
        revision_id, _, version = base.partition(":")
        node = self._revisions.node(revision_id)
        if node.document_id != document.id:
            raise RevisionNotFound(f"revision {revision_id!r} is not of document {document.id}; reload the page")
        working = document.draft_hash or node.text_hash
        return node, revision_id != document.head_id or (version != "" and version != working)

    def _typed(self, node: Node, text: Packed, kind: str = "typed") -> Node:
        """A revision of a text on another; that other one where the text is no other."""
        return node if node.text_hash == text.hash else self._revisions.add(node.document_id, node, kind, text)

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

"""The store: every call is one short transaction, so an acknowledged commit survives anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.database.models import DocumentRow, RevisionRow, RunRow, now
from storage.errors import RevisionNotFound, RunNotFound
from storage.figures import figures
from storage.history import History
from storage.records import Document, Revision, RevisionSummary, Run, RunSummary, Saved
from storage.runs import Runs
from storage.shelf import Shelf
from storage.texts import Packed, digest
from storage.traces import Frame, pack
from storage.upkeep import Upkeep


def _token(revision_id: str, text_hash: str) -> str:
    """What a page must have seen to be up to date: the head revision and the working text."""
    return f"{revision_id}:{text_hash}"


class Store(Shelf):
    """Documents, their revisions and the runs that made them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._runs = Runs(self._texts)
        self._history = History(self._texts)
        self.upkeep = Upkeep(self._texts, self._history)

    # ---- documents ---------------------------------------------------------------------------------------------
    def _record(self, session: Session, row: DocumentRow) -> Document:
        head = self._revision(session, row.head_id or "")
        key = row.draft_hash or head.text_hash
        text, base = self._texts.get(session, key), _token(head.id, key)
        return Document(
            row.id, row.title, row.language, text, head.id, base, row.newline, row.bom, row.encoding, row.created_at,
            row.updated_at, row.deleted_at, tuple(row.dictionary), digest(text) != key,
        )  # fmt: skip

    def create_document(
        self, title: str, language: str, text: str, *, newline: str = "\n", bom: bool = False, encoding: str = "utf-8"
    ) -> Document:
        """A new document whose first revision is ``text``."""
        packed = Packed.of(text)
        with self._writing() as session:
            row = DocumentRow(title=title, language=language, newline=newline, bom=bom, encoding=encoding)
            return self._begin(session, row, packed)

    def _begin(self, session: Session, row: DocumentRow, text: Packed) -> Document:
        row.id = self._next_number(session)
        session.add(row)
        session.flush()
        row.head_id, row.words = self._commit(session, row.id, None, "created", text).id, text.words
        session.flush()
        return self._record(session, row)

    def document(self, document_id: int) -> Document:
        with self._reading() as session:
            return self._record(session, self._document(session, document_id))

    def duplicate(self, document_id: int, title: str) -> Document:
        """A new document with the working text of another. Its history begins anew."""
        with self._writing() as session:
            source = self._document(session, document_id)
            text = Packed.of(self._record(session, source).text)
            row = DocumentRow(
                title=title, language=source.language, newline=source.newline, bom=source.bom, encoding=source.encoding,
                dictionary=list(source.dictionary),
            )  # fmt: skip
            return self._begin(session, row, text)

    def ignore(self, document_id: int, word: str, ignored: bool = True) -> tuple[str, ...]:
        """Put a word into a document's dictionary, or take it out; gives the whole, sorted."""
        with self._writing() as session:
            row = self._document(session, document_id)
            row.dictionary = sorted({*row.dictionary, word} if ignored else {*row.dictionary} - {word})
            return tuple(row.dictionary)

    # ---- revisions ---------------------------------------------------------------------------------------------
    @staticmethod
    def _revision(session: Session, revision_id: str) -> RevisionRow:
        row = session.get(RevisionRow, revision_id)
        if row is None:
            raise RevisionNotFound(f"there is no revision {revision_id!r}; reload the page")
        return row

    def _commit(
        self,
        session: Session,
        document_id: int,
        parent: RevisionRow | None,
        kind: str,
        text: Packed,
        run_id: str | None = None,
    ) -> RevisionRow:
        parent_id = parent.id if parent else None
        key = digest(str(document_id), parent_id or "", kind, text.hash, run_id or "")
        row = session.get(RevisionRow, key)
        if row is None:
            self._texts.put(session, text)
            told = figures(self._texts.get(session, parent.text_hash) if parent else "", text.text)
            row = RevisionRow(
                id=key, document_id=document_id, parent_id=parent_id, kind=kind, depth=parent.depth + 1 if parent else 0,
                text_hash=text.hash, run_id=run_id, added=told.added, removed=told.removed, excerpt=told.excerpt,
            )  # fmt: skip
            session.add(row)
            session.flush()
        return row

    def _base(self, session: Session, document: DocumentRow, base: str) -> tuple[RevisionRow, bool]:
        """The revision that a base token names, and whether the working text is another by now."""
        revision_id, _, version = base.partition(":")
        row = self._revision(session, revision_id)
        if row.document_id != document.id:
            raise RevisionNotFound(f"revision {revision_id!r} is not of document {document.id}; reload the page")
        working = document.draft_hash or row.text_hash
        return row, revision_id != document.head_id or (version != "" and version != working)

    def _work_on(self, session: Session, document: DocumentRow, text: Packed, draft: bool) -> None:
        """``text`` is the document's working text from now on. The draft that it replaces goes, unless it is needed elsewhere."""
        old, document.draft_hash = document.draft_hash, text.hash if draft else None
        document.words, document.updated_at = text.words, now()
        if old and old != document.draft_hash:
            session.flush()
            self._texts.forget(session, old)

    def _land(self, session: Session, document: DocumentRow, revision: RevisionRow, text: Packed, stale: bool) -> Saved:
        if stale:
            document.updated_at = now()
        else:
            document.head_id = revision.id
            self._work_on(session, document, text, draft=False)
        return Saved(revision.id, _token(revision.id, revision.text_hash), stale, document.deleted_at is not None)

    def save(self, document_id: int, base: str, text: str) -> Saved:
        """Keep typed text: as the draft on the head, or, when ``base`` is not the head any more, as a branch."""
        packed = Packed.of(text)
        with self._writing() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            head = self._revision(session, document.head_id or "")
            if stale and packed.hash == (document.draft_hash or head.text_hash):
                row, stale = head, False  # it stands there already: a page that goes away may save twice
            if stale:
                if row.text_hash != packed.hash:
                    row = self._commit(session, document_id, row, "typed", packed)
                return self._land(session, document, row, packed, True)
            self._texts.put(session, packed)
            self._work_on(session, document, packed, draft=packed.hash != row.text_hash)
            return Saved(row.id, _token(row.id, packed.hash), False, document.deleted_at is not None)

    def commit_text(self, document_id: int, base: str, text: str, kind: str = "saved") -> Saved:
        """Make a revision of the text as it stands; none when nothing changed."""
        packed = Packed.of(text)
        with self._writing() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            if row.text_hash != packed.hash:
                row = self._commit(session, document_id, row, kind, packed)
            return self._land(session, document, row, packed, stale)

    def commit_run(self, document_id: int, base: str, before: str, after: str, run_id: str) -> Saved:
        """One transaction: a revision for what was typed before the run, then the run's own."""
        typed, packed = Packed.of(before), Packed.of(after)
        with self._writing() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            if session.get(RunRow, run_id) is None:
                raise RunNotFound(f"run {run_id!r} is not in the database; its text is kept as typed text")
            if row.text_hash != typed.hash:
                row = self._commit(session, document_id, row, "typed", typed)
            row = self._commit(session, document_id, row, "run", packed, run_id)
            return self._land(session, document, row, packed, stale)

    def commit_branches(self, document_id: int, base: str, before: str, texts: list[str], run_id: str) -> list[str]:
        """A revision for each of several outcomes of one run, beside the head. The document stays as it is. Returns their ids."""
        typed, packed = Packed.of(before), [Packed.of(text) for text in texts]
        with self._writing() as session:
            row, _ = self._base(session, self._document(session, document_id), base)
            if session.get(RunRow, run_id) is None:
                raise RunNotFound(f"run {run_id!r} is not in the database; run it again")
            if row.text_hash != typed.hash:
                row = self._commit(session, document_id, row, "typed", typed)
            return [self._commit(session, document_id, row, "run", text, run_id).id for text in packed]

    def restore(self, document_id: int, revision_id: str) -> Saved:
        """A new revision on the head with the text of an old one. What was typed and not yet committed is kept first."""
        with self._writing() as session:
            document = self._document(session, document_id)
            source, _ = self._base(session, document, revision_id)
            head = self._revision(session, document.head_id or "")
            if document.draft_hash:
                typed = Packed.of(self._texts.get(session, document.draft_hash))
                head = self._commit(session, document_id, head, "typed", typed)
            text = Packed.of(self._texts.get(session, source.text_hash))
            row = self._commit(session, document_id, head, "restored", text)
            return self._land(session, document, row, text, False)

    def history(self, document_id: int) -> list[RevisionSummary]:
        """Every revision of a document, branches too: deepest first, then latest."""
        with self._reading() as session:
            head = self._document(session, document_id).head_id
            rows, settings = self._history.listed(session, document_id)
        return self._history.summaries(rows, settings, head)

    def revision(self, revision_id: str) -> Revision:
        with self._reading() as session:
            row = self._revision(session, revision_id)
            parent = self._revision(session, row.parent_id) if row.parent_id else None
            run = session.get(RunRow, row.run_id) if row.run_id else None
            return Revision(
                row.id, row.document_id, row.parent_id, row.kind, self._texts.get(session, row.text_hash),
                self._texts.get(session, parent.text_hash) if parent else "", run.settings if run else None, row.created_at,
            )  # fmt: skip

    # ---- runs --------------------------------------------------------------------------------------------------
    def record_run(
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
        packed, trace = Packed.of(text), pack(frames)
        with self._writing() as session:
            self._document(session, document_id)
            self._texts.put(session, packed)
            row = RunRow(id=run_id, document_id=document_id, settings=settings, result=result, trace=trace)
            row.text_hash = packed.hash
            row.parent_id, row.parent_step = parent or (None, None)
            session.add(row)

    def discard_run(self, run_id: str) -> None:
        with self._writing() as session:
            row = session.get(RunRow, run_id)
            if row is not None:
                row.discarded = True

    def run(self, run_id: str) -> Run:
        with self._reading() as session:
            return self._runs.told(session, run_id)

    def run_of(self, revision_id: str) -> Run:
        """The run that made a revision. Raises RunNotFound when it was made otherwise."""
        with self._reading() as session:
            return self._runs.told(session, self._revision(session, revision_id).run_id)

    def branches(self, run_id: str) -> list[RunSummary]:
        """Every run that one run branches off or that branches off it, directly or not; itself too. Oldest first."""
        with self._reading() as session:
            return self._runs.family(session, run_id)

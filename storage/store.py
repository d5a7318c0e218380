"""The store: every call is one short transaction, so an acknowledged commit survives anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.errors import RevisionNotFound, RunNotFound
from storage.models import DocumentRow, RevisionRow, RunRow, now
from storage.records import Document, Revision, RevisionSummary, Run, RunSummary, Saved
from storage.shelf import Shelf
from storage.texts import digest, words_changed
from storage.traces import Frame, pack, unpack


def _token(revision_id: str, text_hash: str) -> str:
    """What a page must have seen to be up to date: the head revision and the working text."""
    return f"{revision_id}:{text_hash}"


class Store(Shelf):
    """Documents, their revisions and the runs that made them."""

    # ---- documents ---------------------------------------------------------------------------------------------
    def _record(self, session: Session, row: DocumentRow) -> Document:
        head = self._revision(session, row.head_id or "")
        text = self._get(session, row.draft_hash or head.text_hash)
        base = _token(head.id, row.draft_hash or head.text_hash)
        return Document(
            row.id, row.title, row.language, text, head.id, base, row.newline, row.bom, row.encoding, row.created_at,
            row.updated_at, row.deleted_at, tuple(row.dictionary),
        )  # fmt: skip

    def create_document(
        self, title: str, language: str, text: str, *, newline: str = "\n", bom: bool = False, encoding: str = "utf-8"
    ) -> Document:
        """A new document whose first revision is ``text``."""
        with self._transaction() as session:
            row = DocumentRow(title=title, language=language, newline=newline, bom=bom, encoding=encoding)
            return self._begin(session, row, text)

    def _begin(self, session: Session, row: DocumentRow, text: str) -> Document:
        row.id = self._next_number(session)
        session.add(row)
        session.flush()
        row.head_id = self._commit(session, row.id, None, "created", text).id
        session.flush()
        return self._record(session, row)

    def document(self, document_id: int) -> Document:
        with self._transaction() as session:
            return self._record(session, self._document(session, document_id))

    def duplicate(self, document_id: int, title: str) -> Document:
        """A new document with the working text of another. Its history begins anew."""
        with self._transaction() as session:
            source = self._document(session, document_id)
            text = self._record(session, source).text
            row = DocumentRow(
                title=title, language=source.language, newline=source.newline, bom=source.bom, encoding=source.encoding,
                dictionary=list(source.dictionary),
            )  # fmt: skip
            return self._begin(session, row, text)

    def ignore(self, document_id: int, word: str, ignored: bool = True) -> tuple[str, ...]:
        """Put a word into a document's dictionary, or take it out; gives the whole, sorted."""
        with self._transaction() as session:
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
        text: str,
        run_id: str | None = None,
    ) -> RevisionRow:
        text_hash = self._put(session, text)
        parent_id = parent.id if parent else None
        key = digest(str(document_id), parent_id or "", kind, text_hash, run_id or "")
        row = session.get(RevisionRow, key)
        if row is None:
            row = RevisionRow(
                id=key, document_id=document_id, parent_id=parent_id, kind=kind, depth=parent.depth + 1 if parent else 0,
                text_hash=text_hash, run_id=run_id,
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

    def _land(self, document: DocumentRow, revision: RevisionRow, stale: bool) -> Saved:
        if not stale:
            document.head_id = revision.id
            document.draft_hash = None
        document.updated_at = now()
        return Saved(revision.id, _token(revision.id, revision.text_hash), stale, document.deleted_at is not None)

    def save(self, document_id: int, base: str, text: str) -> Saved:
        """Keep typed text: as the draft on the head, or, when ``base`` is not the head any more, as a branch."""
        with self._transaction() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            head = self._revision(session, document.head_id or "")
            if stale and digest(text) == (document.draft_hash or head.text_hash):
                row, stale = head, False  # it stands there already: a page that goes away may save twice
            if stale:
                same = self._get(session, row.text_hash) == text
                return self._land(
                    document, row if same else self._commit(session, document_id, row, "typed", text), True
                )
            key = self._put(session, text)
            document.draft_hash = None if key == row.text_hash else key
            document.updated_at = now()
            return Saved(row.id, _token(row.id, key), False, document.deleted_at is not None)

    def commit_text(self, document_id: int, base: str, text: str, kind: str = "saved") -> Saved:
        """Make a revision of the text as it stands; none when nothing changed."""
        with self._transaction() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            if self._get(session, row.text_hash) != text:
                row = self._commit(session, document_id, row, kind, text)
            return self._land(document, row, stale)

    def commit_run(self, document_id: int, base: str, before: str, after: str, run_id: str) -> Saved:
        """One transaction: a revision for what was typed before the run, then the run's own."""
        with self._transaction() as session:
            document = self._document(session, document_id)
            row, stale = self._base(session, document, base)
            if session.get(RunRow, run_id) is None:
                raise RunNotFound(f"run {run_id!r} is not in the database; its text is kept as typed text")
            if self._get(session, row.text_hash) != before:
                row = self._commit(session, document_id, row, "typed", before)
            return self._land(document, self._commit(session, document_id, row, "run", after, run_id), stale)

    def commit_branches(self, document_id: int, base: str, before: str, texts: list[str], run_id: str) -> list[str]:
        """A revision for each of several outcomes of one run, beside the head. The document stays as it is. Returns their ids."""
        with self._transaction() as session:
            row, _ = self._base(session, self._document(session, document_id), base)
            if session.get(RunRow, run_id) is None:
                raise RunNotFound(f"run {run_id!r} is not in the database; run it again")
            if self._get(session, row.text_hash) != before:
                row = self._commit(session, document_id, row, "typed", before)
            return [self._commit(session, document_id, row, "run", text, run_id).id for text in texts]

    def restore(self, document_id: int, revision_id: str) -> Saved:
        """A new revision on the head with the text of an old one. What was typed and not yet committed is kept first."""
        with self._transaction() as session:
            document = self._document(session, document_id)
            source, _ = self._base(session, document, revision_id)
            head = self._revision(session, document.head_id or "")
            if document.draft_hash:
                head = self._commit(session, document_id, head, "typed", self._get(session, document.draft_hash))
            text = self._get(session, source.text_hash)
            return self._land(document, self._commit(session, document_id, head, "restored", text), False)

    def history(self, document_id: int) -> list[RevisionSummary]:
        """Every revision of a document, branches too: deepest first, then latest."""
        with self._transaction() as session:
            document = self._document(session, document_id)
            rows = list(session.scalars(select(RevisionRow).where(RevisionRow.document_id == document_id)))
            by_id = {row.id: row for row in rows}
            texts = {key: self._get(session, key) for key in {row.text_hash for row in rows}}
            runs = {
                run.id: run.settings for run in session.scalars(select(RunRow).where(RunRow.document_id == document_id))
            }
            line, at = set(), document.head_id
            while at:
                line.add(at)
                at = by_id[at].parent_id
            out = []
            for row in sorted(rows, key=lambda r: (r.depth, r.created_at, r.id), reverse=True):
                text = texts[row.text_hash]
                parent = texts[by_id[row.parent_id].text_hash] if row.parent_id else ""
                added, removed = words_changed(parent, text)
                out.append(
                    RevisionSummary(
                        row.id,
                        row.parent_id,
                        row.kind,
                        row.depth,
                        row.created_at,
                        runs.get(row.run_id or ""),
                        row.id in line,
                        row.id == document.head_id,
                        added,
                        removed,
                        row.run_id is not None,
                        " ".join(text[:200].split())[:80],
                        row.run_id,
                    )  # fmt: skip
                )
            return out

    def revision(self, revision_id: str) -> Revision:
        with self._transaction() as session:
            row = self._revision(session, revision_id)
            parent = self._revision(session, row.parent_id) if row.parent_id else None
            run = session.get(RunRow, row.run_id) if row.run_id else None
            return Revision(
                row.id, row.document_id, row.parent_id, row.kind, self._get(session, row.text_hash),
                self._get(session, parent.text_hash) if parent else "", run.settings if run else None, row.created_at,
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
        with self._transaction() as session:
            self._document(session, document_id)
            row = RunRow(id=run_id, document_id=document_id, settings=settings, result=result, trace=pack(frames))
            row.text_hash = self._put(session, text)
            row.parent_id, row.parent_step = parent or (None, None)
            session.add(row)

    def discard_run(self, run_id: str) -> None:
        with self._transaction() as session:
            row = session.get(RunRow, run_id)
            if row is not None:
                row.discarded = True

    def _run(self, session: Session, run_id: str | None) -> Run:
        row = session.get(RunRow, run_id) if run_id else None
        if row is None:
            raise RunNotFound(f"run {run_id!r} is not in the database")
        return Run(
            row.id, row.document_id, self._get(session, row.text_hash), row.settings, row.result, unpack(row.trace)
        )

    def run(self, run_id: str) -> Run:
        with self._transaction() as session:
            return self._run(session, run_id)

    def run_of(self, revision_id: str) -> Run:
        """The run that made a revision. Raises RunNotFound when it was made otherwise."""
        with self._transaction() as session:
            return self._run(session, self._revision(session, revision_id).run_id)

    def branches(self, run_id: str) -> list[RunSummary]:
        """Every run that one run branches off or that branches off it, directly or not; itself too. Oldest first."""
        with self._transaction() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise RunNotFound(f"run {run_id!r} is not in the database")
            columns = (
                RunRow.id,
                RunRow.parent_id,
                RunRow.parent_step,
                RunRow.settings,
                RunRow.result,
                RunRow.created_at,
            )
            found = session.execute(select(*columns).where(RunRow.document_id == row.document_id)).all()
            kept = select(RevisionRow.run_id).where(RevisionRow.document_id == row.document_id)
            accepted = set(session.scalars(kept))
        parents = {run.id: run.parent_id for run in found}

        def root(run: str) -> str:
            while parents.get(run) in parents:
                run = parents[run]
            return run

        first = root(run_id)
        family = [run for run in found if root(run.id) == first]
        return [
            RunSummary(
                run.id, run.parent_id, run.parent_step, run.settings, run.result, run.id in accepted, run.created_at
            )
            for run in sorted(family, key=lambda run: (run.created_at, run.id))
        ]

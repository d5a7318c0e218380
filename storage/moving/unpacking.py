"""An archive's documents into a store. A document that is there already is merged: nothing of either is lost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from storage.database.models import DeletedRow, DocumentRow, RevisionRow, RunRow
from storage.database.rows import Plain, columns
from storage.errors import BadArchive
from storage.moving import archive
from storage.moving.archive import Parcel, Source
from storage.records import Node
from storage.revisions.revisions import DELETED
from storage.runs.runs import PackedRun
from storage.runs.traces import pack
from storage.store import Store
from storage.texts.identity import revision_id
from storage.wording import words


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a document of an archive."""

    document_id: int
    title: str
    merged: bool
    revisions: int
    """that were not there before"""


def take(store: Store, source: Source) -> list[Taken]:
    """Every document of an archive into a store, each in one transaction. Raises BadArchive."""
    found = archive.opened(source)
    for parcel in found:
        _check(parcel)
    lessons = archive.lessons(source)
    taken = [_Taking(store, source, parcel).take() for parcel in found]
    for told in lessons:
        store.lessons.bring(told)
    return taken


def _check(parcel: Parcel) -> None:
    """Every id is what it says, and every parent is there."""
    try:
        origin, known = str(parcel.document["origin"]), {r["id"] for r in parcel.revisions}
        for r in parcel.revisions:
            if r["parent_id"] is not None and r["parent_id"] not in known:
                raise BadArchive(f"revision {r['id']} of the archive stands on {r['parent_id']}, which is not in it")
            made = revision_id(origin, r["parent_id"], r["kind"], r["text_hash"], r["run_id"])
            if r["kind"] != DELETED and made != r["id"]:
                raise BadArchive(f"revision {r['id']} of the archive is not what its id says; export it again")
        if parcel.document["head_id"] not in known:
            raise BadArchive("a document of the archive has no head; export it again")
    except KeyError as error:
        raise BadArchive(f"a document of the archive has no {error}; export it again") from error


class _Taking:
    """One document on its way."""

    def __init__(self, store: Store, source: Source, parcel: Parcel) -> None:
        self.store = store
        self.source = source
        self.parcel = parcel

    def take(self) -> Taken:
        told = self.parcel.document
        with self.store.database.writing() as session:
            number = self._same()
            merged = number is not None
            row = session.get(DocumentRow, number) if merged else self._new()
            assert row is not None
            for run in self.parcel.runs:
                if session.get(RunRow, run["id"]) is None:
                    self._run(row.id, run)
            session.flush()
            before = len(self.store.revisions.rows(row.id))
            nodes = self._revisions(row)
            head = nodes[told["head_id"]]
            if not merged:
                row.head_id = head.id
                self._working(row, head)
            else:
                self._join(row, head)
            session.flush()
            return Taken(row.id, row.title, merged, len(self.store.revisions.rows(row.id)) - before)

    def _same(self) -> int | None:
        """The document of the store that this one is: one of the same origin with a revision of it."""
        keys = [r["id"] for r in self.parcel.revisions]
        with self.store.database.reading() as session:
            mine = select(DocumentRow.id).where(DocumentRow.origin == self.parcel.document["origin"])
            for number in session.scalars(mine):
                there = {row.id for row in self.store.revisions.rows(number)}
                if there.intersection(keys):
                    return number
        return None

    def _new(self) -> DocumentRow:
        """The document, with its own number where no other has or had it."""
        values = columns(DocumentRow, {**self.parcel.document, "head_id": None, "draft_hash": None})
        with self.store.database.writing() as session:
            taken = session.get(DocumentRow, values["id"]) or session.get(DeletedRow, values["id"])
            row = DocumentRow(**{**values, "id": self.store.documents.next_number() if taken else values["id"]})
            session.add(row)
            session.flush()
            return row

    def _run(self, number: int, told: Plain) -> None:
        values = columns(RunRow, {**told, "document_id": number})
        row = RunRow(**values, trace=pack(archive.steps(self.source, told["id"])))
        self.store.runs.add(PackedRun(row, self.store.texts.packed(archive.text(self.source, told["text_hash"]))))

    def _revisions(self, row: DocumentRow) -> dict[str, Node]:
        """Every revision, parents first."""
        nodes: dict[str, Node] = {}
        for told in sorted(self.parcel.revisions, key=lambda r: r["depth"]):
            parent = nodes.get(told["parent_id"])
            more = columns(RevisionRow, {name: told[name] for name in ("created_at", "name", "note", "tags")})
            if told["kind"] == DELETED:
                nodes[told["id"]] = self.store.revisions.place(row.id, told["id"], parent, more["created_at"])
                continue
            near = parent.text_hash if parent else None
            text = self.store.texts.packed(archive.text(self.source, told["text_hash"]), near)
            node = self.store.revisions.add(row.origin, row.id, parent, told["kind"], text, told["run_id"], **more)
            if node.document_id != row.id:
                raise BadArchive(f"revision {node.id} is one of document {node.document_id} here; it cannot be in two")
            nodes[told["id"]] = node
        return nodes

    def _working(self, row: DocumentRow, head: Node) -> None:
        """The draft as it was."""
        key = self.parcel.document["draft_hash"] or head.text_hash
        text = archive.text(self.source, key)
        row.words = len(words(text))
        if self.parcel.document["draft_hash"]:
            self.store.texts.put(self.store.texts.packed(text, head.text_hash))
            row.draft_hash = key

    def _join(self, row: DocumentRow, theirs: Node) -> None:
        """A document that both have. Ours stays as it stands, unless theirs goes on from it; what they typed is a branch."""
        draft = self.parcel.document["draft_hash"]
        if draft and draft != theirs.text_hash and draft != row.draft_hash:
            text = self.store.texts.packed(archive.text(self.source, draft), theirs.text_hash)
            theirs = self.store.revisions.add(row.origin, row.id, theirs, "typed", text)
        later = {node.id for node in self.store.revisions.line(theirs.id)}
        if row.head_id in later and not row.draft_hash:
            row.head_id = theirs.id
            row.words = len(words(self.store.texts.get(theirs.text_hash)))

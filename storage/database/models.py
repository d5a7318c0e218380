"""The tables. Revisions form a tree per document; texts are stored once, by the hash of their content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import JSON, DateTime, ForeignKey, LargeBinary, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no zone, so it is given back on the way out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    pass


class Sealed:
    """A row with a digest of itself (storage.database.seals), so that one flipped byte is found."""

    unsealed: ClassVar[tuple[str, ...]] = ("seal",)
    seal: Mapped[str | None] = mapped_column(String(32))
    """None in rows of an older version until they are sealed"""


class TextRow(Sealed, Base):
    """A text as compressed UTF-8, whole or as what differs from another one (storage.texts.packing)."""

    __tablename__ = "texts"
    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    base_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    """the text that it is told by. No foreign key: being a base keeps no text that nothing else needs"""
    place: Mapped[int] = mapped_column(default=0)
    """how many texts on it stands; a whole one stands on none"""


class DocumentRow(Sealed, Base):
    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    language: Mapped[str]
    newline: Mapped[str]
    bom: Mapped[bool]
    encoding: Mapped[str]
    head_id: Mapped[str | None] = mapped_column(ForeignKey("revisions.id", use_alter=True, name="fk_documents_head"))
    draft_hash: Mapped[str | None] = mapped_column(ForeignKey("texts.hash"), index=True)
    """text typed since the head revision"""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """when it was put into the bin"""
    dictionary: Mapped[list[str]] = mapped_column(JSON, default=list)
    """words that are not to be found wrong in it"""
    words: Mapped[int | None]
    """of the working text; None in rows of an older version until they are counted"""
    origin: Mapped[str] = mapped_column(String(32), default=lambda: uuid4().hex)
    """what the ids of its revisions begin with; the number of those that an older version made"""
    private: Mapped[bool] = mapped_column(default=False)
    """its runs are not stored"""


class DeletedRow(Sealed, Base):
    """The number of a document that was deleted for ever. It is not given again: an address or another tab may still have it."""

    __tablename__ = "deleted_documents"
    id: Mapped[int] = mapped_column(primary_key=True)


class RunRow(Sealed, Base):
    """A finished run: its settings, result and steps, whether it was accepted or not."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    text_hash: Mapped[str] = mapped_column(ForeignKey("texts.hash"), index=True)
    """the text the run started from: the offsets of its frames are offsets in it"""
    settings: Mapped[dict[str, object]] = mapped_column(JSON)
    result: Mapped[list[str]] = mapped_column(JSON)
    trace: Mapped[bytes] = mapped_column(LargeBinary)
    discarded: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """the run that it branches off"""
    parent_step: Mapped[int | None]
    """the step of that run after which it does"""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class RevisionRow(Sealed, Base):
    __tablename__ = "revisions"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    kind: Mapped[str]
    depth: Mapped[int]
    """distance from the root: history is ordered by it, because two commits can share a time"""
    text_hash: Mapped[str] = mapped_column(ForeignKey("texts.hash"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    added: Mapped[int | None]
    """its figures, so that a list of revisions needs no text; None in rows of an older version until they are counted"""
    removed: Mapped[int | None]
    excerpt: Mapped[str | None]
    name: Mapped[str | None]
    """of a waypoint: thinning and deleting what is older leave it alone"""
    note: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)


class PassageRow(Sealed, Base):
    """What a revision brought in or a run wrote, as folded words to be searched for (storage.finding). The full-text index over
    ``words`` is kept by triggers."""

    __tablename__ = "passages"
    unsealed = ("seal", "id")  # the database numbers them when they are sealed already
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(index=True)
    revision_id: Mapped[str | None] = mapped_column(String(32), index=True)
    run_id: Mapped[str | None] = mapped_column(String(64), index=True)
    words: Mapped[str]


class LessonRow(Sealed, Base):
    """Saved runs in an order, with text between."""

    __tablename__ = "lessons"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str]
    parts: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    """{"text"} or {"run", "candidate"} each. No foreign key: a run may be deleted, and the lesson stays"""
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    """when it was put into the bin"""


class FactRow(Sealed, Base):
    """What is known of the database as a whole: rules that people set, the digest of its schema."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[object] = mapped_column(JSON)

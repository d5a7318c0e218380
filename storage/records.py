"""What the store gives back: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    id: int
    title: str
    language: str
    updated_at: datetime
    deleted_at: datetime | None
    """when it was put into the bin"""
    head: str
    words: int


@dataclass(frozen=True, slots=True)
class Found:
    """A document in which something was searched for."""

    document: DocumentSummary
    hits: int
    """how often it stands in the title and the text"""
    excerpt: tuple[str, str, str] | None
    """what stands before the first hit in the text, the hit, and what follows it; None when only the title has it"""


@dataclass(frozen=True, slots=True)
class FoundRevision:
    """A revision that brought in what was searched for."""

    revision: str
    document_id: int
    title: str
    kind: str
    created_at: datetime
    start: int
    end: int
    """where it stands in the revision's text"""
    excerpt: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run that wrote what was searched for and was not accepted."""

    run: str
    document_id: int
    title: str
    created_at: datetime
    excerpt: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """``text`` is the working text: what was typed since the head revision, or the head's."""

    id: int
    title: str
    language: str
    text: str
    head: str
    base: str
    """opaque token of head and working text: hand it back with a save, so that a stale save is noticed"""
    newline: str
    bom: bool
    encoding: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    dictionary: tuple[str, ...] = ()
    """words that are not to be found wrong in it"""
    mended: bool = False
    """the text was stored with half characters, which are U+FFFD here"""
    private: bool = False
    """its runs are not stored"""


@dataclass(frozen=True, slots=True)
class Saved:
    """The revision a save ended on. ``branched``: the save was stale, so it was kept beside the head, not on it. ``in_bin``:
    the document was put into the bin meanwhile; what is saved is kept there."""

    revision: str
    base: str
    """the token for the next save"""
    branched: bool
    in_bin: bool


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    id: str
    parent: str | None
    kind: str
    depth: int
    created_at: datetime
    settings: dict[str, object] | None
    on_head_line: bool
    is_head: bool
    added: int
    removed: int
    """words added and removed against the parent"""
    has_trace: bool
    excerpt: str
    run: str | None = None
    """the run that made it"""
    name: str | None = None
    """of a waypoint"""
    note: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    id: str
    document_id: int
    parent: str | None
    kind: str
    text: str
    parent_text: str
    settings: dict[str, object] | None
    created_at: datetime
    run: str | None = None
    name: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentSpace:
    """Bytes that a document takes, as they are stored; texts that two documents share count for both."""

    document_id: int
    title: str
    texts: int
    steps: int


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes that a database takes."""

    file: int
    free: int
    """of the file, to be used again"""
    texts: int
    steps: int
    """of runs"""
    documents: list[DocumentSpace]


@dataclass(frozen=True, slots=True)
class Freed:
    """What deleting takes away."""

    revisions: int
    runs: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Node:
    """A revision's place in its tree, without its text."""

    id: str
    document_id: int
    parent: str | None
    kind: str
    depth: int
    text_hash: str
    run: str | None


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    document_id: int
    text: str
    """what the run started from"""
    settings: dict[str, object]
    result: list[str]
    frames: list[dict[str, object]]


Part = dict[str, object]
"""of a lesson: {"text"}, or {"run", "candidate"}"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Saved runs in an order, with text between."""

    id: str
    title: str
    parts: tuple[Part, ...]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run without its steps."""

    id: str
    parent: str | None
    """the run that it branches off"""
    step: int | None
    """the step of that run after which it does; None: it is another attempt at the same words"""
    settings: dict[str, object]
    result: list[str]
    created_at: datetime

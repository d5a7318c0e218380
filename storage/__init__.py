"""What is kept: documents, revisions as a content-addressed tree, and every step of every run. Knows no model and no page."""

from storage.characters import half, mended, mended_all
from storage.errors import (
    BadArchive,
    DatabaseBusy,
    DatabaseDamaged,
    DiskError,
    DiskFull,
    DocumentNotFound,
    LessonNotFound,
    NotInBin,
    ReadOnly,
    RevisionKept,
    RevisionNotFound,
    RunNotFound,
    StorageError,
)
from storage.lessons.lessons import fitting
from storage.moving.files import write as archived
from storage.moving.git import bundle as git_bundle
from storage.moving.transfer import bring_bytes, everything
from storage.opening import database_file, default_url, open_store
from storage.passages.stretches import changed
from storage.records import Document, DocumentSummary, Found, Lesson, Revision, RevisionSummary, Run, RunSummary, Saved
from storage.revisions.figures import figures
from storage.runs.traces import pack, unpack
from storage.store import Store
from storage.upkeep.backups import backup as made_backup

__all__ = [
    "BadArchive", "DatabaseBusy", "DatabaseDamaged", "DiskError", "DiskFull", "Document", "DocumentNotFound",
    "DocumentSummary", "Found", "Lesson", "LessonNotFound", "NotInBin", "ReadOnly", "Revision", "RevisionKept",
    "RevisionNotFound", "RevisionSummary", "Run", "RunNotFound", "RunSummary", "Saved", "StorageError", "Store",
    "archived", "bring_bytes", "changed", "database_file", "default_url", "everything", "figures", "fitting",
    "git_bundle", "half", "made_backup", "mended", "mended_all", "open_store", "pack", "unpack",
]  # fmt: skip

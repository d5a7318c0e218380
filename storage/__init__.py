"""What is kept: documents, revisions as a content-addressed tree, and every step of every run. Knows no model and no page."""

from storage.characters import half, mended, mended_all
from storage.errors import (
    BadArchive,
    DatabaseBusy,
    DatabaseDamaged,
    DiskError,
    DiskFull,
    DocumentNotFound,
    NotInBin,
    ReadOnly,
    RevisionKept,
    RevisionNotFound,
    RunNotFound,
    StorageError,
)
from storage.opening import default_url, open_store
from storage.records import Document, DocumentSummary, Found, Revision, RevisionSummary, Run, RunSummary, Saved
from storage.runs.traces import pack, unpack
from storage.store import Store

__all__ = [
    "BadArchive", "DatabaseBusy", "DatabaseDamaged", "DiskError", "DiskFull", "Document", "DocumentNotFound",
    "DocumentSummary", "Found", "NotInBin", "ReadOnly", "Revision", "RevisionKept", "RevisionNotFound", "RevisionSummary", "Run",
    "RunNotFound", "RunSummary", "Saved", "StorageError", "Store", "default_url", "half", "mended", "mended_all", "open_store",
    "pack", "unpack",
]  # fmt: skip

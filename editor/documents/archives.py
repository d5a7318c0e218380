"""Documents out of the program and into it, as files that are sent."""

from __future__ import annotations

import io
import tempfile
from dataclasses import asdict
from pathlib import Path

from editor.documents.names import document_name, file_name
from editor.errors import EditorError
from editor.payload import Payload
from storage import Store, archived, bring_bytes, everything, git_bundle, made_backup

FORMATS = {"zip": ".palimpsest.zip", "git": ".bundle"}


class Archives:
    """Export and import of one document, some, or all."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def export(self, documents: str, format: str) -> tuple[str, bytes]:
        """(file name, bytes) of documents, whose numbers stand with commas between; of all where none does."""
        if format not in FORMATS:
            raise EditorError("unknown_format", f"format must be {' or '.join(FORMATS)}, got {format[:40]!r}")
        numbers = [self._number(part) for part in documents.split(",") if part.strip()]
        found = numbers or everything(self.store)
        title = self.store.documents.get(found[0]).title if len(found) == 1 else "Palimpsest"
        if format == "git":
            with tempfile.TemporaryDirectory() as folder:
                data = git_bundle(self.store, found, Path(folder), document_name)
        else:
            whole = io.BytesIO()
            archived(self.store, found, whole)
            data = whole.getvalue()
        return file_name(title, FORMATS[format]), data

    @staticmethod
    def _number(part: str) -> int:
        if not part.strip().isdecimal() or len(part) > 15:
            raise EditorError("bad_documents", f"documents are numbers with commas between, got {part[:40]!r}")
        return int(part)

    def bring(self, data: bytes) -> Payload:
        """What was exported, into the database."""
        return {"documents": [asdict(taken) for taken in bring_bytes(self.store, data)]}

    def backup(self) -> tuple[str, bytes]:
        """The whole database as (file name, bytes), as it is at this moment."""
        with tempfile.TemporaryDirectory() as folder:
            made = made_backup(Path(self.store.database.where), Path(folder) / "palimpsest.sqlite3", noted=False)
            return made.name, made.read_bytes()

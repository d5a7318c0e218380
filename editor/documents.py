"""Documents as the page asks for them: open, save, rename, find, and files in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from editor import files
from editor.errors import EditorError
from editor.languages import language_of, languages, samples
from editor.limits import FILE_BYTES
from editor.requests import Payload, copied, language_named, query_of, title_of
from storage import Document, DocumentSummary, Store


class Documents:
    """Calls on documents. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "documents": self.documents, "open": self.open, "create": self.create, "sample": self.sample,
            "rename": self.rename, "language": self.language, "save": self.save, "search": self.search,
            "duplicate": self.duplicate, "delete": self.delete, "restore_document": self.restore_document,
            "delete_for_ever": self.delete_for_ever, "empty_bin": self.empty_bin,
        }  # fmt: skip

    def documents(self, payload: Payload) -> Payload:
        return {"documents": [listed(d) for d in self.store.documents(bool(payload.get("in_bin")))]}

    def search(self, payload: Payload) -> Payload:
        found = self.store.search(query_of(payload.get("query", "")), bool(payload.get("in_bin")))
        return {"documents": [{**listed(f.document), "hits": f.hits, "excerpt": f.excerpt} for f in found]}

    def open(self, payload: Payload) -> Payload:
        document = self.store.document(int(payload["document"]))
        if document.deleted_at is not None:
            raise EditorError(
                "in_bin", f"“{document.title}” (document {document.id}) is in the bin; restore it to open it", 410
            )
        return opened(document)

    def create(self, payload: Payload) -> Payload:
        text = str(payload.get("text", ""))
        return opened(self.store.create_document(title_of(payload.get("title", "")), language_named(payload), text))

    def sample(self, payload: Payload) -> Payload:
        for sample in samples():
            if sample.name == payload.get("name"):
                text = sample.path.read_text(encoding="utf-8")
                return opened(self.store.create_document(sample.title, sample.language, text))
        raise EditorError("unknown_sample", f"there is no sample {payload.get('name')!r}; reload the page")

    def rename(self, payload: Payload) -> Payload:
        title = title_of(payload.get("title", ""))
        self.store.rename(int(payload["document"]), title)
        return {"title": title}

    def duplicate(self, payload: Payload) -> Payload:
        document = int(payload["document"])
        return opened(self.store.duplicate(document, copied(self.store.document(document).title)))

    def delete(self, payload: Payload) -> Payload:
        """Into the bin."""
        self.store.put_in_bin(int(payload["document"]))
        return {}

    def restore_document(self, payload: Payload) -> Payload:
        self.store.restore_document(int(payload["document"]))
        return {}

    def delete_for_ever(self, payload: Payload) -> Payload:
        self.store.delete_for_ever(int(payload["document"]))
        return {}

    def empty_bin(self, payload: Payload) -> Payload:
        return {"deleted": self.store.empty_bin()}

    def language(self, payload: Payload) -> Payload:
        self.store.set_language(int(payload["document"]), language_named(payload))
        return {}

    def save(self, payload: Payload) -> Payload:
        document, base, text = int(payload["document"]), str(payload["base"]), str(payload["text"])
        if len(text.encode("utf-8", "surrogatepass")) > FILE_BYTES:
            raise EditorError("text_too_large", files.too_large("the text", len(text)) + "; it is not saved", 413)
        saved = (
            self.store.commit_text(document, base, text)
            if payload.get("kind")
            else self.store.save(document, base, text)
        )
        return asdict(saved)

    def add_file(self, data: bytes, name: str, encoding: str = "utf-8") -> Payload:
        """A new document from a file's bytes."""
        file = files.decode(data, name, encoding)
        document = self.store.create_document(
            title_of(name), language_of(name), file.text, newline=file.newline, bom=file.bom, encoding=file.encoding
        )
        return opened(document)

    def file(self, document_id: int) -> tuple[str, bytes]:
        """A document as (file name, bytes)."""
        document = self.store.document(document_id)
        data = files.encode(files.File(document.text, document.newline, document.bom, document.encoding))
        known = next(
            (e for language in languages() if language.name == document.language for e in language.extensions), ".txt"
        )
        name = document.title.strip() or "untitled"
        return (name if "." in name[1:] else name + known), data


def listed(document: DocumentSummary) -> Payload:
    return {name: moment(value) for name, value in asdict(document).items()}


def opened(document: Document) -> Payload:
    return {name: moment(value) for name, value in asdict(document).items()}


def moment(value: object) -> object:
    """A time as JSON has it; everything else as it is."""
    return value.isoformat() if isinstance(value, datetime) else value

"""Documents as the page asks for them: open, save, rename, find, and files in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor.answers import told
from editor.documents import encodings, files, lines, names
from editor.documents.names import title_of
from editor.errors import EditorError
from editor.languages import language_named, language_of, sample_named
from editor.limits import QUERY
from editor.payload import Payload, flag, name_of, text_of, whole
from storage import Document, Store


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
        return {"documents": [told(d) for d in self.store.documents.all(flag(payload, "in_bin"))]}

    def search(self, payload: Payload) -> Payload:
        found = self.store.search.documents(query_of(text_of(payload, "query", "")), flag(payload, "in_bin"))
        return {"documents": [{**told(f.document), "hits": f.hits, "excerpt": f.excerpt} for f in found]}

    def open(self, payload: Payload) -> Payload:
        document = self.store.documents.get(whole(payload, "document"))
        if document.deleted_at is not None:
            raise EditorError(
                "in_bin", f"“{document.title}” (document {document.id}) is in the bin; restore it to open it", 410
            )
        return opened(document)

    def create(self, payload: Payload) -> Payload:
        text = files.fitting(lines.ended(text_of(payload, "text", ""), "\n"), "; no document is made")
        return told(self.store.documents.create(title_of(text_of(payload, "title", "")), language_named(payload), text))

    def sample(self, payload: Payload) -> Payload:
        sample = sample_named(name_of(payload, "name"))
        return told(self.store.documents.create(sample.title, sample.language, sample.path.read_text(encoding="utf-8")))

    def rename(self, payload: Payload) -> Payload:
        title = title_of(text_of(payload, "title", ""))
        self.store.documents.rename(whole(payload, "document"), title)
        return {"title": title}

    def duplicate(self, payload: Payload) -> Payload:
        document = whole(payload, "document")
        return opened(self.store.documents.duplicate(document, names.copied(self.store.documents.get(document).title)))

    def delete(self, payload: Payload) -> Payload:
        """Into the bin."""
        self.store.bin.put(whole(payload, "document"))
        return {}

    def restore_document(self, payload: Payload) -> Payload:
        self.store.bin.take_out(whole(payload, "document"))
        return {}

    def delete_for_ever(self, payload: Payload) -> Payload:
        self.store.bin.delete(whole(payload, "document"))
        return {}

    def empty_bin(self, payload: Payload) -> Payload:
        return {"deleted": self.store.bin.empty()}

    def language(self, payload: Payload) -> Payload:
        self.store.documents.set_language(whole(payload, "document"), language_named(payload))
        return {}

    def save(self, payload: Payload) -> Payload:
        number, base = whole(payload, "document"), name_of(payload, "base")
        text = files.settled(self.store, number, files.fitting(text_of(payload, "text"), "; it is not saved"))
        saved = (
            self.store.edits.commit(number, base, text)
            if name_of(payload, "kind", "")
            else self.store.edits.save(number, base, text)
        )
        missing = [] if text.isascii() else encodings.missing(text, self.store.documents.get(number).encoding)
        return {**asdict(saved), "missing": missing}

    def add_file(self, data: bytes, name: str, encoding: str = encodings.UTF8) -> Payload:
        """A new document from a file's bytes."""
        name = names.base(name)
        file = files.decode(data, name or names.UNTITLED, encoding)
        document = self.store.documents.create(
            title_of(name), language_of(name), file.text, newline=file.newline, bom=file.bom, encoding=file.encoding
        )
        return opened(document)

    def file(self, document_id: int) -> tuple[str, bytes, str]:
        """A document as (file name, bytes, the encoding that they are in)."""
        document = self.store.documents.get(document_id)
        data = files.encode(files.File(document.text, document.newline, document.bom, document.encoding))
        missing = encodings.missing(document.text, document.encoding)
        encoding = encodings.UTF8 if missing else encodings.NAMES[document.encoding]
        return names.document_name(document.title, document.language), data, encoding


def opened(document: Document) -> Payload:
    """A document, and which characters its file's encoding cannot hold."""
    return {**told(document), "missing": encodings.missing(document.text, document.encoding)}


def query_of(query: str) -> str:
    if len(query) > QUERY:
        raise EditorError("query_too_long", f"what is searched for has {len(query)} characters; the limit is {QUERY}")
    return query

"""An archive: documents as JSON, their texts beside them under their hashes, and the steps of their runs.

`palimpsest.json` is {"format": "palimpsest-archive", "version": 1, "documents": [...]}. A document has its own columns, its
"revisions" (each names its text by hash and its parent by id) and its "runs"; "lessons", where there are any,
are those whose runs are all in it. A text lies in `texts/HASH.txt` as UTF-8, the steps of a run in `steps/HASH.json`, where HASH
is that of the run's id. Whoever writes one and whoever reads one knows no more of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from storage.database.models import DocumentRow, LessonRow
from storage.database.rows import Plain, columns, plain
from storage.errors import BadArchive
from storage.lessons.lessons import fitting
from storage.store import Store
from storage.texts.identity import digest

FORMAT, VERSION = "palimpsest-archive", 1
INDEX = "palimpsest.json"


class Source(Protocol):
    """Where an archive lies."""

    def read(self, name: str) -> bytes:
        """A part of it by its name. Raises KeyError."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document as an archive has it."""

    document: Plain
    revisions: list[Plain]
    runs: list[Plain]


def text_name(key: str) -> str:
    return f"texts/{key}.txt"


def steps_name(run: str) -> str:
    return f"steps/{digest(run)}.json"


# ---- out ---------------------------------------------------------------------------------------------------------
def parcels(store: Store, documents: Sequence[int]) -> list[Parcel]:
    return [parcel(store, number) for number in documents]


def parcel(store: Store, document: int) -> Parcel:
    """A document of a store. Raises DocumentNotFound."""
    with store.database.reading() as session:
        store.documents.get(document)
        row = session.get_one(DocumentRow, document)
        revisions = [plain(r, "document_id", "added", "removed", "excerpt") for r in store.revisions.rows(document)]
        runs = [plain(r, "document_id", "trace") for r in store.runs.rows(document)]
        return Parcel(plain(row, "words"), revisions, runs)


def parts(store: Store, documents: Sequence[Parcel]) -> Iterator[tuple[str, bytes]]:
    """The names and the bytes of all that an archive of some documents consists of, in order."""
    index: Plain = {
        "format": FORMAT, "version": VERSION,
        "documents": [{**p.document, "revisions": p.revisions, "runs": p.runs} for p in documents],
    }  # fmt: skip
    if lessons := _lessons(store, documents):
        index["lessons"] = lessons
    yield INDEX, json.dumps(index, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
    texts = {key for p in documents for key in texts_of(p)}
    for key in sorted(texts):
        yield text_name(key), store.texts.raw(key)
    for run in sorted(run["id"] for p in documents for run in p.runs):
        yield steps_name(run), steps_of(store, run)


def _lessons(store: Store, documents: Sequence[Parcel]) -> list[Plain]:
    """The lessons that go with some documents: with all of them all, else those that show runs of these alone."""
    every = {p.document["id"] for p in documents} >= {d.id for b in (False, True) for d in store.documents.all(b)}
    mine = {run["id"] for p in documents for run in p.runs}
    with store.database.reading():
        shown = {row.id: {part["run"] for part in row.parts if "run" in part} for row in store.lessons.rows()}
        return [plain(row) for row in store.lessons.rows() if every or (shown[row.id] and shown[row.id].issubset(mine))]


def steps_of(store: Store, run: str) -> bytes:
    return json.dumps(store.runs.get(run).frames, ensure_ascii=False).encode("utf-8", "surrogatepass")


def texts_of(parcel: Parcel) -> set[str]:
    """The hashes of the texts that a document needs."""
    keys = {r["text_hash"] for r in parcel.revisions} | {r["text_hash"] for r in parcel.runs}
    return keys | ({parcel.document["draft_hash"]} - {None})


# ---- in ----------------------------------------------------------------------------------------------------------
def opened(source: Source) -> list[Parcel]:
    """The documents of an archive. Raises BadArchive."""
    try:
        index = json.loads(source.read(INDEX).decode("utf-8", "surrogatepass"))
        if index["format"] != FORMAT:
            raise BadArchive(f"this is no archive of Palimpsest: its format is {index['format']!r}")
        if index["version"] > VERSION:
            raise BadArchive("the archive was written by a newer Palimpsest; update the program")
        return [
            Parcel(
                {k: v for k, v in d.items() if k not in ("revisions", "runs")}, list(d["revisions"]), list(d["runs"])
            )
            for d in index["documents"]
        ]
    except KeyError as error:
        raise BadArchive(f"this is no archive of Palimpsest: it has no {error}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise BadArchive(f"{INDEX} of the archive cannot be read ({error}); export it again") from error


def lessons(source: Source) -> list[Plain]:
    """The lessons of an archive that can be opened, as rows have them. Raises BadArchive."""
    try:
        found = [columns(LessonRow, told) for told in json.loads(source.read(INDEX)).get("lessons", [])]
        for told in found:
            if not (fitting(told["parts"]) and isinstance(told["title"], str) and isinstance(told["id"], str)):
                raise ValueError(f"lesson {told['id']!r} is none")
        return found
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadArchive(f"the lessons of the archive cannot be read ({error}); export it again") from error


def text(source: Source, key: str) -> str:
    """A text of an archive, checked by its hash. Raises BadArchive."""
    found = _part(source, text_name(key)).decode("utf-8", "surrogatepass")
    if digest(found) != key:
        raise BadArchive(f"{text_name(key)} of the archive is not what its name says; export it again")
    return found


def steps(source: Source, run: str) -> list[Any]:
    """The steps of a run. Raises BadArchive."""
    try:
        return list(json.loads(_part(source, steps_name(run)).decode("utf-8", "surrogatepass")))
    except ValueError as error:
        raise BadArchive(f"{steps_name(run)} of the archive cannot be read ({error}); export it again") from error


def _part(source: Source, name: str) -> bytes:
    try:
        return source.read(name)
    except KeyError as error:
        raise BadArchive(f"the archive has no {name}; export it again") from error

"""A lesson as one page that asks nothing of anybody, and back: what it was made from lies in it, packed."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from editor.documents.names import title_of
from editor.errors import EditorError
from editor.export.export import standalone
from editor.limits import LISTS
from editor.payload import Payload
from editor.teaching.reading import run_of
from storage import DocumentNotFound, Lesson, Run, RunNotFound, Store, fitting, mended_all

FORMAT, VERSION = "palimpsest-lesson", 1
MOST = 256 << 20
"""bytes of what is packed in a page"""
SOURCE = '<script type="application/octet-stream" id="source">{}</script>\n'
_FOUND = re.compile(rb'<script type="application/octet-stream" id="source">([^<]*)</script>')
WRONG = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, zlib.error)
"""what reading a damaged lesson raises"""
SAYS = "This page shows a lesson with runs of Palimpsest, step by step; that takes JavaScript."


# ---- out -------------------------------------------------------------------------------------------------------------
def page(store: Store, lesson: Lesson, slides: Sequence[Payload], version: str) -> bytes:
    """One HTML file."""
    shown = {"title": lesson.title, "version": version, "slides": slides}
    return standalone("lesson", lesson.title, shown, SAYS, SOURCE.format(_packed(_source(store, lesson))))


def _source(store: Store, lesson: Lesson) -> Payload:
    """All that a lesson is made from; runs that were deleted are not in it."""
    runs: dict[str, Payload] = {}
    for key in dict.fromkeys(str(part["run"]) for part in lesson.parts if "run" in part):
        try:
            run = store.runs.get(key)
            document = store.documents.get(run.document_id)
        except (RunNotFound, DocumentNotFound):
            continue
        runs[key] = {
            "document": {"title": document.title, "language": document.language},
            "settings": run.settings, "text": run.text, "result": run.result, "frames": run.frames,
        }  # fmt: skip
    return {
        "format": FORMAT, "version": VERSION, "lesson": lesson.id, "title": lesson.title, "parts": list(lesson.parts),
        "runs": runs,
    }  # fmt: skip


def _packed(source: Payload) -> str:
    return base64.b64encode(zlib.compress(json.dumps(source).encode("ascii"), 9)).decode("ascii")


# ---- in --------------------------------------------------------------------------------------------------------------
def bring(store: Store, data: bytes) -> Lesson:
    """The lesson of a page, with the runs that are not here yet: each in a document of its own text. All or nothing. Raises
    EditorError."""
    source = unpacked(data)
    try:
        runs = {key: run_of(key, told) for key, told in source["runs"].items()}
    except WRONG as error:
        raise damaged(error) from error
    with store.database.writing():
        here: dict[str, str] = {}
        documents: dict[tuple[str, str, str], int] = {}
        for key, (run, title, language) in runs.items():
            place = (title, language, run.text)
            here[key] = _kept(store, run, place, documents)
        parts = [
            {**part, "run": here.get(part["run"], part["run"])} if "run" in part else part for part in source["parts"]
        ]
        return store.lessons.add(source["title"], parts, source["lesson"])


def _kept(store: Store, run: Run, place: tuple[str, str, str], documents: dict[tuple[str, str, str], int]) -> str:
    """The id under which a run is in the database from now on: its own, unless that is another run's here."""
    key = run.id
    try:
        there = store.runs.get(key)
        if (there.text, there.result, there.frames) == (run.text, run.result, run.frames):
            return key
        key = f"{key[:40]}-{zlib.crc32(json.dumps(run.frames).encode()):08x}"
        store.runs.get(key)
        return key  # it was brought before
    except RunNotFound:
        pass
    if place not in documents:
        title, language, text = place
        documents[place] = store.documents.create(title, language, text).id
    store.edits.record(key, documents[place], run.text, run.settings, run.frames, run.result)
    return key


def unpacked(data: bytes) -> Payload:
    """What a page was made from, as it should be. Raises EditorError."""
    found = _FOUND.search(data)
    if found is None:
        raise EditorError("no_lesson", "this file is no lesson that Palimpsest exported; choose the HTML file of one")
    try:
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(base64.b64decode(found[1], validate=True), MOST)
        if unpacking.unconsumed_tail:
            raise EditorError("lesson_too_large", f"the lesson in this file has more than {MOST >> 20} MB")
        if not unpacking.eof:
            raise ValueError("its end is missing")
        source: Any = mended_all(json.loads(raw))
        return _checked(source)
    except WRONG as error:
        raise damaged(error) from error


def damaged(error: Exception) -> EditorError:
    why = f"it has no {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:200]
    return EditorError(
        "bad_lesson", f"the lesson in this file is damaged ({why}); export it again. Nothing was changed"
    )


def _checked(source: Any) -> Payload:
    """Raises ValueError and the like."""
    if source["format"] != FORMAT:
        raise ValueError(f"its format is {str(source['format'])[:40]!r}")
    if source["version"] > VERSION:
        raise EditorError("newer_lesson", "the lesson was exported by a newer Palimpsest; update the program")
    key, parts, runs = source["lesson"], source["parts"], source["runs"]
    if not (isinstance(key, str) and re.fullmatch(r"[\w-]{1,32}", key, re.ASCII)):
        raise ValueError("its id is none")
    if not fitting(parts) or len(parts) > LISTS["parts"] or not isinstance(runs, dict):
        raise ValueError("its parts cannot be read")
    shown = {part["run"] for part in parts if "run" in part}
    if not set(runs) <= shown:
        raise ValueError("it has runs that it does not show")
    return {"lesson": key, "title": title_of(str(source["title"])), "parts": parts, "runs": runs}

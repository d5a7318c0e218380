"""Lessons as the page asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from editor.answers import told
from editor.documents.names import file_name, title_of
from editor.errors import EditorError
from editor.export.export import carried
from editor.export.scenes import scene_of
from editor.limits import LESSON_TEXT
from editor.payload import Payload, flag, listed, malformed, name_of, text_of
from editor.runs.review import fills
from editor.teaching import pages
from storage import DocumentNotFound, Lesson, RunNotFound, Store, fitting

GONE = "The run that was shown here was deleted."
THINNED = "The steps of this run were thinned; it cannot be shown any more."


class Teaching:
    """Calls on lessons. Each takes and gives a payload."""

    def __init__(self, store: Store, version: str) -> None:
        self.store = store
        self.version = version
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "lessons": self.lessons, "lesson": self.lesson, "save_lesson": self.save, "delete_lesson": self.delete,
            "restore_lesson": self.restore, "delete_lesson_for_ever": self.delete_for_ever, "showable": self.showable,
        }  # fmt: skip

    def lessons(self, payload: Payload) -> Payload:
        found = self.store.lessons.all(flag(payload, "in_bin"))
        return {"lessons": [{**told(lesson), "parts": len(lesson.parts)} for lesson in found]}

    def lesson(self, payload: Payload) -> Payload:
        """A lesson, and what is to be seen of each part."""
        return self._whole(self.store.lessons.get(name_of(payload, "lesson")))

    def save(self, payload: Payload) -> Payload:
        """A new lesson, or one as it is now; where it was changed elsewhere since ``seen``, both stay."""
        title, parts = title_of(text_of(payload, "title", "") or "Lesson"), parts_of(payload)
        if not name_of(payload, "lesson", ""):
            return self._whole(self.store.lessons.add(title, parts))
        wanted = name_of(payload, "lesson")
        saved = self.store.lessons.save(wanted, title, parts, name_of(payload, "seen"))
        return {**self._whole(saved), "beside": saved.id != wanted}

    def delete(self, payload: Payload) -> Payload:
        """Into the bin."""
        self.store.lessons.put(name_of(payload, "lesson"))
        return {}

    def restore(self, payload: Payload) -> Payload:
        self.store.lessons.take_out(name_of(payload, "lesson"))
        return {}

    def delete_for_ever(self, payload: Payload) -> Payload:
        self.store.lessons.delete(name_of(payload, "lesson"))
        return {}

    def showable(self, payload: Payload) -> Payload:
        """The runs that can be shown, of every document on the shelf, the latest first, each with what of it stands there."""
        found = []
        for document in self.store.documents.all():
            if runs := self.store.runs.told(document.id):
                kept = {one.run: one.excerpt for one in reversed(self.store.documents.history(document.id))}
                for run in runs:
                    excerpt = kept.get(run.id) or " … ".join(run.result)
                    found.append({**told(run), "document": document.title, "excerpt": excerpt})
        return {"runs": sorted(found, key=lambda run: str(run["created_at"]), reverse=True)}

    # ---- what is seen ------------------------------------------------------------------------------------------
    def _whole(self, lesson: Lesson) -> Payload:
        return {**told(lesson), "slides": [self.slide(part) for part in lesson.parts]}

    def slide(self, part: dict[str, Any]) -> Payload:
        """A part as it is drawn, and what every candidate wrote; of a run that is not there any more, that it is not."""
        if "text" in part:
            return {"text": part["text"]}
        try:
            run = self.store.runs.get(part["run"])
            document = self.store.documents.get(run.document_id)
        except (RunNotFound, DocumentNotFound):
            return {**part, "gone": GONE}
        if not run.frames:
            return {**part, "gone": THINNED}
        try:
            scene = scene_of(run, document.language, part["candidate"])
        except EditorError as error:
            return {**part, "gone": f"{error}."}
        return {
            **part, "scene": carried(scene, document.title, self.version), "wrote": [" … ".join(one) for one in fills(run)],
        }  # fmt: skip

    # ---- as a file ---------------------------------------------------------------------------------------------
    def export(self, lesson: str) -> tuple[str, bytes]:
        """(file name, bytes) of a page that shows a lesson anywhere. Raises LessonNotFound, EditorError where it is empty."""
        found = self.store.lessons.get(lesson)
        if not found.parts:
            raise EditorError("empty_lesson", f"“{found.title}” is empty; put a run or some text into it first")
        slides = [self.slide(dict(part)) for part in found.parts]
        return file_name(found.title, ".html"), pages.page(self.store, found, slides, self.version)

    def bring(self, data: bytes) -> Payload:
        """A page that was exported, into the database. Raises EditorError."""
        return self._whole(pages.bring(self.store, data))


def parts_of(payload: Payload) -> list[dict[str, Any]]:
    """The parts of a lesson. Raises EditorError."""
    parts: list[dict[str, Any]] = listed(payload, "parts")
    if not fitting(parts):
        raise malformed("parts", "a list of {text} and {run, candidate}", parts)
    for part in parts:
        if len(part.get("text", "")) > LESSON_TEXT:
            raise EditorError(
                "text_too_long",
                f"a text of the lesson has {len(part['text'])} characters; the limit is {LESSON_TEXT}: cut it in two",
            )
    return parts

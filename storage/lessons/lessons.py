"""The table of lessons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.database.models import LessonRow, now
from storage.database.transactions import Database
from storage.errors import LessonNotFound, NotInBin
from storage.records import Lesson, Part


def fitting(parts: object) -> bool:
    """Whether something is what a lesson consists of: {"text"}, or {"run", "candidate"} each."""
    if not isinstance(parts, list | tuple):
        return False
    return all(
        isinstance(part, dict)
        and (
            (set(part) == {"text"} and isinstance(part["text"], str))
            or (set(part) == {"run", "candidate"} and isinstance(part["run"], str) and type(part["candidate"]) is int)
        )
        for part in parts
    )


def _told(row: LessonRow) -> Lesson:
    return Lesson(row.id, row.title, tuple(row.parts), row.created_at, row.updated_at, row.deleted_at)


def _row(session: Session, lesson: str) -> LessonRow:
    row = session.get(LessonRow, lesson)
    if row is None:
        raise LessonNotFound(f"there is no lesson {lesson!r}; it may belong to another database")
    return row


class Lessons:
    """The lessons of one database. They name runs, and hold nothing of them: a run may be deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, lesson: str) -> Lesson:
        """Raises LessonNotFound."""
        with self._database.reading() as session:
            return _told(_row(session, lesson))

    def all(self, in_bin: bool = False) -> list[Lesson]:
        """Most recently changed first."""
        there = LessonRow.deleted_at.is_not(None) if in_bin else LessonRow.deleted_at.is_(None)
        with self._database.reading() as session:
            order = select(LessonRow).where(there).order_by(LessonRow.updated_at.desc(), LessonRow.id)
            return [_told(row) for row in session.scalars(order)]

    def rows(self) -> list[LessonRow]:
        """All of them, also those in the bin."""
        with self._database.reading() as session:
            return list(session.scalars(select(LessonRow).order_by(LessonRow.created_at, LessonRow.id)))

    def shown(self) -> set[str]:
        """The runs that lessons show."""
        with self._database.reading() as session:
            parts = [part for found in session.scalars(select(LessonRow.parts)) for part in found]
        return {str(part["run"]) for part in parts if "run" in part}

    def add(self, title: str, parts: Sequence[Part], lesson: str | None = None) -> Lesson:
        """A new lesson; ``lesson``: the id that it has elsewhere. One that is there already and says the same is that one,
        and beside one that says something else it gets an id of its own."""
        with self._database.writing() as session:
            there = session.get(LessonRow, lesson) if lesson else None
            if there is not None and (there.title, list(there.parts)) == (title, list(parts)):
                there.deleted_at = None
                return _told(there)
            row = LessonRow(id=uuid4().hex if there is not None or not lesson else lesson, title=title)
            row.parts = list(parts)
            session.add(row)
            session.flush()
            return _told(row)

    def save(self, lesson: str, title: str, parts: Sequence[Part], seen: str) -> Lesson:
        """Keep a lesson as it is now. ``seen``: its last change that is known (ISO 8601); where there was another since, both
        stay: this one under an id of its own. Raises LessonNotFound."""
        with self._database.writing() as session:
            row = _row(session, lesson)
            if row.updated_at.isoformat() != seen:
                return self.add(title, parts, lesson)
            row.title, row.parts, row.updated_at = title, list(parts), now()
            session.flush()
            return _told(row)

    # ---- the bin -----------------------------------------------------------------------------------------------
    def put(self, lesson: str) -> None:
        """Into the bin; nothing of it is lost."""
        with self._database.writing() as session:
            row = _row(session, lesson)
            row.deleted_at = row.deleted_at or now()

    def take_out(self, lesson: str) -> None:
        with self._database.writing() as session:
            _row(session, lesson).deleted_at = None

    def delete(self, lesson: str) -> None:
        """For ever. Raises NotInBin for one that is not in the bin."""
        with self._database.writing() as session:
            if _row(session, lesson).deleted_at is None:
                raise NotInBin(f"lesson {lesson!r} is not in the bin; put it there first")
            session.execute(delete(LessonRow).where(LessonRow.id == lesson))
        self._database.scrub()

    def bring(self, values: dict[str, Any]) -> None:
        """One of an archive, with its times; of one that is there already and says something else both stay."""
        with self._database.writing() as session:
            there = session.get(LessonRow, values["id"])
            if there is not None and (there.title, list(there.parts)) == (values["title"], list(values["parts"])):
                return
            session.add(LessonRow(**{**values, "id": uuid4().hex if there is not None else values["id"]}))

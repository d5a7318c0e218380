"""The table of runs: their steps, and which branches off which."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from storage.database.models import RunRow
from storage.database.refusals import refused
from storage.database.rows import among
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged, RunNotFound
from storage.passages.passages import Passages
from storage.records import Run, RunSummary
from storage.runs.traces import Frame, Unreadable, pack, unpack
from storage.texts.packing import Packed
from storage.texts.texts import Texts

HELD = 32
"""runs of private documents that are remembered"""
TOLD = (RunRow.id, RunRow.parent_id, RunRow.parent_step, RunRow.settings, RunRow.result, RunRow.created_at)


@dataclass(frozen=True, slots=True)
class PackedRun:
    """A run ready to be stored. It is made before the write lock is taken."""

    row: RunRow
    text: Packed


class Runs:
    """The runs of one database, accepted or not."""

    def __init__(self, database: Database, texts: Texts, passages: Passages) -> None:
        self._database = database
        self._texts = texts
        self._passages = passages
        self._unstored: OrderedDict[str, Run] = OrderedDict()
        """the last runs of private documents, until the program ends"""

    @staticmethod
    def packed(
        run_id: str,
        document_id: int,
        text: str,
        settings: dict[str, Any],
        frames: list[Frame],
        result: list[str],
        parent: tuple[str, int | None] | None = None,
    ) -> PackedRun:
        """A run ready to be added; its steps take a while to pack. ``parent``: the run and the step that it branches off."""
        row = RunRow(id=run_id, document_id=document_id, settings=settings, result=result, trace=pack(frames))
        row.parent_id, row.parent_step = parent or (None, None)
        return PackedRun(row, Packed.of(text))

    def add(self, run: PackedRun) -> None:
        with self._database.writing() as session:
            self._texts.put(run.text)
            run.row.text_hash = run.text.hash
            session.add(run.row)
            self._passages.add_run(run.row.document_id, run.row.id, run.row.result)

    def hold(self, run: Run) -> None:
        """Remember a run, so that it can be looked at and accepted, and store nothing of it."""
        self._unstored[run.id] = run
        while len(self._unstored) > HELD:
            self._unstored.popitem(last=False)

    def holds(self, run_id: str) -> bool:
        return run_id in self._unstored

    def discard(self, run_id: str) -> None:
        with self._database.writing() as session:
            row = session.get(RunRow, run_id)
            if row is not None:
                row.discarded = True

    def get(self, run_id: str | None) -> Run:
        """A run with its steps; without them where they were thinned. Raises RunNotFound, DatabaseDamaged."""
        if run_id and run_id in self._unstored:
            return self._unstored[run_id]
        with self._database.reading() as session:
            row = session.get(RunRow, run_id) if run_id else None
            if row is None:
                raise RunNotFound(f"run {run_id!r} is not in the database")
            try:
                frames = unpack(row.trace)
            except Unreadable as error:
                what = f"the steps of run {run_id} cannot be read"
                raise refused(DatabaseDamaged, self._database.where, what) from error
            return Run(row.id, row.document_id, self._texts.get(row.text_hash), row.settings, row.result, frames)

    def check(self, run_id: str, remedy: str) -> None:
        """Raises RunNotFound, which says what to do, where there is no such run."""
        if run_id in self._unstored:
            return
        with self._database.reading() as session:
            if session.scalar(select(RunRow.id).where(RunRow.id == run_id)) is None:
                raise RunNotFound(f"run {run_id!r} is not in the database; {remedy}")

    def settings(self, runs: Sequence[str] | Select[Any]) -> dict[str, dict[str, object]]:
        """The settings of runs, by their ids."""
        with self._database.reading() as session:
            found = session.execute(select(RunRow.id, RunRow.settings).where(RunRow.id.in_(runs)))
            return {run.id: run.settings for run in found}

    def family(self, run_id: str) -> list[RunSummary]:
        """Every run that one run branches off or that branches off it, directly or not; itself too. Oldest first."""
        with self._database.reading() as session:
            document = session.scalar(select(RunRow.document_id).where(RunRow.id == run_id))
            found = session.execute(select(*TOLD).where(RunRow.document_id == document)).all()
        if document is None:
            raise RunNotFound(f"run {run_id!r} is not in the database")
        parents = {run.id: run.parent_id for run in found}

        def root(run: str) -> str:
            passed = {run}
            while (parent := parents[run]) in parents and parent not in passed:
                run = parent
                passed.add(run)
            return run

        first = root(run_id)
        family = sorted((run for run in found if root(run.id) == first), key=lambda run: (run.created_at, run.id))
        return [
            RunSummary(run.id, run.parent_id, run.parent_step, run.settings, run.result, run.created_at)
            for run in family
        ]

    def summary(self, run_id: str) -> RunSummary:
        """A run without its steps. Raises RunNotFound."""
        with self._database.reading() as session:
            run = session.execute(select(*TOLD).where(RunRow.id == run_id)).one_or_none()
        if run is None:
            raise RunNotFound(f"run {run_id!r} is not in the database")
        return RunSummary(run.id, run.parent_id, run.parent_step, run.settings, run.result, run.created_at)

    def told(self, document_id: int, most: int = 100) -> list[RunSummary]:
        """The latest of a document's runs that have their steps."""
        wanted = select(*TOLD).where(RunRow.document_id == document_id, func.length(RunRow.trace) > 0)
        with self._database.reading() as session:
            found = session.execute(wanted.order_by(RunRow.created_at.desc()).limit(most)).all()
        return [
            RunSummary(run.id, run.parent_id, run.parent_step, run.settings, run.result, run.created_at)
            for run in found
        ]

    def abbreviated(self, document_id: int, beginning: str) -> str:
        """The whole id of a document's run, from how it begins. Raises RunNotFound where that is none, or several."""
        if beginning in self._unstored:
            return beginning
        mine = select(RunRow.id).where(RunRow.document_id == document_id)
        with self._database.reading() as session:
            found = list(session.scalars(mine.where(RunRow.id.startswith(beginning, autoescape=True)).limit(2)))
        if len(found) != 1:
            many = "several of its runs begin" if found else "no run of it begins"
            raise RunNotFound(f"document {document_id}: {many} with {beginning!r}; open one from the history")
        return found[0]

    def document_of(self, run_id: str) -> int:
        """The document of a run. Raises RunNotFound."""
        with self._database.reading() as session:
            found = session.scalar(select(RunRow.document_id).where(RunRow.id == run_id))
        if found is None:
            raise RunNotFound(f"run {run_id!r} is not in the database")
        return found

    def rows(self, document_id: int) -> list[RunRow]:
        """All of a document's, the oldest first."""
        order = select(RunRow).where(RunRow.document_id == document_id).order_by(RunRow.created_at, RunRow.id)
        with self._database.reading() as session:
            return list(session.scalars(order))

    # ---- thinning ----------------------------------------------------------------------------------------------
    def begun_with(self, document_id: int, texts: Collection[str]) -> list[str]:
        """The runs of a document that began with one of some texts."""
        with self._database.reading() as session:
            wanted = select(RunRow.id).where(RunRow.document_id == document_id, among(RunRow.text_hash, texts))
            return list(session.scalars(wanted))

    def of(self, document_id: int) -> list[str]:
        with self._database.reading() as session:
            return list(session.scalars(select(RunRow.id).where(RunRow.document_id == document_id)))

    def with_steps(self, before: datetime | None = None) -> list[str]:
        """Runs that have their steps, of a time before a moment."""
        wanted = select(RunRow.id).where(func.length(RunRow.trace) > 0)
        with self._database.reading() as session:
            return list(session.scalars(wanted if before is None else wanted.where(RunRow.created_at < before)))

    def thin(self, runs: Collection[str]) -> None:
        """Take the steps of some runs away; what they were told and what they wrote stays."""
        for row in self._rows(runs):
            row.trace = b""

    def empty(self, runs: Collection[str]) -> None:
        """Take away what some runs read and how they wrote; revisions that they made still refer to them."""
        with self._database.writing():
            nothing = Packed.of("")
            self._texts.put(nothing)
            for row in self._rows(runs):
                row.trace, row.text_hash = b"", nothing.hash

    def blank(self, runs: Collection[str]) -> None:
        """Take everything of some runs away but their ids."""
        with self._database.writing():
            self.empty(runs)
            for row in self._rows(runs):
                row.settings, row.result = {}, []
            self._passages.delete(runs)

    def _rows(self, runs: Collection[str]) -> list[RunRow]:
        with self._database.writing() as session:
            return [row for key in runs if (row := session.get(RunRow, key)) is not None]

    def delete(self, runs: Collection[str]) -> None:
        with self._database.writing() as session:
            session.flush()
            session.execute(delete(RunRow).where(among(RunRow.id, runs)))
            self._passages.delete(runs)

    def delete_of(self, document_id: int) -> None:
        with self._database.writing() as session:
            session.execute(delete(RunRow).where(RunRow.document_id == document_id))

    def size(self, document_id: int | None = None) -> int:
        """Bytes of the steps of a document's runs, or of all."""
        wanted = select(func.coalesce(func.sum(func.length(RunRow.trace)), 0))
        with self._database.reading() as session:
            mine = wanted if document_id is None else wanted.where(RunRow.document_id == document_id)
            return int(session.scalar(mine) or 0)

    def count(self, document_id: int) -> int:
        with self._database.reading() as session:
            wanted = select(func.count()).where(RunRow.document_id == document_id)
            return int(session.scalar(wanted) or 0)

    def holding(self, key: str) -> set[int]:
        """The documents with a run that began with a text."""
        with self._database.reading() as session:
            return set(session.scalars(select(RunRow.document_id).where(RunRow.text_hash == key)))

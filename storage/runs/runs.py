"""The table of runs: their steps, and which branches off which."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, select

from storage.database.models import RunRow
from storage.database.refusals import refused
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged, RunNotFound
from storage.records import Run, RunSummary
from storage.runs.traces import Frame, pack, unpack
from storage.texts.texts import Packed, Texts

TOLD = (RunRow.id, RunRow.parent_id, RunRow.parent_step, RunRow.settings, RunRow.result, RunRow.created_at)


@dataclass(frozen=True, slots=True)
class PackedRun:
    """A run ready to be stored. It is made before the write lock is taken."""

    row: RunRow
    text: Packed


class Runs:
    """The runs of one database, accepted or not."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts

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

    def discard(self, run_id: str) -> None:
        with self._database.writing() as session:
            row = session.get(RunRow, run_id)
            if row is not None:
                row.discarded = True

    def get(self, run_id: str | None) -> Run:
        """A run with its steps. Raises RunNotFound, DatabaseDamaged."""
        with self._database.reading() as session:
            row = session.get(RunRow, run_id) if run_id else None
            if row is None:
                raise RunNotFound(f"run {run_id!r} is not in the database")
            try:
                frames = unpack(row.trace)
            except (zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
                what = f"the steps of run {run_id} cannot be read"
                raise refused(DatabaseDamaged, self._database.where, what) from error
            return Run(row.id, row.document_id, self._texts.get(row.text_hash), row.settings, row.result, frames)

    def check(self, run_id: str, remedy: str) -> None:
        """Raises RunNotFound, which says what to do, where there is no such run."""
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

    def delete_of(self, document_id: int) -> None:
        with self._database.writing() as session:
            session.execute(delete(RunRow).where(RunRow.document_id == document_id))

    def holding(self, key: str) -> set[int]:
        """The documents with a run that began with a text."""
        with self._database.reading() as session:
            return set(session.scalars(select(RunRow.document_id).where(RunRow.text_hash == key)))

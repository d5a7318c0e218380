"""Finished runs: their steps, and which branches off which."""

from __future__ import annotations

import json
import zlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.models import RevisionRow, RunRow
from storage.database.refusals import refused
from storage.errors import DatabaseDamaged, RunNotFound
from storage.records import Run, RunSummary
from storage.texts import Texts
from storage.traces import unpack

TOLD = (RunRow.id, RunRow.parent_id, RunRow.parent_step, RunRow.settings, RunRow.result, RunRow.created_at)


class Runs:
    """The runs of one database. Every call is part of the caller's transaction."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    @staticmethod
    def row(session: Session, run_id: str | None) -> RunRow:
        row = session.get(RunRow, run_id) if run_id else None
        if row is None:
            raise RunNotFound(f"run {run_id!r} is not in the database")
        return row

    def told(self, session: Session, run_id: str | None) -> Run:
        """A run with its steps. Raises RunNotFound, DatabaseDamaged."""
        row = self.row(session, run_id)
        try:
            frames = unpack(row.trace)
        except (zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
            where = self._texts.database.where
            raise refused(DatabaseDamaged, where, f"the steps of run {run_id} cannot be read") from error
        text = self._texts.get(session, row.text_hash)
        return Run(row.id, row.document_id, text, row.settings, row.result, frames)

    def family(self, session: Session, run_id: str) -> list[RunSummary]:
        """Every run that one run branches off or that branches off it, directly or not; itself too. Oldest first."""
        document = self.row(session, run_id).document_id
        found = session.execute(select(*TOLD).where(RunRow.document_id == document)).all()
        accepted = set(session.scalars(select(RevisionRow.run_id).where(RevisionRow.document_id == document)))
        parents = {run.id: run.parent_id for run in found}

        def root(run: str) -> str:
            passed = {run}
            while (parent := parents[run]) in parents and parent not in passed:
                run = parent
                passed.add(run)
            return run

        first = root(run_id)
        family = [run for run in found if root(run.id) == first]
        return [
            RunSummary(
                run.id, run.parent_id, run.parent_step, run.settings, run.result, run.id in accepted, run.created_at
            )
            for run in sorted(family, key=lambda run: (run.created_at, run.id))
        ]

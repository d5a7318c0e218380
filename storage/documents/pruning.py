"""Deleting a part of a document's history, and the rule by which the steps of runs are thinned. Texts are never thinned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage.database.models import now
from storage.database.transactions import Database
from storage.documents.documents import row_of
from storage.errors import RevisionKept
from storage.facts import Facts
from storage.lessons.lessons import Lessons
from storage.passages.passages import Passages
from storage.records import Freed
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.identity import digest
from storage.texts.texts import Texts

RULE = "thinning"
NEVER: dict[str, Any] = {"days": None, "accepted": False}
"""thin after so many days (None: never); ``accepted``: also the steps of runs that were accepted"""


class Pruning:
    """What people take away from a history."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        runs: Runs,
        revisions: Revisions,
        passages: Passages,
        facts: Facts,
        lessons: Lessons,
    ) -> None:
        self._database = database
        self._texts = texts
        self._runs = runs
        self._revisions = revisions
        self._passages = passages
        self._facts = facts
        self._lessons = lessons

    # ---- revisions ---------------------------------------------------------------------------------------------
    def older(self, document_id: int, revision: str) -> list[str]:
        """The revisions before another on its line, but for waypoints. Raises RevisionNotFound."""
        with self._database.reading():
            line = [node.id for node in self._revisions.line(revision)[1:] if node.document_id == document_id]
            named = self._revisions.waypoints(line)
        return [key for key in line if key not in named]

    def frees(self, document_id: int, revisions: list[str]) -> Freed:
        """What deleting some revisions would free."""
        with self._database.trying():
            return self._delete(document_id, revisions)

    def delete(self, document_id: int, revisions: list[str]) -> Freed:
        """Delete some revisions for ever. Raises RevisionKept for the head and for waypoints, RevisionNotFound."""
        with self._database.writing():
            freed = self._delete(document_id, revisions)
            self._passages.settle()
        self._database.scrub()
        return freed

    def _delete(self, document_id: int, revisions: list[str]) -> Freed:
        with self._database.writing() as session:
            document = row_of(session, document_id)
            nodes = self._revisions.all_kept(revisions)
            self._check(
                document.head_id, {node.id for node in nodes}, {node.document_id for node in nodes} - {document_id}
            )
            size, count = self._size(), self._runs.count(document_id)
            self._revisions.delete(document_id, revisions)
            texts = {node.text_hash for node in nodes}
            texts -= self._revisions.held(document_id, texts) | {document.draft_hash or ""}
            # A run holds the text that it began with: of one that made a revision that stays, what it was told stays.
            begun = set(self._runs.begun_with(document_id, texts))
            theirs = {node.run for node in nodes if node.run} | begun
            made = self._revisions.made_by(theirs)
            self._runs.empty([run for run in begun if run in made])
            self._runs.delete([run for run in theirs if run not in made])
            self._texts.forget(*{node.text_hash for node in nodes}, digest(""))
            return Freed(len(nodes), count - self._runs.count(document_id), size - self._size())

    def _check(self, head: str | None, revisions: set[str], strangers: set[int]) -> None:
        if strangers:
            raise RevisionKept(f"a revision is of document {min(strangers)}; reload the page")
        if head in revisions:
            raise RevisionKept("the text as it stands is made on this revision; restore another one first")
        if named := self._revisions.waypoints(revisions):
            raise RevisionKept(f"revision {min(named)[:8]} has a name, so it is kept; take the name away first")

    def _size(self) -> int:
        return self._texts.size() + self._runs.size()

    # ---- runs --------------------------------------------------------------------------------------------------
    def forget_runs(self, document_id: int) -> Freed:
        """Delete the runs of a document. Of those that made a revision only the id stays, since it is part of the revision's."""
        with self._database.writing() as session:
            row_of(session, document_id)
            size, runs = self._size(), self._runs.of(document_id)
            made = self._revisions.made_by(runs)
            self._runs.blank(list(made))
            self._runs.delete([run for run in runs if run not in made])
            self._texts.sweep()
            self._passages.settle()
            freed = Freed(0, len(runs), size - self._size())
        self._database.scrub()
        return freed

    def rule(self) -> dict[str, Any]:
        return {**NEVER, **self._facts.get(RULE, {})}

    def set_rule(self, days: int | None, accepted: bool) -> None:
        self._facts.set(RULE, {"days": days, "accepted": accepted})

    def thin(self) -> int:
        """Thin by the rule; of how many runs that took the steps away. Those of waypoints and those
        that lessons show stay."""
        rule = self.rule()
        if rule["days"] is None:
            return 0
        with self._database.writing():
            due = self._runs.with_steps(now() - timedelta(days=rule["days"]))
            made, shown = self._revisions.made_by(due), self._lessons.shown()
            thinned = [run for run in due if run not in made or (rule["accepted"] and not made[run])]
            thinned = [run for run in thinned if run not in shown]
            self._runs.thin(thinned)
        return len(thinned)

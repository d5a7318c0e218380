"""Finding what was written: in documents as they stand, in the revisions that brought it in, in what runs wrote."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Row

from storage.documents.documents import Documents
from storage.errors import StorageError
from storage.facts import INDEXED, Facts
from storage.passages.folding import words
from storage.passages.passages import Passages
from storage.passages.queries import Query, Span
from storage.passages.stretches import changed
from storage.records import Found, FoundRevision, FoundRun
from storage.revisions.revisions import Revisions
from storage.runs.runs import Runs
from storage.texts.texts import Texts

BEFORE, AFTER = 40, 120
"""characters of an excerpt around its hit"""
LIMIT = 50
"""hits in the history that are told"""
LOOKED_AT = 400
"""passages that are looked at for them"""
Excerpt = tuple[str, str, str]


class Search:
    """Looks through one database. The index says where to look; what is told was read there."""

    def __init__(
        self,
        texts: Texts,
        documents: Documents,
        revisions: Revisions,
        runs: Runs,
        passages: Passages,
        facts: Facts,
    ) -> None:
        self._facts = facts
        self._texts = texts
        self._documents = documents
        self._revisions = revisions
        self._runs = runs
        self._passages = passages

    def documents(self, query: str, in_bin: bool = False) -> list[Found]:
        """Documents with all that is asked for in their title or text; all of them when nothing is. Those that have it in their
        title come first."""
        asked = Query.of(query)
        summaries = self._documents.all(in_bin)
        if not asked.terms:
            return [Found(summary, 0, None) for summary in summaries]
        indexed = self._facts.get(INDEXED, False)  # what an older version left may not be yet
        likely = self._passages.documents(asked.matches()) if indexed else None
        if likely is not None:
            likely |= self._documents.drafted()  # drafts are no passages
        numbers = [summary.id for summary in summaries]
        working = self._documents.working([n for n in numbers if likely is None or n in likely])
        # Texts are unpacked when the database is free again: with many of them it takes a while.
        texts = self._texts.legible(set(working.values()))
        titled: list[Found] = []
        others: list[Found] = []
        for summary in summaries:
            text = texts.get(working.get(summary.id, ""), "")
            in_title, hits = len(asked.found(words(summary.title))), asked.found(words(text)) if text else []
            if in_title or hits:
                found = Found(summary, in_title + len(hits), _excerpt(text, *hits[0]) if hits else None)
                (titled if in_title else others).append(found)
        return titled + others

    def history(self, query: str, in_bin: bool = False) -> tuple[list[FoundRevision], list[FoundRun]]:
        """The revisions that brought in what is asked for, and the runs that wrote it and were not accepted; newest first."""
        asked = Query.of(query)
        titles = {summary.id: summary.title for summary in self._documents.all(in_bin)}
        revisions: list[FoundRevision] = []
        runs: list[FoundRun] = []
        if not asked.terms:
            return revisions, runs
        rows = self._passages.latest(asked.matches(), LOOKED_AT)
        accepted = self._revisions.made_by([row.run_id for row in rows if row.run_id])
        for row in rows:
            if row.document_id not in titles or len(revisions) + len(runs) >= LIMIT:
                continue
            title = titles[row.document_id]
            try:
                if row.revision_id and (found := self._in_revision(asked, row.revision_id, title)):
                    revisions.append(found)
                elif row.run_id and row.run_id not in accepted and (wrote := self._in_run(asked, row, title)):
                    runs.append(wrote)
            except StorageError:  # deleted meanwhile, or damaged: the others are told
                continue
        return revisions, runs

    def _in_revision(self, asked: Query, key: str, title: str) -> FoundRevision | None:
        revision = self._revisions.get(key)
        start, end, begin, until = changed(revision.parent_text, revision.text)
        around = (max(0, begin - AFTER), until + AFTER)
        hits = asked.found(words(revision.text[around[0] : around[1]]))
        was = asked.found(words(revision.parent_text[max(0, start - AFTER) : end + AFTER]))
        if len(hits) <= len(was):
            return None  # it stood there before, near to what changed
        first = _place(hits, begin - around[0])
        place = (first[0] + around[0], first[1] + around[0])
        excerpt = _excerpt(revision.text, *place)
        return FoundRevision(key, revision.document_id, title, revision.kind, revision.created_at, *place, excerpt)

    def _in_run(self, asked: Query, row: Row[Any], title: str) -> FoundRun | None:
        run = self._runs.summary(row.run_id)
        text = "\n".join(run.result)
        hits = asked.found(words(text))
        if not hits:
            return None
        return FoundRun(row.run_id, row.document_id, title, run.created_at, _excerpt(text, *hits[0]))


def _place(hits: list[Span], start: int) -> Span:
    """The first hit that reaches into what changed."""
    return next((hit for hit in hits if hit[1] > start), hits[-1])


def _excerpt(text: str, start: int, end: int) -> Excerpt:
    """A hit and what stands around it, each on one line. Cut text is marked."""
    before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
    spread = [re.sub(r"\s+", " ", part) for part in (before, text[start:end], after)]
    return ("…" if start > BEFORE else "") + spread[0], spread[1], spread[2] + ("…" if len(text) > end + AFTER else "")

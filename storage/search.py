"""Finding documents by what is written in them."""

from __future__ import annotations

import re

from storage.database.transactions import Database
from storage.documents.documents import Documents
from storage.records import Found
from storage.texts.texts import Texts

BEFORE, AFTER = 40, 120
"""characters of an excerpt around its hit"""


class Search:
    """Looks through the texts of one database."""

    def __init__(self, database: Database, texts: Texts, documents: Documents) -> None:
        self._database = database
        self._texts = texts
        self._documents = documents

    def documents(self, query: str, in_bin: bool = False) -> list[Found]:
        """Documents with ``query`` in their title or text, in any case and across line breaks; all of them when it is empty.
        Those that have it in their title come first."""
        pattern = re.compile(r"\s+".join(re.escape(word) for word in query.split()), re.IGNORECASE)
        if not pattern.pattern:
            return [Found(summary, 0, None) for summary in self._documents.all(in_bin)]
        titled: list[Found] = []
        others: list[Found] = []
        summaries = self._documents.all(in_bin)
        working = self._documents.working([summary.id for summary in summaries])
        # Texts are unpacked when the database is free again: with many of them it takes a while.
        texts = self._texts.legible(set(working.values()))
        for summary in summaries:
            text = texts.get(working.get(summary.id, ""), "")
            in_title = len(pattern.findall(summary.title))
            hits = [match.span() for match in pattern.finditer(text)]
            if in_title or hits:
                found = Found(summary, in_title + len(hits), _excerpt(text, *hits[0]) if hits else None)
                (titled if in_title else others).append(found)
        return titled + others


def _excerpt(text: str, start: int, end: int) -> tuple[str, str, str]:
    """A hit and what stands around it, each on one line. Cut text is marked."""
    before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
    spread = [re.sub(r"\s+", " ", part) for part in (before, text[start:end], after)]
    return ("…" if start > BEFORE else "") + spread[0], spread[1], spread[2] + ("…" if len(text) > end + AFTER else "")

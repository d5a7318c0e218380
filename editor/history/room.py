"""The database as the page asks for it: how much room it takes, what is thinned, searching in all of it, private documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor.answers import told
from editor.errors import EditorError
from editor.limits import QUERY
from editor.payload import Payload, flag, text_of, whole
from storage import Store

DAYS = 36_500


class Housekeeping:
    """Calls on the database as a whole. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "space": self.space, "vacuum": self.vacuum, "thinning": self.thinning, "find": self.find,
            "private": self.private,
        }  # fmt: skip

    def space(self, payload: Payload) -> Payload:
        return {**asdict(self.store.space.told()), "thinning": self.store.pruning.rule()}

    def vacuum(self, payload: Payload) -> Payload:
        return {"freed": self.store.space.vacuum()}

    def thinning(self, payload: Payload) -> Payload:
        """Set the rule by which the steps of runs are thinned ({"days": null}: never), and thin by it."""
        days = whole(payload, "days", None)
        if days is not None and not 0 <= days <= DAYS:
            raise EditorError("bad_rule", f"steps are thinned after 0 to {DAYS} days, got {days}")
        self.store.pruning.set_rule(days, flag(payload, "accepted"))
        return {"thinned": self.store.pruning.thin(), **self.store.pruning.rule()}

    def find(self, payload: Payload) -> Payload:
        """What documents hold, what revisions brought in and what runs wrote."""
        query, in_bin = text_of(payload, "query"), flag(payload, "in_bin")
        if len(query) > QUERY:
            raise EditorError(
                "query_too_long", f"what is searched for has {len(query)} characters; the limit is {QUERY}"
            )
        revisions, runs = self.store.search.history(query, in_bin)
        documents = self.store.search.documents(query, in_bin) if query.strip() else []
        return {
            "documents": [{**told(f.document), "hits": f.hits, "excerpt": f.excerpt} for f in documents],
            "revisions": [told(r) for r in revisions],
            "runs": [told(r) for r in runs],
        }

    def private(self, payload: Payload) -> Payload:
        """Whether a document's runs are stored; ``forget``: those that are there are deleted for ever."""
        document, private = whole(payload, "document"), flag(payload, "private")
        self.store.documents.set_private(document, private)
        freed = asdict(self.store.pruning.forget_runs(document)) if flag(payload, "forget") else {}
        return {"private": private, "stored": self.store.runs.count(document), **freed}

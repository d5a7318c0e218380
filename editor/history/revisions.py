"""Revisions as the page asks for them: look back, replay, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor.answers import told
from editor.history import diffs
from editor.payload import Payload, name_of, whole
from storage import Store


class Revisions:
    """Calls on revisions. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "history": self.history, "diff": self.diff, "trace": self.trace, "restore": self.restore,
        }  # fmt: skip

    def history(self, payload: Payload) -> Payload:
        found = self.store.documents.history(whole(payload, "document"))
        return {"revisions": [told(r) for r in found]}

    def diff(self, payload: Payload) -> Payload:
        revision = self.store.revisions.get(name_of(payload, "revision"))
        return {"hunks": diffs.words(revision.parent_text, revision.text)}

    def trace(self, payload: Payload) -> Payload:
        run = (
            self.store.revisions.run_of(name_of(payload, "revision"))
            if "revision" in payload
            else self.store.runs.get(name_of(payload, "run"))
        )
        return {"frames": run.frames, "text": run.text, "settings": run.settings}

    def restore(self, payload: Payload) -> Payload:
        document = whole(payload, "document")
        saved = self.store.edits.restore(document, name_of(payload, "revision"))
        return {**asdict(saved), "text": self.store.documents.get(document).text}

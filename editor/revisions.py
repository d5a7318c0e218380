"""Revisions as the page asks for them: look back, replay, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor import diffs
from editor.requests import Payload, told
from storage import Store


class Revisions:
    """Calls on revisions. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "history": self.history, "diff": self.diff, "trace": self.trace, "restore": self.restore,
        }  # fmt: skip

    def history(self, payload: Payload) -> Payload:
        found = self.store.history(int(payload["document"]))
        return {"revisions": [told(r) for r in found]}

    def diff(self, payload: Payload) -> Payload:
        revision = self.store.revision(str(payload["revision"]))
        return {"hunks": diffs.words(revision.parent_text, revision.text)}

    def trace(self, payload: Payload) -> Payload:
        run = (
            self.store.run_of(str(payload["revision"]))
            if "revision" in payload
            else self.store.run(str(payload["run"]))
        )
        return {"frames": run.frames, "text": run.text, "settings": run.settings}

    def restore(self, payload: Payload) -> Payload:
        document = int(payload["document"])
        saved = self.store.restore(document, str(payload["revision"]))
        return {**asdict(saved), "text": self.store.document(document).text}

"""Revisions and runs as the page asks for them: accept, discard, look back, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor import diffs
from editor.errors import EditorError
from editor.requests import Payload
from storage import Saved, Store


class Revisions:
    """Calls on revisions and runs. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "accept": self.accept, "discard": self.discard, "history": self.history, "diff": self.diff,
            "trace": self.trace, "restore": self.restore,
        }  # fmt: skip

    def accept(self, payload: Payload) -> Payload:
        before = str(payload["before"])
        run = self.store.run(str(payload["run"]))
        spans = sorted((int(start), int(end)) for start, end in payload["spans"])
        if len(spans) != len(run.result):
            raise EditorError("stale_accept", f"the run wrote {len(run.result)} spans, not {len(spans)}; run it again")
        after, at = [], 0
        for (start, end), fill in zip(spans, run.result, strict=True):
            if not at <= start <= end <= len(before):
                raise EditorError("stale_accept", f"span {start}..{end} does not fit the text any more; run it again")
            after += [before[at:start], fill]
            at = end
        text = "".join([*after, before[at:]])
        saved: Saved = self.store.commit_run(int(payload["document"]), str(payload["base"]), before, text, run.id)
        return {**asdict(saved), "text": text}

    def discard(self, payload: Payload) -> Payload:
        self.store.discard_run(str(payload["run"]))
        return {}

    def history(self, payload: Payload) -> Payload:
        found = self.store.history(int(payload["document"]))
        return {"revisions": [{**asdict(r), "created_at": r.created_at.isoformat()} for r in found]}

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

"""Revisions as the page asks for them: look back, compare, name, replay, restore, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from editor.answers import told
from editor.errors import EditorError
from editor.history import diffs
from editor.history.blame import Blame, step_of
from editor.limits import NOTE, TAGS, TITLE
from editor.payload import Payload, flag, name_of, text_of, texts_of, whole
from storage import Store, changed, figures


class Revisions:
    """Calls on revisions. Each takes and gives a payload."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._blame = Blame(store)
        self.calls: dict[str, Callable[[Payload], Payload]] = {
            "history": self.history, "diff": self.diff, "trace": self.trace, "restore": self.restore,
            "revision": self.revision, "describe": self.describe, "blame": self.blame, "wrote": self.wrote,
            "older": self.older, "delete_revisions": self.delete, "restores": self.restores,
        }  # fmt: skip

    # ---- looking -----------------------------------------------------------------------------------------------
    def history(self, payload: Payload) -> Payload:
        found = self.store.documents.history(whole(payload, "document"))
        return {"revisions": [told(r) for r in found]}

    def revision(self, payload: Payload) -> Payload:
        """A revision of a document with its text, by its id or how that begins."""
        key = self.store.revisions.abbreviated(whole(payload, "document"), name_of(payload, "revision"))
        return told(self.store.revisions.get(key))

    def diff(self, payload: Payload) -> Payload:
        revision = self.store.revisions.get(name_of(payload, "revision"))
        return {"hunks": diffs.words(revision.parent_text, revision.text)}

    def trace(self, payload: Payload) -> Payload:
        """The steps of a run, by its id or how that begins where the document is named, or of the run of a revision."""
        if "revision" in payload:
            run = self.store.revisions.run_of(name_of(payload, "revision"))
        elif "document" in payload:
            found = self.store.runs.abbreviated(whole(payload, "document"), name_of(payload, "run"))
            run = self.store.runs.get(found)
        else:
            run = self.store.runs.get(name_of(payload, "run"))
        if not run.frames:
            raise EditorError("no_steps", "the steps of this run were thinned; what it was told and wrote is kept", 410)
        return {"run": run.id, "frames": run.frames, "text": run.text, "settings": run.settings}

    def blame(self, payload: Payload) -> Payload:
        """The stretches of a revision's text, in order: [characters, the revision that brought them in] each."""
        key = self.store.revisions.abbreviated(whole(payload, "document"), name_of(payload, "revision"))
        return {"revision": key, "stretches": self._blame.of(key)}

    def wrote(self, payload: Payload) -> Payload:
        """The step of the run of a revision that wrote the character at a place of its text, or of some ``words`` in it (they may
        stand elsewhere by now); null where none did."""
        revision = self.store.revisions.get(name_of(payload, "revision"))
        at, words = whole(payload, "at"), text_of(payload, "words", "")
        if words:
            after, before = revision.text, revision.parent_text
            at += max(0, after.find(words, max(0, changed(before, after)[2] - len(words))))
        run = self.store.runs.get(revision.run) if revision.run else None
        found = step_of(run, revision, at) if run else None
        return {"run": revision.run, "written": asdict(found) if found else None}

    # ---- changing ----------------------------------------------------------------------------------------------
    def restores(self, payload: Payload) -> Payload:
        """What restoring a revision would change in the document as it stands: words added and removed."""
        now = self.store.documents.get(whole(payload, "document")).text
        changes = figures(now, self.store.revisions.get(name_of(payload, "revision")).text)
        return {"added": changes.added, "removed": changes.removed}

    def restore(self, payload: Payload) -> Payload:
        document = whole(payload, "document")
        saved = self.store.edits.restore(document, name_of(payload, "revision"))
        return {**asdict(saved), "text": self.store.documents.get(document).text}

    def describe(self, payload: Payload) -> Payload:
        """Name a revision, note something on it, tag it; what is empty is taken away, what is not given stays."""
        told: Payload = {}
        for name, limit in (("name", TITLE), ("note", NOTE)):
            if payload.get(name) is not None:
                given = text_of(payload, name).strip()
                if len(given) > limit:
                    raise EditorError(
                        f"{name}_too_long", f"the {name} has {len(given)} characters; the limit is {limit}"
                    )
                told[name] = (" ".join(given.split()) if name == "name" else given) or None
        if payload.get("tags") is not None:
            tags = [" ".join(tag.split()) for tag in texts_of(payload, "tags")]
            if any(len(tag) > TAGS for tag in tags):
                raise EditorError("tag_too_long", f"a tag has at most {TAGS} characters")
            told["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
        self.store.revisions.describe(name_of(payload, "revision"), **told)
        return told

    def older(self, payload: Payload) -> Payload:
        """The revisions that stand before one, or the one itself with ``alone``, and what deleting them frees."""
        document, key = whole(payload, "document"), name_of(payload, "revision")
        found = [key] if flag(payload, "alone") else self.store.pruning.older(document, key)
        return {**asdict(self.store.pruning.frees(document, found)), "count": len(found)}

    def delete(self, payload: Payload) -> Payload:
        """Delete a revision (``alone``), or all before it but for named ones, for ever."""
        document, key = whole(payload, "document"), name_of(payload, "revision")
        found = [key] if flag(payload, "alone") else self.store.pruning.older(document, key)
        return asdict(self.store.pruning.delete(document, found))

"""Whatever is done to a history: kept texts stay byte for byte, every parent is reachable, ids are what the contract says."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import RevisionKept, Store, open_store
from storage.database.models import RevisionRow
from storage.moving import files, git, transfer
from storage.moving.unpacking import take
from tests.storage.test_drafts import referred, texts
from tests.storage.test_shelf import full
from tests.storage.test_store import AWKWARD, FRAMES

CALLS = (
    "save", "commit", "branch", "restore", "accept", "attempt", "name", "unname", "delete", "delete older", "bin", "thin",
    "private", "export", "import", "merge", "git",
)  # fmt: skip
LONG = "The tide was out, and nobody was to be seen. " * 40
DEEP = settings(
    deadline=None,
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.reuse, Phase.generate],
)


def archived(store: Store, *documents: int) -> bytes:
    whole = io.BytesIO()
    files.write(store, documents or transfer.everything(store), whole)
    return whole.getvalue()


def kept(store: Store, *documents: int) -> dict[str, str]:
    """The texts of all revisions that are there."""
    numbers = documents or transfer.everything(store)
    return {r.id: store.revisions.get(r.id).text for n in numbers for r in store.documents.history(n)}


class Doing:
    """A document, and what is done to it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.document = store.documents.create("t", "prose", LONG).id
        self.gone: set[str] = set()

    def do(self, call: str, which: int, number: int) -> None:
        store, document = self.store, self.document
        now = store.documents.get(document)
        listed = [r.id for r in store.documents.history(document)]
        one, text, run = listed[which % len(listed)], f"{which} {LONG[which * 7 :]}{AWKWARD}", f"run {number}"
        match call:
            case "save":
                store.edits.save(document, now.base, text)
            case "commit":
                store.edits.commit(document, now.base, text)
            case "branch":
                store.edits.commit(document, one, text)
            case "restore":
                store.edits.restore(document, one)
            case "accept" | "attempt":
                store.edits.record(run, document, now.text, {"seed": which}, FRAMES, ["x"])
                if call == "accept":
                    store.edits.accept(document, now.base, now.text, text, run)
            case "name":
                store.revisions.describe(one, name=f"name {which}", note="why", tags=["a", "ü"])
            case "unname":
                store.revisions.describe(one, name=None)
            case "delete" | "delete older":
                self.delete([one] if call == "delete" else store.pruning.older(document, one))
            case "bin":
                store.bin.put(document)
                store.bin.take_out(document)
            case "thin":
                store.pruning.set_rule(0, which % 2 == 0)
                store.pruning.thin()
            case "private":
                store.documents.set_private(document, which % 2 == 0)
                if which == 1:
                    store.pruning.forget_runs(document)
            case _:
                self.there_and_back(call)

    def delete(self, revisions: list[str]) -> None:
        try:
            told = self.store.pruning.frees(self.document, revisions)
            assert self.store.pruning.delete(self.document, revisions) == told, "what it says that it frees it frees"
        except RevisionKept:
            return
        self.gone |= set(revisions)

    def there_and_back(self, call: str) -> None:
        document = self.document
        before, file = kept(self.store, document), archived(self.store, document)
        with tempfile.TemporaryDirectory() as folder:
            other = open_store(f"sqlite:///{folder}/other.sqlite3")
            if call == "git":
                git.write(self.store, [document], Path(folder) / "git", lambda title, _: f"{title}.txt")
                transfer.bring(other, Path(folder) / "git")
            elif call == "merge":
                transfer.bring(other, Path(self.store.engine.url.database or ""))
            else:
                take(other, files.ZipSource(file))
            assert archived(other, document) == file and kept(other, document) == before, call
            assert list(other.verification.problems()) == []
            if call == "import":
                assert all(t.merged and not t.revisions for t in take(self.store, files.ZipSource(file)))
            other.engine.dispose()


@pytest.mark.slow
@DEEP
@given(st.lists(st.tuples(st.sampled_from(CALLS), st.integers(0, 5)), max_size=14))
def test_whatever_is_done_keeps_what_is_kept(store: Store, calls: list[tuple[str, int]]) -> None:
    doing = Doing(store)
    for number, (call, which) in enumerate(calls):
        before = kept(store, doing.document)
        doing.do(call, which, 1000 * doing.document + number)
        after = kept(store, doing.document)
        lost = {key for key in before if after.get(key) != before[key]}
        assert lost <= doing.gone, call
        with store.engine.connect() as connection:
            parents = dict(connection.execute(select(RevisionRow.id, RevisionRow.parent_id)).all())
        assert all(parent is None or parent in parents for parent in parents.values()), call
        assert texts(store) == referred(store), call
    assert list(store.verification.problems()) == []


@pytest.mark.slow
def test_what_others_committed_in_the_repository_comes_back_beside_the_head(store: Store, tmp_path: Path) -> None:
    document = full(store, "Notes", "kept text")
    folder = tmp_path / "git"
    git.write(store, [document.id], folder, lambda title, _: f"{title}.txt")
    assert (folder / "Notes.txt").read_text() == store.revisions.get(document.head).text
    branches = git.git(folder, "branch", "--format=%(refname:short)").decode().split()
    assert len(branches) == 2 and f"{document.id}-notes" in branches
    count = int(git.git(folder, "rev-list", "--count", "--branches"))
    assert count == len(store.documents.history(document.id))
    (folder / "Notes.txt").write_text("changed by another hand")
    who = ("-c", "user.name=A", "-c", "user.email=a@localhost")
    git.git(folder, *who, "commit", "--quiet", "--all", "-m", "by hand")
    before = store.documents.get(document.id)
    transfer.bring(store, folder)
    [new] = [r for r in store.documents.history(document.id) if r.kind == "imported"]
    assert new.parent == document.head and store.revisions.get(new.id).text == "changed by another hand"
    assert store.documents.get(document.id) == before
    transfer.bring(store, folder)
    assert len([r for r in store.documents.history(document.id) if r.kind == "imported"]) == 1


@pytest.mark.slow
def test_a_bundle_is_one_file_of_it(store: Store, tmp_path: Path) -> None:
    document = full(store, "Notes", "kept text")
    data = git.bundle(store, [document.id], tmp_path / "work", lambda title, _: "a b.txt")
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    [taken] = transfer.bring_bytes(other, data)
    assert (taken.document_id, taken.merged, taken.revisions) == (document.id, False, 4)
    assert kept(other) == kept(store) and archived(other) == archived(store)
    other.engine.dispose()


@pytest.mark.slow
def test_two_databases_are_merged_and_nothing_of_either_is_lost(store: Store, tmp_path: Path) -> None:
    shared = full(store, "shared", "kept text")
    store.engine.dispose()
    shutil.copy(store.engine.url.database or "", tmp_path / "other.sqlite3")
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    theirs = other.edits.commit(shared.id, other.documents.get(shared.id).base, "theirs").revision
    other.edits.save(shared.id, theirs, "their draft")
    alone = full(other, "alone", "of the other")
    ours = store.edits.commit(shared.id, store.documents.get(shared.id).base, "ours").revision
    mine = full(store, "mine", "of this one")
    assert mine.id == alone.id, "both gave the same number"
    wanted = {**kept(store), **kept(other)}
    other.engine.dispose()
    taken = transfer.bring(store, tmp_path / "other.sqlite3")
    assert [(t.title, t.merged) for t in taken] == [("shared", True), ("alone", False)] and taken[
        1
    ].document_id != mine.id
    there = kept(store)
    assert {key: there[key] for key in wanted} == wanted and "their draft" in there.values()
    assert store.documents.get(shared.id).head == ours and store.documents.get(mine.id) == mine
    assert list(store.verification.problems()) == []
    assert all(t.merged and not t.revisions for t in transfer.bring(store, tmp_path / "other.sqlite3"))


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["text", "index", "id", "parent", "newer", "nothing", "garbage", "cut"])
def test_an_archive_that_is_not_whole_is_refused_and_nothing_changes(store: Store, harm: str) -> None:
    import json
    import zipfile

    full(store, "Notes", "kept text")
    whole = archived(store)
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        entries = {name: read.read(name) for name in read.namelist()}
    index = json.loads(entries["palimpsest.json"])
    first = next(name for name in entries if name.startswith("texts/"))
    match harm:
        case "text":
            entries[first] = b"another"
        case "nothing":
            del entries[first]
        case "id":
            index["documents"][0]["revisions"][0]["kind"] = "typed"
        case "parent":
            index["documents"][0]["revisions"].pop(0)
        case "newer":
            index["version"] = 99
        case "index":
            index = []
    if harm in ("id", "parent", "newer", "index"):
        entries["palimpsest.json"] = json.dumps(index).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as write:
        for name, data in entries.items():
            write.writestr(name, data)
    data = {"garbage": b"PK nothing of it", "cut": whole[: len(whole) // 2]}.get(harm, made.getvalue())
    before = archived(store)
    empty = open_store(f"{store.engine.url}.empty")
    for into in (store, empty):
        with pytest.raises(Exception) as caught:
            transfer.bring_bytes(into, data)
        assert getattr(caught.value, "code", "") == "bad_archive" and "\n" not in str(caught.value)
    assert archived(store) == before and not empty.documents.all()
    empty.engine.dispose()

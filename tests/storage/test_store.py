"""Laws of the store, on a real SQLite file."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from storage import DocumentNotFound, RunNotFound, StorageError, Store, open_store, pack, unpack
from storage.database.models import Base, RevisionRow
from storage.opening import configuration

AWKWARD = "CRLF stays LF here\n\ttab \0 NUL \ufeff שלום e\u0301 😀 <script>alert(1)</script>"
FRAMES = [{"span": 0, "step": i, "toks": [["a", "m", 0.0, []]] * i} for i in range(4)]


def with_run(store: Store, text: str = "a b c", after: str = "a X c", run: str = "r1"):
    document = store.documents.create("t", "prose", text)
    store.edits.record(run, document.id, text, {"seed": 1}, FRAMES, ["X"])
    return document, store.edits.accept(document.id, document.base, text, after, run)


def test_a_text_comes_back_as_it_was(store: Store) -> None:
    document = store.documents.create("<b>t</b>", "prose", AWKWARD, newline="\r\n", bom=True, encoding="utf-8")
    again = store.documents.get(document.id)
    assert again == document and again.text == AWKWARD and again.title == "<b>t</b>" and again.bom


def test_an_accepted_run_is_one_revision_with_its_steps(store: Store) -> None:
    document, saved = with_run(store)
    newest, first = store.documents.history(document.id)
    assert (newest.id, newest.kind, newest.parent, newest.is_head) == (saved.revision, "run", first.id, True)
    assert newest.settings == {"seed": 1} and (newest.added, newest.removed) == (1, 1)
    assert (
        store.revisions.run_of(saved.revision).frames == FRAMES
        and store.revisions.run_of(saved.revision).text == "a b c"
    )
    assert store.documents.get(document.id).text == "a X c"


def test_what_was_typed_before_a_run_is_its_parent(store: Store) -> None:
    document = store.documents.create("t", "prose", "a b")
    store.edits.record("r", document.id, "a b!", {}, FRAMES, ["c"])
    typed = store.edits.save(document.id, document.base, "a b!")
    store.edits.accept(document.id, typed.base, "a b!", "c b!", "r")
    kinds = [(r.kind, store.revisions.get(r.id).text) for r in store.documents.history(document.id)]
    assert kinds == [("run", "c b!"), ("typed", "a b!"), ("created", "a b")]


def test_typing_makes_no_revision_and_is_kept(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    saved = store.edits.save(document.id, document.base, "ab")
    saved = store.edits.save(document.id, saved.base, "abc")
    assert (
        len(store.documents.history(document.id)) == 1
        and store.documents.get(document.id).text == "abc"
        and not saved.branched
    )
    assert store.documents.get(document.id).base == saved.base


def test_a_stale_save_is_kept_as_a_branch(store: Store) -> None:
    document, saved = with_run(store)
    late = store.edits.save(document.id, document.base, "typed in another tab")
    assert late.branched and store.documents.get(document.id).text == "a X c"
    branch = next(r for r in store.documents.history(document.id) if r.id == late.revision)
    assert not branch.on_head_line and store.revisions.get(branch.id).text == "typed in another tab"
    later = store.edits.save(document.id, late.base, "typed more")
    assert later.branched and store.revisions.get(later.revision).parent == late.revision


def test_a_draft_typed_in_another_tab_is_not_overwritten(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    store.edits.save(document.id, document.base, "first tab")
    second = store.edits.save(document.id, document.base, "second tab")
    assert second.branched and store.documents.get(document.id).text == "first tab"
    assert store.revisions.get(second.revision).text == "second tab"


def test_saving_what_stands_there_is_never_a_branch(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    first = store.edits.save(document.id, document.base, "ab")
    again = store.edits.save(document.id, document.base, "ab")
    assert again == first and not again.branched
    after = store.edits.commit(document.id, again.base, "abc")
    assert store.edits.save(document.id, document.base, "abc") == after
    assert len(store.documents.history(document.id)) == 2


def test_restore_is_a_new_revision_and_keeps_what_was_typed(store: Store) -> None:
    document, saved = with_run(store, AWKWARD, "other")
    store.edits.save(document.id, saved.base, "other, typed")
    first = store.documents.history(document.id)[-1].id
    store.edits.restore(document.id, first)
    assert store.documents.get(document.id).text == AWKWARD
    kinds = [r.kind for r in store.documents.history(document.id)]
    assert kinds == ["restored", "typed", "run", "created"]


def test_history_is_ordered_by_depth_when_times_are_equal(store: Store) -> None:
    document, saved = with_run(store)
    with store.engine.begin() as connection:
        moment = store.documents.get(document.id).created_at
        connection.execute(update(RevisionRow).values(created_at=moment))
    assert [r.depth for r in store.documents.history(document.id)] == [1, 0]


def test_the_same_content_has_the_same_id(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    one = store.edits.commit(document.id, document.base, "b")
    store.edits.restore(document.id, document.head)
    again = store.edits.commit(document.id, document.base, "b")  # stale: the same child of the same parent
    assert again.revision == one.revision and again.branched


def test_a_commit_that_fails_half_way_leaves_nothing(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    with pytest.raises(RunNotFound):
        store.edits.accept(document.id, document.base, "typed", "after", "no such run")
    store.edits.record("r", document.id, "a", {}, FRAMES, ["x"])

    def fail(session, context, instances) -> None:
        if any(getattr(row, "kind", "") == "run" for row in session.new):
            raise OSError("disk full")

    from sqlalchemy.orm import Session

    event.listen(Session, "before_flush", fail)
    try:
        with pytest.raises(OSError):
            store.edits.accept(document.id, document.base, "typed", "after", "r")
    finally:
        event.remove(Session, "before_flush", fail)
    assert len(store.documents.history(document.id)) == 1 and store.documents.get(document.id) == document


def test_unknown_ids_are_named(store: Store) -> None:
    with pytest.raises(DocumentNotFound, match="77"):
        store.documents.get(77)
    with pytest.raises(DocumentNotFound):
        store.documents.get(10**30)


def test_sqlite_is_set_up_and_the_schema_is_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
        assert pragma == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
        ours = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("found")}  # FTS5's own
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), Base.metadata) == []


def test_what_is_not_a_database_is_refused_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("this is no database, however long the text is" * 50)
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR)
    urls = [f"sqlite:///{text}", "nonsense", "nosuch:///x", "sqlite:////proc/none/x.db"]
    for url in urls + ([f"sqlite:///{folder / 'x.db'}"] if os.geteuid() else []):
        with pytest.raises(StorageError) as caught:
            open_store(url)
        assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_threads_commit_side_by_side(store: Store) -> None:
    document = store.documents.create("t", "prose", "0")

    def work(name: int) -> None:
        for i in range(10):
            store.edits.commit(document.id, store.documents.get(document.id).base, f"{name} {i}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.documents.history(document.id)) == 41


COMMITS = 200
LOOP = """
import sys
from storage import open_store
store = open_store(sys.argv[1])
document = store.documents.create("t", "prose", "start")
base = document.base
for i in range(int(sys.argv[2])):
    saved = store.edits.commit(document.id, base, f"text {i}")
    base = saved.base
    print(saved.revision, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kill_after", [20, 100, 180])
def test_kill_9_loses_no_acknowledged_revision(
    tmp_path: Path, kill_after: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'killed.sqlite3'}"
    command = [sys.executable, "-c", LOOP, url, str(COMMITS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(kill_after)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if len(line) == 33]
    store = open_store(url)
    lost = set(acknowledged) - {r.id for r in store.documents.history(store.documents.all()[0].id)}
    store.engine.dispose()
    with capsys.disabled():
        print(f"\nkill -9 after {len(acknowledged)} of {COMMITS} commits: {len(lost)} acknowledged revisions lost")
    assert not lost


token = st.tuples(st.text(max_size=3), st.sampled_from("mnsrx"), st.floats(0, 1), st.just([])).map(list)
frame = st.fixed_dictionaries(
    {"span": st.integers(0, 2), "step": st.integers(0, 9), "toks": st.lists(token, max_size=4)},
    optional={"text": st.text(max_size=3), "progress": st.lists(st.integers(0, 9), min_size=2, max_size=2)},
)


@settings(deadline=None)
@given(st.lists(frame, max_size=12))
def test_frames_come_out_of_a_trace_as_they_went_in(frames) -> None:
    assert unpack(pack(frames)) == frames


@pytest.mark.slow
def test_an_older_database_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    store = open_store(url)
    document, _ = with_run(store)
    command.downgrade(configuration(store.engine), "0001")
    store.engine.dispose()
    store = open_store(url)
    assert [r.kind for r in store.documents.history(document.id)] == ["run", "created"]
    assert store.runs.get("r1").frames == FRAMES and store.documents.get(document.id).text == "a X c"
    store.engine.dispose()


def test_a_dictionary_is_a_document_s_own_and_survives(store: Store) -> None:
    first, second = store.documents.create("a", "prose", "x"), store.documents.create("b", "prose", "x")
    assert first.dictionary == ()
    store.documents.ignore(first.id, "teh")
    store.documents.ignore(first.id, "Zoë")
    assert store.documents.ignore(first.id, "teh") == ("Zoë", "teh")
    again = open_store(str(store.engine.url))
    assert (
        again.documents.get(first.id).dictionary == ("Zoë", "teh") and again.documents.get(second.id).dictionary == ()
    )
    again.engine.dispose()
    assert store.documents.ignore(first.id, "teh", ignored=False) == ("Zoë",)
    assert store.documents.ignore(first.id, "not there", ignored=False) == ("Zoë",)
    assert store.documents.get(first.id).base == first.base, "a word is no change of the text"
    with pytest.raises(DocumentNotFound):
        store.documents.ignore(999, "teh")

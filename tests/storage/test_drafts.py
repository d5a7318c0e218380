"""Typing leaves one draft, however often it is saved."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import Store
from storage.database.models import DocumentRow, RevisionRow, RunRow, TextRow, now
from storage.documents.edits import REST
from tests.storage.test_store import FRAMES

pytestmark = pytest.mark.slow


def texts(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.scalars(select(TextRow.hash)))


def referred(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        columns = (DocumentRow.draft_hash, RevisionRow.text_hash, RunRow.text_hash)
        return {key for column in columns for key in connection.scalars(select(column)) if key}


def test_two_hundred_pauses_leave_one_draft_and_use_the_room_again(store: Store) -> None:
    dice = random.Random(1)
    text = "".join(dice.choices("abcdefgh ", k=60_000))
    document = store.documents.create("t", "prose", text)
    path, base, sizes = Path(store.engine.url.database or ""), document.base, []
    for number in range(200):
        text += f" and {number}"
        base = store.edits.save(document.id, base, text).base
        if number in (20, 199):
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            sizes.append(path.stat().st_size)
    assert len(texts(store)) == 2 and store.documents.get(document.id).text == text
    assert sizes[1] < sizes[0] * 1.2


@pytest.mark.parametrize("after", ["another", "start", "typed"], ids=["new", "as the head was", "no other"])
def test_what_was_typed_before_a_long_rest_is_a_revision(
    store: Store, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    first = store.documents.create("t", "prose", "start")
    typed = store.edits.save(first.id, first.base, "typed")
    written = store.documents.get(first.id).updated_at
    shortly, later = now() + REST / 2, now() + 2 * REST
    monkeypatch.setattr("storage.documents.edits.now", lambda: shortly)
    still = store.edits.save(first.id, typed.base, "typed")
    assert still.revision == first.head and len(store.documents.history(first.id)) == 1, (
        "no edit for a while is no rest"
    )
    monkeypatch.setattr("storage.documents.edits.now", lambda: later)
    saved = store.edits.save(first.id, still.base, after)
    again = store.edits.save(first.id, still.base, after)  # nobody heard the answer
    assert (again.revision, again.branched) == (saved.revision, False)
    history = store.documents.history(first.id)
    assert store.documents.get(first.id).text == after
    if after == "typed":
        assert [r.id for r in history] == [first.head], "what is saved again was not typed"
        return
    assert [r.id for r in history] == [saved.revision, first.head] and history[0].kind == "typed" and history[0].is_head
    assert store.revisions.get(saved.revision).text == "typed"
    assert timedelta(0) <= history[0].created_at - written <= REST / 2 + timedelta(seconds=60), (
        "as old as what was typed"
    )
    base = store.edits.save(first.id, saved.base, "typed on").base
    assert len(store.documents.history(first.id)) == 2 and store.edits.save(first.id, base, "and on").base
    assert store.upkeep.damaged() == [] and texts(store) == referred(store)


CALLS = ("save", "save stale", "commit", "branch", "restore", "run", "accept", "copy", "bin", "empty")


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CALLS), st.integers(0, 5)), max_size=25))
def test_a_text_is_there_exactly_as_long_as_something_refers_to_it(store: Store, calls: list[tuple[str, int]]) -> None:
    first = store.documents.create("t", "prose", "start")
    base = first.base
    for number, (call, which) in enumerate(calls):
        text, run = f"text {which}", f"{first.id} {number}"
        if call == "save":
            base = store.edits.save(first.id, base, text).base
        elif call == "save stale":
            store.edits.save(first.id, first.base, text)
        elif call == "commit":
            base = store.edits.commit(first.id, base, text).base
        elif call == "restore":
            base = store.edits.restore(first.id, first.head).base
        elif call in ("run", "accept", "branch"):
            store.edits.record(run, first.id, text, {}, FRAMES, ["x"])
            if call == "accept":
                base = store.edits.accept(first.id, base, text, f"{text} x", run).base
            elif call == "branch":
                store.edits.keep(first.id, base, text, [f"{text} y", f"{text} z"], run)
        elif call == "copy":
            store.documents.duplicate(first.id, "copy")
        else:
            for document in store.documents.all():
                if document.id != first.id:
                    store.bin.put(document.id)
            if call == "empty":
                store.bin.empty()
        base = store.documents.get(first.id).base
        assert texts(store) == referred(store), call
        assert store.documents.all() and all(
            d.words == len(store.documents.get(d.id).text.split()) for d in store.documents.all()
        )
    assert store.upkeep.damaged() == []

"""Laws of the shelf: finding documents, the bin, and what deleting for ever leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from storage import DocumentNotFound, NotInBin, RevisionNotFound, RunNotFound, Store
from storage.database.models import Base, DocumentRow, RevisionRow, TextRow
from storage.texts.identity import digest
from tests.conftest import beginning
from tests.storage.test_store import AWKWARD, FRAMES

SEARCHED = "The quick\nbrown fox, 100% of a_b 😀 <script>alert(1)</script> Straße Äpfel"


def rows(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def full(store: Store, title: str, text: str):
    """A document with a run, a branch, a draft and a draft that was typed over."""
    document = store.documents.create(title, "prose", text)
    store.edits.record(f"run of {document.id}", document.id, f"{text} run", {}, FRAMES, ["X"])
    saved = store.edits.accept(document.id, document.base, f"{text} run", f"{text} after", f"run of {document.id}")
    store.edits.commit(document.id, document.base, f"{text} beside")
    saved = store.edits.save(document.id, saved.base, f"{text} typed over {document.id}")
    store.edits.save(document.id, saved.base, f"{text} draft")
    return store.documents.get(document.id)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory, new_database: bytes) -> Iterator[Store]:
    """What is only read: a document that was typed over, and one without text."""
    with beginning(tmp_path_factory.mktemp("searched") / "test.sqlite3", new_database) as store:
        document = store.documents.create("A fox", "prose", "old")
        store.edits.save(document.id, document.base, SEARCHED)
        store.documents.create("empty", "prose", "")
        yield store


def titles(store: Store, in_bin: bool = False) -> list[str]:
    return [d.title for d in store.documents.all(in_bin)]


def test_the_bin_takes_a_document_off_the_shelf_and_gives_it_back_as_it_was(store: Store) -> None:
    document = full(store, "kept", AWKWARD)
    store.documents.create("other", "prose", "b")
    before = rows(store)
    store.bin.put(document.id)
    assert (titles(store), titles(store, in_bin=True)) == (["other"], ["kept"])
    first = store.documents.get(document.id).deleted_at
    assert first is not None
    store.bin.put(document.id)
    assert store.documents.get(document.id).deleted_at == first, "putting it there twice changes nothing"
    store.bin.take_out(document.id)
    assert store.documents.get(document.id) == document and rows(store) == before
    assert titles(store) == ["other", "kept"], "moving it there and back is no change of its text"


def test_a_document_in_the_bin_can_be_saved_to(store: Store) -> None:
    document = store.documents.create("t", "prose", "a")
    store.bin.put(document.id)
    saved = store.edits.save(document.id, document.base, "typed in another tab")
    assert (saved.in_bin, saved.branched) == (True, False)
    store.edits.record("r", document.id, "typed in another tab", {}, FRAMES, ["X"])
    run = store.edits.accept(document.id, saved.base, "typed in another tab", "X", "r")
    assert run.in_bin and store.documents.get(document.id).text == "X" and titles(store) == []
    store.bin.take_out(document.id)
    assert not store.edits.save(document.id, run.base, "again").in_bin


def test_deleting_for_ever_leaves_no_row_and_no_text_of_it_and_all_of_the_others(store: Store) -> None:
    other = full(store, "other", "shared")
    store.bin.put(full(store, "gone", "mine").id)
    gone = store.documents.all(in_bin=True)[0].id
    twin = store.documents.create("twin", "prose", "mine after")  # a text that both have
    store.bin.delete(gone)
    with store.engine.connect() as connection:
        texts = set(connection.scalars(select(TextRow.hash)))
        needed = set(connection.scalars(select(RevisionRow.text_hash)))
        needed |= set(connection.scalars(select(DocumentRow.draft_hash))) - {None}
    assert rows(store)["documents"] == 2 and rows(store)["runs"] == 1
    assert texts == needed | {digest("shared run")}
    assert store.documents.get(other.id) == other and store.documents.get(twin.id).text == "mine after"
    assert [r.kind for r in store.documents.history(other.id)] == ["run", "saved", "typed", "created"]
    assert store.runs.get(f"run of {other.id}").text == "shared run"
    with pytest.raises(DocumentNotFound):
        store.edits.save(gone, twin.base, "late")
    with pytest.raises(RunNotFound):
        store.runs.get(f"run of {gone}")


def test_only_what_is_in_the_bin_is_deleted_for_ever(store: Store) -> None:
    kept = store.documents.create("kept", "prose", "a")
    with pytest.raises(NotInBin, match=f"document {kept.id} "):
        store.bin.delete(kept.id)
    for _ in range(3):
        store.bin.put(store.documents.create("gone", "prose", "b").id)
    assert store.bin.empty() == 3 and store.bin.empty() == 0
    left = {"documents": 1, "revisions": 1, "runs": 0, "texts": 1, "deleted_documents": 3, "passages": 1, "facts": 2}
    left["lessons"] = 0
    assert titles(store) == ["kept"] and rows(store) == left


def test_a_copy_has_the_text_as_it_stands_and_a_history_of_its_own(store: Store) -> None:
    document = store.documents.create("t", "python", "a", newline="\r\n", bom=True, encoding="latin-1")
    store.edits.save(document.id, document.base, AWKWARD)
    copy = store.documents.duplicate(document.id, "t copy")
    assert (copy.title, copy.text, copy.language) == ("t copy", AWKWARD, "python")
    assert (copy.newline, copy.bom, copy.encoding) == ("\r\n", True, "latin-1")
    assert [r.kind for r in store.documents.history(copy.id)] == ["created"] and copy.head != document.head
    store.edits.save(copy.id, copy.base, "changed")
    assert store.documents.get(document.id).text == AWKWARD
    with pytest.raises(RevisionNotFound):
        store.edits.save(copy.id, document.base, "of another document")


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("FOX", 2), ("quick brown", 1), ("  quick\tbrown ", 1), ("%", 1), ("_", 1), ("100%", 1), (".*", 0), ("\\", 0),
        ("😀", 1), ("<script>", 1), ("straße", 1), ("ÄPFEL", 1), ("nothing", 0), ("'; DROP TABLE documents; --", 0),
    ],
)  # fmt: skip
def test_a_search_finds_what_stands_there_and_nothing_else(searched: Store, query: str, hits: int) -> None:
    found = searched.search.documents(query)
    assert [(f.document.title, f.hits) for f in found] == ([("A fox", hits)] if hits else [])
    if hits:
        before, hit, after = found[0].excerpt or ("", "", "")
        assert hit.casefold() == " ".join(query.split()).casefold()
        assert f"{before}{hit}{after}" in " ".join(SEARCHED.split()) or "…" in before + after


def test_what_was_typed_counts_and_not_what_stood_there_before(searched: Store) -> None:
    assert searched.search.documents("old") == []


def test_a_search_has_titles_first_and_keeps_to_the_shelf_or_the_bin(store: Store) -> None:
    titled = store.documents.create("apples", "prose", "")
    store.documents.create("second", "prose", "apples apples")
    store.bin.put(store.documents.create("third", "prose", "apples").id)
    assert [(f.document.title, f.hits) for f in store.search.documents("apples")] == [("apples", 1), ("second", 2)]
    assert [f.document.title for f in store.search.documents("apples", in_bin=True)] == ["third"]
    assert (
        store.search.documents("apples")[0].excerpt is None
        and store.search.documents("apples")[0].document.id == titled.id
    )
    assert [f.document.title for f in store.search.documents("  ")] == ["second", "apples"]


def test_words_are_those_of_the_working_text(store: Store) -> None:
    document = store.documents.create("t", "prose", "one two")
    assert store.documents.all()[0].words == 2
    store.edits.save(document.id, document.base, "one two  three\nfour")
    assert store.documents.all()[0].words == 4


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Das ist, wie gesagt, gut.", 5),
        ("昨日、友達と海へ行きました。", 8),
        ("今天天气很好。", 3),
        ("เมื่อวานฉันไปตลาด", 5),
        ("我用 Python 写", 4),
        ("。。。", 1),
    ],
)
def test_words_are_counted_as_the_page_counts_them_in_scripts_without_spaces_too(
    store: Store, text: str, count: int
) -> None:
    document = store.documents.create("t", "prose", text)
    assert store.documents.all()[0].words == count
    store.edits.save(document.id, document.base, f"{text}\n{text}\n")
    assert store.documents.all()[0].words == 2 * count


def test_the_number_of_a_deleted_document_is_not_given_again(store: Store) -> None:
    gone = store.documents.create("gone", "prose", "")
    store.bin.put(gone.id)
    store.bin.empty()
    again = store.documents.create("again", "prose", "")
    assert again.id > gone.id
    with pytest.raises(DocumentNotFound, match=f"document {gone.id} was deleted for ever"):
        store.edits.save(gone.id, gone.base, "typed in another tab")
    assert store.documents.get(again.id).text == ""

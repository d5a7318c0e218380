"""Laws of searching: words, phrases, beginnings; documents, revisions, runs; whatever the letters are made of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Store
from storage.passages.folding import words
from storage.passages.queries import Query
from tests.conftest import examples
from tests.storage.test_store import FRAMES


def hits(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in Query.of(query).found(words(text))]


@pytest.mark.parametrize(
    ("text", "query", "there"),
    [
        ("the café opens", unicodedata.normalize("NFD", "café"), ["café"]),
        (unicodedata.normalize("NFD", "the Café opens"), "CAFÉ", [unicodedata.normalize("NFD", "Café")]),
        ("the cafe opens", "café", ["cafe"]), ("Straße", "STRASSE", ["Straße"]), ("don’t go", "don't", ["don’t"]),
        ("“quoted”", "quoted", ["quoted"]), ("foxes and a fox", "fox", ["foxes", "fox"]),
        ("foxes and a fox", '"fox"', ["fox"]), ("the quick\nbrown fox", '"quick brown"', ["quick\nbrown"]),
        ("brown and quick", "quick brown", ["brown", "quick"]), ("quick brown, brown", "quick brown", ["quick brown"]),
        ("quick only", "quick brown", []), ("アップルとがぞう", "がぞう", ["がぞう"]), ("かぞう", "がぞう", []),
        ("東京都に行く", "京都", ["京都"]), ("हिन्दी में लिखता है", "लिखता", ["लिखता"]), ("ภาษาไทยง่าย", "ไทย", ["ไทย"]),
        ("مُحَمَّد", "محمد", ["مُحَمَّد"]), ("snake_case name", "case", ["case"]), ("100% sure", "100%", ["100%"]),
        ("a 👨‍👩‍👧 here", "👨‍👩‍👧", ["👨‍👩‍👧"]), ("ﬁne", "fine", ["ﬁne"]), ("soft\u00adware", "software", ["soft\u00adware"]),
        ("beginning", "begin*", ["beginning"]), ("nothing", "", []), ("x", '"', []),
    ],
)  # fmt: skip
def test_what_is_found(text: str, query: str, there: list[str]) -> None:
    assert hits(text, query) == there


@pytest.mark.slow
@examples(150)
@given(st.text(max_size=40), st.sampled_from(["NFC", "NFD"]))
def test_a_text_is_found_by_itself_however_its_letters_are_made(text: str, form: str) -> None:
    query = text.replace('"', " ").translate({ord(c): " " for c in "“”„«»*"})
    there = Query.of(unicodedata.normalize(form, query))
    assert not there.terms or there.found(words(query))


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["red", "green", "blue é", "東京", "a_b"]), min_size=1, max_size=4))
def test_the_index_finds_what_looking_through_all_finds(store: Store, parts: list[str]) -> None:
    if not store.documents.all():
        base = store.documents.create("colours", "prose", "red green").base
        for text in ("red green blue é 東京", "green", "green a_b and\n\nred green"):
            base = store.edits.commit(1, base, text).base
        store.documents.create("others", "prose", "blue è, 東京 red")
    query = " ".join(parts)
    found = store.search.documents(query)
    store.facts.set("indexed", False)
    assert found == store.search.documents(query)
    store.facts.set("indexed", True)
    revisions, _ = store.search.history(query)
    for revision in revisions:
        text = store.revisions.get(revision.revision).text
        assert Query.of(query).found(words(text)) and text[revision.start : revision.end]


@pytest.mark.slow
def test_a_revision_is_found_by_what_it_brought_in_and_a_run_by_what_it_wrote(store: Store) -> None:
    document = store.documents.create("t", "prose", "The old harbour.\n" * 30)
    text = "The old harbour.\n" * 10 + "A lighthouse keeper sang.\n" + "The old harbour.\n" * 20
    brought = store.edits.commit(document.id, document.base, text)
    gone = store.edits.commit(document.id, brought.base, "The old harbour.\n" * 30)
    store.edits.record("attempt", document.id, "x", {}, FRAMES, ["a submarine"])
    store.edits.record("accepted", document.id, "x", {}, FRAMES, ["a schooner"])
    store.edits.accept(document.id, gone.base, "The old harbour.\n" * 30, "a schooner", "accepted")
    [found], runs = store.search.history('lighthouse "keeper sang"')
    assert (found.revision, found.title, runs) == (brought.revision, "t", [])
    assert text[found.start : found.end] == "lighthouse" and found.excerpt[1] == "lighthouse"
    assert not store.search.documents("lighthouse"), "the document does not hold it any more"
    assert [r.run for r in store.search.history("submar")[1]] == ["attempt"]
    [made], runs = store.search.history("schooner")
    assert made.kind == "run" and runs == []
    store.pruning.delete(document.id, [brought.revision])
    assert store.search.history("lighthouse") == ([], [])
    store.bin.put(document.id)
    assert store.search.history("schooner") == ([], []) and len(store.search.history("schooner", in_bin=True)[0]) == 1


def test_a_draft_is_found_as_it_stands(store: Store) -> None:
    document = store.documents.create("t", "prose", "before")
    store.edits.save(document.id, document.base, "a zeppelin")
    assert [f.document.id for f in store.search.documents("zepp")] == [document.id] and not store.search.documents(
        "before"
    )

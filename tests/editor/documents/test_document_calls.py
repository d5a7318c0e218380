"""What the page asks about its documents: finding, copying, the bin, and counting."""

from __future__ import annotations

import json

import pytest

import engine
from editor.limits import FILE_BYTES, QUERY, TITLE
from editor.service import EditService
from storage import Store, mended
from tests.conftest import some

ODD = ["%", "_", "😀", "<script>alert(1)</script>", "\0", "\ud800", "(", "\\", "'"]


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


def create(service: EditService, title: str = "t", text: str = "a b") -> int:
    return int(service.call("create", {"title": title, "language": "prose", "text": text})["id"])


def test_the_list_says_what_each_document_is(service: EditService) -> None:
    document = create(service, "A title", "one two three")
    (entry,) = json.loads(json.dumps(service.call("documents", {})))["documents"]
    assert (entry["id"], entry["title"], entry["language"], entry["words"]) == (document, "A title", "prose", 3)
    assert entry["deleted_at"] is None and entry["updated_at"]


@pytest.mark.parametrize("odd", some(ODD, "%", "\0", "\ud800", "\\"))
def test_a_search_takes_any_characters(service: EditService, odd: str) -> None:
    document = create(service, "t", f"before {odd} after")
    create(service, "t", "nothing of it")
    found = json.loads(json.dumps(service.call("search", {"query": odd})))["documents"]
    assert [(d["id"], d["hits"]) for d in found] == [(document, 1)]
    assert found[0]["excerpt"] == ["before ", mended(odd), " after"]


def test_a_search_that_is_too_long_names_the_limit(service: EditService) -> None:
    assert service.call("search", {"query": "x" * QUERY}) == {"documents": []}
    assert f"the limit is {QUERY}" in service.call("search", {"query": "x" * (QUERY + 1)})["error"]["message"]


def test_a_document_in_the_bin_is_not_opened_but_named(service: EditService) -> None:
    document = create(service, "Wanted")
    assert service.call("delete", {"document": document}) == {}
    error = service.call("open", {"document": document})["error"]
    assert error["code"] == "in_bin" and "“Wanted”" in error["message"] and "restore it" in error["message"]
    assert [d["id"] for d in service.call("documents", {"in_bin": True})["documents"]] == [document]
    assert service.call("restore_document", {"document": document}) == {}
    assert service.call("open", {"document": document})["title"] == "Wanted"


def test_a_document_is_deleted_for_ever_only_from_the_bin(service: EditService) -> None:
    document = create(service)
    assert service.call("delete_for_ever", {"document": document})["error"]["code"] == "not_in_bin"
    service.call("delete", {"document": document})
    assert service.call("delete_for_ever", {"document": document}) == {}
    assert service.call("open", {"document": document})["error"]["code"] == "document_not_found"
    assert service.call("empty_bin", {}) == {"deleted": 0}


@pytest.mark.parametrize("call", ["open", "rename", "duplicate", "delete", "restore_document", "delete_for_ever"])
def test_a_document_that_is_not_there_is_named(service: EditService, call: str) -> None:
    error = service.call(call, {"document": 99, "title": "x"})["error"]
    assert error["code"] == "document_not_found" and "99" in error["message"]


def test_the_title_of_a_copy_keeps_to_the_limit(service: EditService) -> None:
    assert service.call("duplicate", {"document": create(service, "t")})["title"] == "t copy"
    title = service.call("duplicate", {"document": create(service, "x" * TITLE)})["title"]
    assert title.endswith("x copy") and len(title) == TITLE
    too_long = service.call("rename", {"document": create(service), "title": "x" * (TITLE + 1)})
    assert f"the limit is {TITLE}" in too_long["error"]["message"]


def test_tokens_are_counted_while_a_run_has_the_engine(service: EditService) -> None:
    service._turns.enter(lambda: False)
    try:
        assert service.call("tokens", {"text": "abc 😀"}) == {"tokens": 8}
        assert service.call("tokens", {"text": ""}) == {"tokens": 0}
    finally:
        service._turns.leave()
    assert service.call("tokens", {"text": "x" * (FILE_BYTES + 1)})["error"]["code"] == "text_too_large"

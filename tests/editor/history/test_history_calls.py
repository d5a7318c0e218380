"""What the page and programs ask of a history: blame, names, deleting, searching, archives, running again."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from editor.history.blame import Blame
from editor.service import EditService
from storage import Store

TEXT = "One two three four.\nFive six seven eight.\n"


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


def accepted(service: EditService, document: dict, words: str, run: str = "r1", seed: int = 1) -> dict:
    """Some words of a document rewritten; what accepting that says."""
    text = service.store.documents.get(document["id"]).text
    start = text.index(words)
    asked = {"run": run, "document": document["id"], "text": text, "spans": [[start, start + len(words)]], "seed": seed}
    frames = [json.loads(batch)["frames"] for batch in service.run({**asked, "system": "llada", "candidates": 1})]
    assert "error" not in frames[-1][-1]
    base = service.store.documents.get(document["id"]).base
    told = {"document": document["id"], "run": run, "before": text, "spans": asked["spans"], "base": base}
    return service.call("accept", told)


def test_blame_names_the_revision_and_the_step_that_wrote_a_character(service: EditService) -> None:
    document = service.call("create", {"text": TEXT, "language": "prose"})
    saved = accepted(service, document, "two three")
    typed = service.call(
        "save", {"document": document["id"], "base": saved["base"], "text": f"Typed. {saved['text']}", "kind": "s"}
    )
    told = service.call("blame", {"document": document["id"], "revision": typed["revision"][:8]})
    at, by = 0, {}
    text = service.store.documents.get(document["id"]).text
    for length, revision in told["stretches"]:
        by[text[at : at + length]] = revision
        at += length
    assert at == len(text) and by["Typed. "] == typed["revision"]
    [wrote] = [words for words, revision in by.items() if revision == saved["revision"]]
    assert wrote in saved["text"] and wrote not in TEXT
    place = saved["text"].index(wrote)
    step = service.call("wrote", {"revision": saved["revision"], "at": place})
    assert step["run"] == "r1" and 0 < step["written"]["step"] <= step["written"]["steps"]
    frame = next(f for f in service.store.runs.get("r1").frames if f["step"] == step["written"]["step"])
    assert any(tok[1] == "n" and str(tok[0]).strip() and wrote.startswith(str(tok[0]).strip()) for tok in frame["toks"])
    assert service.call("wrote", {"revision": document["head"], "at": 0})["written"] is None


@pytest.mark.slow
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(["a ", "b ", "é ", "\n", "longer "]), max_size=8).map("".join), min_size=1, max_size=5
    )
)
def test_blame_covers_every_text_and_is_the_same_whoever_asks_first(store: Store, texts: list[str]) -> None:
    document = store.documents.create("t", "prose", "a b ")
    base = document.base
    for text in texts:
        base = store.edits.commit(document.id, base, text).base
    line = [node.id for node in store.revisions.line(base.partition(":")[0])]
    warm = Blame(store)
    for key in reversed(line):
        stretches = warm.of(key)
        assert sum(length for length, _ in stretches) == len(store.revisions.get(key).text)
        assert {by for _, by in stretches} <= set(line) and stretches == Blame(store).of(key)


def test_names_notes_and_tags_are_kept_and_refused_by_their_length(service: EditService) -> None:
    document = service.call("create", {"text": TEXT})
    told = {"revision": document["head"], "name": " A  waypoint ", "note": "why\nit is", "tags": ["a", "a", " b "]}
    service.call("describe", told)
    [revision] = service.call("history", {"document": document["id"]})["revisions"]
    assert (revision["name"], revision["note"], revision["tags"]) == ("A waypoint", "why\nit is", ("a", "b"))
    for name, value in (("name", "x" * 300), ("note", "x" * 5000), ("tags", ["x" * 50]), ("tags", ["a"] * 99)):
        assert "error" in service.call("describe", {"revision": document["head"], name: value})
    assert service.call("older", {"document": document["id"], "revision": document["head"], "alone": True})["error"][
        "code"
    ] == ("revision_kept")
    service.call("describe", {"revision": document["head"], "name": ""})
    assert service.call("history", {"document": document["id"]})["revisions"][0]["name"] is None


def test_deleting_says_what_it_frees_and_keeps_the_head(service: EditService) -> None:
    document = service.call("create", {"text": TEXT})
    saved = accepted(service, document, "two three")
    asked = {"document": document["id"], "revision": saved["revision"]}
    told = service.call("older", asked)
    assert told["count"] == 1 and told["bytes"] > 0
    assert service.call("delete_revisions", {**asked, "alone": True})["error"]["code"] == "revision_kept"
    freed = service.call("delete_revisions", asked)
    assert freed["revisions"] == 1 and freed["bytes"] == told["bytes"]
    [left] = service.call("history", {"document": document["id"]})["revisions"]
    assert left["id"] == saved["revision"] and left["parent"] is None
    assert "error" in service.call("revision", {"document": document["id"], "revision": document["head"]})
    assert service.call("trace", {"revision": saved["revision"]})["error"]["code"] == "no_steps"


def test_a_private_document_keeps_no_run_and_its_proposals_are_accepted(service: EditService) -> None:
    document = service.call("create", {"text": TEXT})
    assert service.call("private", {"document": document["id"], "private": True})["stored"] == 0
    saved = accepted(service, document, "two three")
    assert "slow red" in saved["text"] and service.store.runs.count(document["id"]) == 0
    newest = service.call("history", {"document": document["id"]})["revisions"][0]
    assert newest["kind"] == "run" and newest["run"] is None
    service.call("private", {"document": document["id"], "private": False})
    accepted(service, document, "Five", "r2")
    assert service.call("private", {"document": document["id"], "private": True, "forget": True})["runs"] == 1
    assert list(service.store.verification.problems()) == []


def test_a_run_is_made_again_from_its_recipe_and_says_why_it_is_another(service: EditService) -> None:
    document = service.call("create", {"text": TEXT, "language": "prose"})
    accepted(service, document, "two three", seed=7)
    again = service.rerun("r1")
    assert again.same and again.reasons == []
    told = service.store.runs.get("r1").settings
    assert told["fingerprint"] and told["seed"] == 7 and "steps" in told and told["spans"], "the recipe is whole"
    other = EditService(engine.Ways.only(engine.scripted(" fast blue")), service.store, "later")
    again = other.rerun("r1")
    assert not again.same and any("Palimpsest was test and is later" in reason for reason in again.reasons)
    assert service.call("rerun", {"run": "unknown"})["error"]["code"] == "run_not_found"


def test_the_routes_search_export_and_import(client: TestClient) -> None:
    document = client.post("/api/files?name=notes.txt", content=b"A lighthouse keeper sang.").json()
    found = client.get("/api/search", params={"query": "light keeper"}).json()
    assert [d["id"] for d in found["documents"]] == [document["id"]] and found["revisions"][0]["excerpt"][1]
    whole = client.get("/api/archive", params={"documents": str(document["id"])})
    assert whole.status_code == 200 and whole.content[:2] == b"PK"
    taken = client.post("/api/archive", content=whole.content).json()["documents"]
    assert taken == [{"document_id": document["id"], "title": "notes.txt", "merged": True, "revisions": 0}]
    assert client.get("/api/archive", params={"format": "git"}).content.startswith(b"# v")
    assert client.get("/api/backup").content.startswith(b"SQLite format 3")
    for answer, code in (
        (client.get("/api/archive", params={"documents": "x"}), "bad_documents"),
        (client.get("/api/archive", params={"documents": "99"}), "document_not_found"),
        (client.get("/api/archive", params={"format": "tar"}), "unknown_format"),
        (client.post("/api/archive", content=b"nothing"), "bad_archive"),
        (client.get("/api/search", params={"query": "x" * 300}), "query_too_long"),
    ):
        assert answer.status_code in (404, 422) and answer.json()["error"]["code"] == code

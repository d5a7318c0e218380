"""A proposal behind the page: candidates and their changes, what is accepted of them, branches, and going on from a step."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from editor.history import diffs
from editor.service import EditService
from storage import Store
from tests.conftest import beginning, some

TEXT = "😀 The quick brown fox jumps over the lazy dog."
WORDS = st.lists(st.sampled_from(["one", "two", "three", " ", "  ", ".", "\n", "😀", "é"]), max_size=12).map("".join)


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


def run(service: EditService, document: dict, name: str = "r", **more: object) -> list[dict]:
    request = {
        "run": name,
        "document": document["id"],
        "text": document["text"],
        "spans": [[6, 17], [39, 43]],
        "seed": 1,
    }
    out = [json.loads(part) for part in service.run({**request, **more})]
    return [frame for batch in out for frame in batch["frames"]]


def create(service: EditService, text: str = TEXT, language: str = "prose") -> dict:
    return service.call("create", {"title": "t", "language": language, "text": text})


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, new_database: bytes) -> Iterator[tuple[EditService, dict]]:
    """A document with the run "r", for what is refused and leaves it as it is."""
    with beginning(tmp_path_factory.mktemp("ran") / "test.sqlite3", new_database) as store:
        service = EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")
        document = create(service)
        run(service, document)
        yield service, document


def proposal(document: dict) -> dict:
    """The run "r" as the page hands it back."""
    spans = [[6, 17], [39, 43]]
    return {"document": document["id"], "base": document["base"], "before": TEXT, "spans": spans, "run": "r"}


@given(WORDS, WORDS)
def test_all_changes_together_make_the_new_text_and_none_leave_the_old(old: str, new: str) -> None:
    found = diffs.hunks(old, new)
    assert diffs.apply(old, found) == new and diffs.apply(old, []) == old
    assert all(a.end < b.start for a, b in zip(found, found[1:], strict=False)), "something stands between any two"
    assert all(old[h.start : h.end] == h.old for h in found)


def test_every_candidate_comes_with_its_changes(service: EditService) -> None:
    document = create(service)
    frames = run(service, document, candidates=3, settings={"temperature": 2.0})
    assert {frame["candidate"] for frame in frames} == {0, 1, 2}
    found = service.call("review", {"run": "r"})["candidates"]
    assert len(found) == 3 and found[0]["same"] is None
    for number, candidate in enumerate(found):
        last = [f["text"] for f in frames if f["done"] and f["candidate"] == number]
        assert candidate["texts"] == last
        hunk = candidate["hunks"][0][0]
        assert TEXT[6:17][hunk["start"] : hunk["end"]] == hunk["old"]


def test_some_changes_of_several_candidates_are_accepted_as_one_revision(service: EditService) -> None:
    document = create(service)
    run(service, document, candidates=4, settings={"temperature": 2.0})
    found = service.call("review", {"run": "r"})["candidates"]
    other = next(i for i, c in enumerate(found) if c["texts"][1] != found[0]["texts"][1])
    picks = [[c, span, i] for c, span in ((0, 0), (other, 1)) for i in range(len(found[c]["hunks"][span]))]
    answer = service.call("accept", {**proposal(document), "picks": picks})
    first, second = found[0]["texts"][0], found[other]["texts"][1]
    assert answer["text"] == TEXT[:6] + first + TEXT[17:39] + second + TEXT[43:]
    assert service.store.documents.get(document["id"]).text == answer["text"]
    assert [r["kind"] for r in service.call("history", {"document": document["id"]})["revisions"]] == ["run", "created"]


@pytest.mark.parametrize(
    "picks", some([[[0, 0, 9]], [[9, 0, 0]], [[0, 9, 0]], [[0, 0, 0], [0, 0, 0]], [["a", 0, 0]], [[0]]], [["a", 0, 0]])
)
def test_changes_that_are_none_are_refused_and_nothing_is_lost(service: EditService, picks: list) -> None:
    document = create(service)
    run(service, document)
    assert service.call("accept", {**proposal(document), "picks": picks})["error"]["code"] == "stale_accept"
    assert service.store.documents.get(document["id"]).text == TEXT


def test_a_proposal_goes_where_its_own_words_stand_and_nowhere_else(service: EditService) -> None:
    document = create(service)
    run(service, document)
    (start, end), other = (span[:2] for span in proposal(document)["spans"])
    wider = {**proposal(document), "spans": [[start, end + 1], other]}
    for picks in (None, []):
        assert service.call("accept", {**wider, "picks": picks})["error"]["code"] == "stale_accept"
    assert service.store.documents.get(document["id"]).text == TEXT


def test_accepting_after_another_tab_moved_on_makes_a_branch(service: EditService) -> None:
    document = create(service)
    run(service, document)
    service.call("save", {"document": document["id"], "base": document["base"], "text": "theirs", "kind": "saved"})
    answer = service.call("accept", proposal(document))
    assert answer["branched"] and service.store.documents.get(document["id"]).text == "theirs"
    assert answer["text"] in [
        service.store.revisions.get(r.id).text for r in service.store.documents.history(document["id"])
    ]


def test_candidates_are_kept_beside_the_head(service: EditService) -> None:
    document = create(service)
    run(service, document, candidates=4, settings={"temperature": 2.0})
    distinct = {tuple(c["texts"]) for c in service.call("review", {"run": "r"})["candidates"]}
    kept = service.call("keep", proposal(document))["revisions"]
    assert len(kept) == len(set(kept)) == len(distinct) > 1
    assert service.store.documents.get(document["id"]).text == TEXT
    assert all(not r.on_head_line for r in service.store.documents.history(document["id"]) if r.id in kept)


def test_a_revision_tells_which_candidate_it_has(service: EditService) -> None:
    document = create(service)
    run(service, document, candidates=4, settings={"temperature": 2.0})
    found = [c["texts"] for c in service.call("review", {"run": "r"})["candidates"]]
    assert service.call("kept_candidate", {"run": "r"}) == {"candidate": 0}, "none is kept yet"
    kept = service.call("keep", proposal(document))["revisions"]
    for revision, words in zip(kept, [words for i, words in enumerate(found) if words not in found[:i]], strict=True):
        answer = service.call("kept_candidate", {"run": "r", "revision": revision})
        assert answer == {"candidate": found.index(words)}

    other = create(service)
    run(service, other, "s", candidates=4, settings={"temperature": 2.0})
    wanted = next(i for i, words in enumerate(found) if words != found[0])
    before = f"Typed before. {TEXT} And behind."
    spans = [[start + 14, end + 14] for start, end in ([6, 17], [39, 43])]
    taken = {"document": other["id"], "base": other["base"], "before": before, "spans": spans, "run": "s"}
    assert "error" not in service.call("accept", {**taken, "candidate": wanted})
    assert service.call("kept_candidate", {"run": "s"}) == {"candidate": wanted}, (
        "whatever was typed around it meanwhile"
    )
    [told] = [one for one in service.call("showable", {})["runs"] if one["id"] == "s"]
    assert found[wanted][0].strip() in told["excerpt"], "a list of runs says what stands in the document"


def test_a_run_goes_on_from_a_step_with_the_steps_before(service: EditService) -> None:
    document = create(service)
    frames = run(service, document, settings={"steps": 6})
    more = run(service, document, "branch", begin={"run": "r", "step": 3, "candidate": 0}, system="mercury", seed=2)
    assert [f["step"] for f in more if f["span"] == 0][:4] == [0, 1, 2, 3] and {f["run"] for f in more} == {"branch"}
    third = [f for f in frames if f["step"] == 3]
    assert [f["toks"] for f in more if f["step"] == 3][:2] == [f["toks"] for f in third]
    settled = [[i for i, tok in enumerate(f["toks"]) if tok[1] in "ns"] for f in third]
    done = [f for f in more if f["done"]]
    for frame, here, old in zip(done, settled, third, strict=True):
        assert all(frame["toks"][i][4] == old["toks"][i][4] for i in here), "what was written stays, under this rule"
    runs = service.call("branches", {"run": "branch"})["runs"]
    assert [(r["id"], r["parent"], r["step"]) for r in runs] == [("r", None, None), ("branch", "r", 3)]


def test_a_token_is_pinned_from_a_step_on(service: EditService) -> None:
    document = create(service)
    frames = run(service, document, settings={"steps": 6})
    token = frames[-1]["toks"][0][4]
    more = run(service, document, "b", begin={"run": "r", "step": 2, "candidate": 0, "pin": [0, 3, token]})
    assert all(f["toks"][3][1] == "p" for f in more if f["span"] == 0 and f["step"] > 2)


@pytest.mark.parametrize(
    ("begin", "code"),
    [
        ({"run": "nobody", "step": 1}, "run_not_found"),
        ({"run": "r", "step": -1}, "no_such_step"),
        ({"run": "r", "step": 1, "candidate": 7}, "no_such_step"),
        ({"run": "r", "step": 1, "pin": [0, 999, 5]}, "pin_unfit"),
        ({"run": "r", "step": 1, "pin": [0, 0, 10**7]}, "beginning_unfit"),
    ],
)
def test_what_cannot_be_gone_on_from_is_named(ran: tuple[EditService, dict], begin: dict, code: str) -> None:
    service, document = ran
    assert run(service, document, "b", begin=begin)[0]["error"]["code"] == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"candidates": 99}, "bad_settings"),
        ({"pins": [{"text": "a", "at": "nowhere"}]}, "bad_pin"),
        ({"pins": ["a"]}, "bad_pin"),
        ({"pins": [{"text": str(i)} for i in range(30)]}, "too_many_pins"),
        ({"spans": [[6, 17, {"strength": "much"}]]}, "bad_span"),
        ({"spans": [[6, 17, {"length": "huge"}]]}, "length_out_of_range"),
        ({"spans": [[6, 17, {"strength": 7}]]}, "strength_out_of_range"),
        ({"instruction": "x" * 501, "spans": [[6, 17]]}, "instruction_length"),
    ],
)
def test_bad_wishes_are_named(ran: tuple[EditService, dict], more: dict, code: str) -> None:
    service, document = ran
    assert run(service, document, "b", **more)[0]["error"]["code"] == code


def test_code_that_stops_parsing_is_marked(service: EditService) -> None:
    document = create(service, "x = 1 + 2 + 3 + 4\n", "python")
    run(service, document, spans=[[4, 17]])
    assert [c["breaks"] for c in service.call("review", {"run": "r"})["candidates"]] == [True]


def test_a_fill_of_several_lines_keeps_the_indentation_of_its_span(store: Store) -> None:
    service = EditService(engine.Ways.only(engine.scripted(" a = 1\nb = 2")), store, "test")
    text = "def f():\n    first = 1\n    second = 2\n"
    document = create(service, text, "python")
    frames = run(service, document, spans=[[13, 37]])
    assert frames[-1]["text"] == "a = 1\n    b = 2"
    prose = create(service, text, "prose")
    assert run(service, prose, "p", spans=[[13, 37]])[-1]["text"] == "a = 1\nb = 2"

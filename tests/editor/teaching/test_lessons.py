"""Lessons of one's own: kept, shown, carried away as a page and brought back, whatever is in them or was done to the page."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from editor.errors import EditorError
from editor.service import EditService
from editor.teaching import pages
from editor.teaching.lessons import GONE
from storage import Store, mended
from tests.conftest import beginning

TEXT = "One two three four.\nFive six seven eight.\n"
EVIL = "</script><img src=x onerror=alert(1)> <!-- <script> $title ${run} & \u2028 \x00 </ScRiPt>"


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


@pytest.fixture
def other(tmp_path: Path, new_database: bytes) -> Iterator[EditService]:
    with beginning(tmp_path / "other.sqlite3", new_database) as opened:
        yield EditService(engine.Ways.only(engine.scripted(" slow red")), opened, "test")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, new_database: bytes) -> Iterator[EditService]:
    """Another, for what is to leave it as it is."""
    with beginning(tmp_path_factory.mktemp("empty") / "empty.sqlite3", new_database) as opened:
        yield EditService(engine.Ways.only(engine.scripted(" slow red")), opened, "test")


def ran(service: EditService, run: str, text: str = TEXT, spans: Any = ((4, 7), (14, 18))) -> int:
    """A run on a document of its own; the document's number."""
    document = service.store.documents.create(f"Of {run}", "prose", text)
    asked = {"run": run, "document": document.id, "text": text, "spans": [list(span) for span in spans], "seed": 1}
    frames = [json.loads(batch)["frames"] for batch in service.run({**asked, "system": "llada", "candidates": 2})]
    assert "error" not in frames[-1][-1]
    return document.id


def made(service: EditService, *parts: dict[str, Any], title: str = "A lesson") -> dict[str, Any]:
    told = service.call("save_lesson", {"title": title, "parts": list(parts)})
    assert "error" not in told, told
    return told


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, new_database: bytes) -> Iterator[bytes]:
    """A lesson about a run, as the file that others get."""
    with beginning(tmp_path_factory.mktemp("exported") / "test.sqlite3", new_database) as opened:
        service = EditService(engine.Ways.only(engine.scripted(" slow red")), opened, "test")
        ran(service, "r1")
        yield service.teaching.export(made(service, {"run": "r1", "candidate": 0}, {"text": "x"})["id"])[1]


def everything(store: Store, run: str) -> tuple[Any, ...]:
    found = store.runs.get(run)
    document = store.documents.get(found.document_id)
    return found.text, found.settings, found.result, found.frames, document.title, document.language


def kept(store: Store) -> list[Any]:
    return [(lesson.id, lesson.title, lesson.parts) for lesson in store.lessons.all()]


@pytest.mark.slow
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.text(max_size=40), st.sampled_from([("r1", 0), ("r1", 1), ("r2", 0)])), min_size=1, max_size=6
    )
)
def test_what_is_exported_comes_back_equal(service: EditService, other: EditService, drawn: list[Any]) -> None:
    if not service.store.documents.all():
        ran(service, "r1")
        ran(service, "r2", f"two {EVIL}", [(0, 3)])
    parts = [
        {"text": mended(part)} if isinstance(part, str) else {"run": part[0], "candidate": part[1]} for part in drawn
    ]
    lesson = made(service, *parts, title=EVIL)
    name, data = service.teaching.export(lesson["id"])
    assert name.endswith(".html") and data.count(b"</script>") == 3 and b"http-equiv" in data
    brought = other.teaching.bring(data)
    for told in ("id", "title", "parts", "slides"):
        assert brought[told] == lesson[told]
    for run in {part["run"] for part in parts if "run" in part}:
        assert everything(other.store, run) == everything(service.store, run)
    documents = len(other.store.documents.all())
    assert other.teaching.bring(data)["id"] == lesson["id"] and other.teaching.export(lesson["id"])[1] == data
    assert len(other.store.documents.all()) == documents <= 2, "what is there already is not brought again"
    assert list(other.store.verification.problems()) == []


def packed(source: dict[str, Any]) -> bytes:
    raw = base64.b64encode(zlib.compress(json.dumps(source).encode())).decode()
    return f"<html>{pages.SOURCE.format(raw)}</html>".encode()


def spoiled(data: bytes, spoil: Callable[[Any], object]) -> bytes:
    source = {"format": pages.FORMAT, "version": pages.VERSION, **pages.unpacked(data)}
    spoil(source)
    return packed(source)


WRONG: list[tuple[str, Callable[[Any], object]]] = [
    ("newer_lesson", lambda s: s.update(version=99)),
    ("bad_lesson", lambda s: s.update(format="another")),
    ("bad_lesson", lambda s: s.update(parts=[{"html": "<b>"}])),
    ("bad_lesson", lambda s: s.update(parts=7)),
    ("bad_lesson", lambda s: s.update(lesson="../../x")),
    ("bad_lesson", lambda s: s.pop("runs")),
    ("bad_lesson", lambda s: s["runs"]["r1"].pop("frames")),
    ("bad_lesson", lambda s: s["runs"]["r1"].update(frames=[])),
    ("bad_lesson", lambda s: s["runs"]["r1"]["frames"][0].update({"to": 10**6})),
    ("bad_lesson", lambda s: s["runs"]["r1"]["frames"][0]["toks"].append(["x", "<b>", 1, []])),
    ("bad_lesson", lambda s: s["runs"].update({"../r": s["runs"]["r1"]})),
    ("bad_lesson", lambda s: s["parts"].append({"run": "r1", "candidate": True})),
]


@pytest.mark.parametrize(("code", "spoil"), WRONG)
def test_a_damaged_lesson_is_refused_and_nothing_is_kept_of_it(
    exported: bytes, empty: EditService, code: str, spoil: Callable[[Any], object]
) -> None:
    with pytest.raises(EditorError) as refused:
        empty.teaching.bring(spoiled(exported, spoil))
    assert refused.value.code == code
    assert kept(empty.store) == [] and empty.store.documents.all() == []


def test_a_file_that_is_cut_or_changed_or_another_is_refused(service: EditService, other: EditService) -> None:
    ran(service, "r1")
    _, data = service.teaching.export(made(service, {"run": "r1", "candidate": 0})["id"])
    at = re.search(rb'id="source">', data)
    assert at
    half = data[: at.end() + 400] + b"</script>"
    flipped = data[: at.end() + 300] + bytes([data[at.end() + 300] ^ 1]) + data[at.end() + 301 :]
    for wrong in (b"", b"<html></html>", half, data[: at.end() + 300], flipped, packed({"format": 1})):
        with pytest.raises(EditorError, match="lesson"):
            other.teaching.bring(wrong)
    assert kept(other.store) == [] and other.store.documents.all() == []


def test_a_run_that_was_deleted_leaves_the_lesson_as_it_is(service: EditService, other: EditService) -> None:
    number = ran(service, "r1")
    lesson = made(service, {"text": "before"}, {"run": "r1", "candidate": 0}, {"run": "r1", "candidate": 9})
    assert "scene" in lesson["slides"][1] and "no candidate 9" in lesson["slides"][2]["gone"]
    service.store.bin.put(number)
    service.store.bin.delete(number)
    told = service.call("lesson", {"lesson": lesson["id"]})
    assert told["parts"] == lesson["parts"] and told["slides"][1]["gone"] == GONE
    _, data = service.teaching.export(lesson["id"])
    assert other.teaching.bring(data)["parts"] == lesson["parts"]


def test_another_run_of_the_same_name_stays_beside_that_one(service: EditService, other: EditService) -> None:
    ran(service, "r1")
    ran(other, "r1", "Another text here.\n", [(0, 7)])
    before = everything(other.store, "r1")
    _, data = service.teaching.export(made(service, {"run": "r1", "candidate": 0})["id"])
    brought = other.teaching.bring(data)
    assert everything(other.store, "r1") == before
    assert everything(other.store, brought["parts"][0]["run"])[:4] == everything(service.store, "r1")[:4]
    assert other.teaching.bring(data)["parts"] == brought["parts"]


def test_what_is_asked_wrongly_is_said(service: EditService) -> None:
    empty = made(service)
    with pytest.raises(EditorError, match="is empty"):
        service.teaching.export(empty["id"])
    for payload, code in (
        ({"parts": [{"text": "x" * 30_000}]}, "text_too_long"),
        ({"parts": [{"text": "x"}] * 300}, "too_many_parts"),
        ({"parts": [{"run": 7}]}, "invalid_request"),
        ({"parts": [], "title": "x" * 300}, "title_too_long"),
        ({"parts": [], "lesson": "zz", "seen": ""}, "lesson_not_found"),
    ):
        assert service.call("save_lesson", payload)["error"]["code"] == code
    assert service.call("delete_lesson_for_ever", {"lesson": empty["id"]})["error"]["code"] == "not_in_bin"
    assert service.call("lesson", {"lesson": "zz"})["error"]["code"] == "lesson_not_found"


def test_the_bin_gives_it_back_and_a_stale_save_stays_beside(service: EditService) -> None:
    lesson = made(service, {"text": "a"})
    told = {"lesson": lesson["id"], "title": "T", "seen": lesson["updated_at"]}
    first = service.call("save_lesson", {**told, "parts": [{"text": "b"}]})
    second = service.call("save_lesson", {**told, "parts": [{"text": "c"}]})
    assert (first["id"], first["beside"], second["beside"]) == (lesson["id"], False, True)
    assert {one.parts[0]["text"] for one in service.store.lessons.all()} == {"b", "c"}
    service.call("delete_lesson", {"lesson": lesson["id"]})
    assert [one["id"] for one in service.call("lessons", {"in_bin": True})["lessons"]] == [lesson["id"]]
    service.call("restore_lesson", {"lesson": lesson["id"]})
    assert len(service.call("lessons", {})["lessons"]) == 2
    service.call("delete_lesson", {"lesson": second["id"]})
    service.call("delete_lesson_for_ever", {"lesson": second["id"]})
    assert len(service.store.lessons.all()) == 1 and service.store.lessons.all(in_bin=True) == []


def test_any_candidate_of_a_run_can_be_shown(service: EditService) -> None:
    ran(service, "one")
    (first,), (second,) = (made(service, {"run": "one", "candidate": candidate})["slides"] for candidate in (0, 1))
    assert len(first["wrote"]) == 2 and first["wrote"] == second["wrote"]
    for slide in (first, second):
        done = [frame["text"] for frame in slide["scene"]["frames"] if frame["done"]]
        assert " … ".join(done) == slide["wrote"][slide["candidate"]]

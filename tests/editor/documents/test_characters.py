"""Half characters and foreign line ends at every door: over HTTP, from the page, and in what was stored before."""

from __future__ import annotations

import json
import zlib
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

import engine
from editor.service import EditService
from storage import Store, half, mended, mended_all
from storage.texts.identity import digest
from tests.conftest import some, some_of
from tests.editor.test_service import served  # noqa: F401  (a fixture)

JSON = {"Content-Type": "application/json"}
HALVES = ["\ud83d", "\ude00", "\ude00\ud83d", "a\ud83db"]


@pytest.fixture
def service(store: Store) -> EditService:
    return EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test")


@pytest.mark.parametrize("broken", HALVES)
def test_mending_keeps_the_length_and_what_is_whole(broken: str) -> None:
    assert half(broken) and not half(mended(broken)) and len(mended(broken)) == len(broken)
    assert mended("😀 e\u0301 \ufffd") == "😀 e\u0301 \ufffd"
    assert mended_all({broken: [broken, 1, None, {"x": broken}]}) == {
        mended(broken): [mended(broken), 1, None, {"x": mended(broken)}]
    }


@pytest.mark.slow
def test_programs_are_told(served) -> None:  # noqa: F811
    for broken in HALVES:
        told(served[0], broken)


def told(client: httpx.Client, broken: str) -> None:
    document = client.post("/api/files?name=x.txt", content=b"abc").json()
    put = f"/api/documents/{document['id']}/text"
    run: dict[str, Any] = {"text": "a b", "spans": [[0, 1]]}
    for method, path, body in [
        ("PUT", put, {"base": document["base"], "text": broken}),
        ("PUT", put, {"base": broken, "text": "x"}),
        ("POST", "/api/denoise", {**run, "text": f"a b{broken}"}),
        ("POST", "/api/denoise", {**run, "pins": [{"text": broken}]}),
        ("POST", "/api/denoise", {**run, "instruction": broken}),
        ("POST", "/api/denoise", {**run, "style": broken}),
        ("POST", "/api/denoise", {**run, "language": broken}),
        ("POST", "/api/denoise", {**run, "order": broken}),
        ("POST", "/api/denoise", {**run, broken: 1}),
        ("POST", "/api/denoise", {**run, "spans": [[0, 1, {"style": broken}]]}),
    ]:
        answer = client.request(method, path, content=json.dumps(body), headers=JSON)
        assert answer.status_code in (404, 422), (broken, path, answer.text)
        assert set(answer.json()["error"]) == {"code", "message"}
    assert client.get(f"/api/documents/{document['id']}/file").content == b"abc"
    assert (
        "a surrogate alone"
        in client.request("PUT", put, content=json.dumps({"base": "x", "text": broken}), headers=JSON).text
    )


@pytest.mark.parametrize("broken", some(HALVES, "a\ud83db"))
def test_what_the_page_sends_is_mended(service: EditService, broken: str) -> None:
    whole = mended(broken)
    document = service.call("create", {"title": broken, "language": "prose", "text": broken})
    assert (document["title"], document["text"]) == (whole, whole)
    number = document["id"]
    assert service.call("rename", {"document": number, "title": f"x {broken}"}) == {"title": f"x {whole}"}
    assert service.call("ignore", {"document": number, "word": broken})["dictionary"] == [whole]
    saved = service.call("save", {"document": number, "base": document["base"], "text": f"more {broken}"})
    assert service.call("open", {"document": number})["text"] == f"more {whole}"
    assert service.call("save", {"document": number, "base": saved["base"], "text": "x", "kind": "saved"})["base"]
    assert [d["id"] for d in service.call("search", {"query": broken})["documents"]] == [number]
    for name in (*service._calls, broken):
        json.dumps(service.call(name, {"document": number, "run": broken, "text": broken}), ensure_ascii=False).encode()
    frames = list(
        service.run(
            {
                "run": "r",
                "document": number,
                "text": f"a b {broken}",
                "spans": [[0, 1]],
                "steps": 2,
                "pins": [{"text": broken}],
            }
        )
    )
    assert frames and not any(half(batch) for batch in frames)


def test_a_document_that_holds_one_already_opens_and_says_so(service: EditService, store: Store) -> None:
    number = service.call("create", {"title": "t", "language": "prose", "text": "x"})["id"]
    stored = "half \ud83d 😀"
    with store.engine.begin() as connection:
        data = zlib.compress(stored.encode("utf-8", "surrogatepass"))
        connection.execute(
            sql("INSERT INTO texts (hash, data, place) VALUES (:h, :d, 0)"), {"h": digest(stored), "d": data}
        )
        connection.execute(
            sql("UPDATE documents SET draft_hash = :h, dictionary = :w"),
            {"h": digest(stored), "w": '["a\\ud83d", "\\ud83d\\ude00"]'},
        )
    opened = service.call("open", {"document": number})
    assert opened["text"] == "half \ufffd 😀" and opened["mended"] and opened["dictionary"] == ("a\ufffd", "😀")
    assert service.call("search", {"query": "half"})["documents"][0]["hits"] == 1
    _, data, _ = service.documents.file(number)
    assert data == "half \ufffd 😀".encode()
    saved = service.call("save", {"document": number, "base": opened["base"], "text": opened["text"] + "!"})
    assert not saved["branched"] and not service.call("open", {"document": number})["mended"]


@pytest.mark.parametrize(
    ("data", "own"), some_of([(b"a\r\nb", b"\r\n"), (b"a\rb", b"\r"), (b"a\nb", b"\n"), (b"a", b"\n")], 0, 3)
)
def test_whatever_line_ends_are_sent_the_file_has_its_own(service: EditService, data: bytes, own: bytes) -> None:
    document = service.documents.add_file(data, "x.txt")
    number, base = document["id"], document["base"]
    for kind in (None, "saved"):
        sent = "one\r\ntwo\rthree\nfour\x85five\u2028six\u2029"
        base = service.call("save", {"document": number, "base": base, "text": sent, "kind": kind})["base"]
        lines = [b"one", b"two", b"three", "four\x85five\u2028six\u2029".encode()]
        assert service.documents.file(number)[1] == own.join(lines)
        assert "\r" not in service.call("open", {"document": number})["text"]


def test_a_file_that_mixes_line_ends_is_kept_as_it_is(service: EditService) -> None:
    data = b"a\r\nb\nc\rd"
    document = service.documents.add_file(data, "x.txt")
    number = document["id"]
    assert service.documents.file(number)[1] == data
    base = service.call("save", {"document": number, "base": document["base"], "text": "gone"})["base"]
    service.call("save", {"document": number, "base": base, "text": data.decode()})
    assert service.documents.file(number)[1] == data, "cut, saved, and brought back by Undo"


def test_a_document_that_was_damaged_by_pasting_gives_whole_line_ends(service: EditService, store: Store) -> None:
    document = store.documents.create("t", "prose", "one\r\ntwo\nthree\rfour", newline="\r\n")
    assert service.documents.file(document.id)[1] == b"one\r\ntwo\r\nthree\r\nfour"


@pytest.mark.parametrize(("newline", "text"), [("\n", "a b\nc"), ("\r\n", "a b\r\nc"), ("\r", "a b\rc")])
def test_a_fill_ends_its_lines_as_the_text_does(store: Store, newline: str, text: str) -> None:
    service = EditService(engine.Ways.only(engine.scripted(" x\r\ny\rz\nw")), store, "test")
    document = service.call("create", {"title": "t", "language": "prose", "text": "a b\nc"})
    frames = [
        frame
        for batch in service.run(
            {"run": newline, "document": document["id"], "text": text, "spans": [[2, 3]], "length": "12"}
        )
        for frame in json.loads(batch)["frames"]
    ]
    fill = frames[-1]["text"]
    assert fill.replace(newline, "").isprintable() and newline in fill


def test_characters_that_the_encoding_lacks_are_said(service: EditService) -> None:
    document = service.documents.add_file(b"\x93caf\xe9\x94", "x.txt", "latin-1")
    number = document["id"]
    assert document["text"] == "“café”" and document["missing"] == []
    saved = service.call("save", {"document": number, "base": document["base"], "text": "“café” → 字 →"})
    assert saved["missing"] == ["→", "字"] == service.call("open", {"document": number})["missing"]
    assert service.documents.file(number)[1:] == ("“café” → 字 →".encode(), "utf-8")
    saved = service.call("save", {"document": number, "base": saved["base"], "text": "“café” €"})
    assert saved["missing"] == [] and service.documents.file(number)[1:] == (b"\x93caf\xe9\x94 \x80", "windows-1252")

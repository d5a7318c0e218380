"""Bad input, of every kind and at every route: refused in one shape, nothing in the log, nobody waits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

import engine
from editor.answers import encoded
from editor.limits import WAITING
from editor.web.routes import routes
from tests.fuzz.__main__ import fuzz
from tests.fuzz.check import right, shaped, strict
from tests.fuzz.program import Program
from tests.fuzz.routes import payloads, targets

pytestmark = pytest.mark.slow

CALL = "/gradio_api/component_server"
BRACKETS = b"[" * 100_000
PAYLOADS = [
    *(f'{{"document": {value}}}' for value in ("9" * 310, "NaN", "Infinity", '"1"', "[1]", "true")),
    *('{"run": {}}', '{"text": 5}', "[]", '"x"', "{}"),
]
JSON = {"Content-Type": "application/json"}
DENOISE = {"text": "one two three", "spans": [[0, 3]], "steps": 2}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def program(served: Program) -> Iterator[Program]:
    """The program; a test leaves nothing in its log."""
    before = served.log.count
    yield served
    assert served.log.count == before, served.log.last


def test_generated_requests_are_answered_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    found = fuzz(requests=12, seed=1)
    assert len(found) > 45 and all(one.requests for one in found.values())
    assert {name: one.example for name, one in found.items() if one.wrong} == {}
    assert sum(one.fine for one in found.values()) and sum(one.refused for one in found.values())


def test_every_route_of_ours_has_requests_thrown_at_it(program: Program) -> None:
    """Of each route by its own pattern, so that a new one cannot be forgotten."""
    thrown = {target.name for target in targets(program.service, program.page)}
    ours = {f"{method} {route.path}" for route in routes(program.service).routes if isinstance(route, APIRoute)
            for method in route.methods}  # fmt: skip
    assert len(ours) > 10 and ours <= thrown
    assert set(payloads(program.page)) <= set(program.service._calls), "calls that there are"


@pytest.mark.parametrize("name", ["open", "save", "history", "check", "prepare", "accept", "rename", "trace"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_odd_call_of_a_page_is_refused(program: Program, name: str, payload: str) -> None:
    body = f'{{"fn_name": "call", "session_hash": "x", "component_id": 1, "data": {{"name": "{name}", "payload": {payload}}}}}'
    answer = program.client.post(CALL, content=body.encode(), headers=JSON)
    assert answer.status_code in (400, 422) and shaped(strict(answer.content)), answer.text


@pytest.mark.parametrize("path", ["/api/denoise", CALL, "/gradio_api/queue/join"])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b"\xff", b'{"text": "\xff"}', BRACKETS, BRACKETS + b"]" * 100_000, b"[]", b"5", b"9" * 5000],
)
def test_a_body_that_is_no_request_is_refused(program: Program, path: str, body: bytes) -> None:
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        answer = program.client.post(path, content=body, headers={"Content-Type": kind} if kind else {})
        assert answer.status_code in (400, 415, 422) and shaped(answer.json()), (kind, answer.text)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nothing", 404), ("GET", "/gradio_api/nothing", 404), ("GET", "/web/nothing.js", 404), ("GET", "/web/%00", 404),
        ("DELETE", "/healthz", 405), ("HEAD", "/healthz", 405), ("GET", "/api/denoise", 405), ("GET", CALL, 405),
        ("POST", "/web/palimpsest.js", 405), ("GET", "/api/documents/x/file", 422), ("GET", "/api/documents/1/file/x", 404),
        ("GET", f"/api/documents/{'9' * 310}/file", 404), ("GET", "/api/runs/x/export?candidate=x", 422),
        ("GET", "/gradio_api/queue/data?session_hash=nobody", 404), ("GET", "/gradio_api/queue/data", 422),
        ("GET", "/gradio_api/heartbeat/%0F", 422),
    ],
)  # fmt: skip
def test_an_address_or_method_that_is_none(program: Program, method: str, path: str, code: int) -> None:
    answer = program.client.request(method, path)
    assert answer.status_code == code and not right(answer, answer.content, head=method == "HEAD"), answer.text
    if code == 405:
        assert answer.headers["allow"]


def test_a_form_of_export_that_there_is_not(program: Program) -> None:
    answer = program.client.get(f"/api/runs/{program.page.runs[0]}/export?format=bad")
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "unknown_format"


@pytest.mark.parametrize(
    "value", ["9" * 310, "-1", "NaN", "Infinity", "true", '"x"', "[]", "{}", "[" * 200 + "]" * 200]
)
@pytest.mark.parametrize(
    "name", ["steps", "temperature", "strength", "seed", "candidates", "denoiser", "begin", "slots", "length"]
)
def test_a_setting_of_no_use_is_refused(program: Program, name: str, value: str) -> None:
    body = json.dumps(DENOISE)[:-1] + f', "{name}": {value}}}'
    answer = program.client.post("/api/denoise", content=body.encode(), headers=JSON)
    assert answer.status_code == 422 and shaped(answer.json()), answer.text


def test_the_settings_of_a_page_cannot_stand_in_for_what_was_checked(program: Program) -> None:
    document = program.service.call("create", {"title": "t", "text": "one two"})
    for own in ({"seed": "x"}, {"candidates": 99}, {"begin": 1}, {"denoiser": None}, {"steps": {}}, {"spans": []}):
        asked = {"run": "r", "document": document["id"], "text": "one two", "spans": [[0, 3]], "settings": own}
        (batch,) = program.service.run(asked)
        (frame,) = strict(batch)["frames"]
        assert shaped({"error": frame["error"]}), frame


def test_a_run_that_finds_no_place_is_refused_before_it_is_answered(tmp_path: Path) -> None:
    go, begun = threading.Event(), threading.Event()

    def blocked() -> None:
        begun.set()
        go.wait(60)

    with Program(tmp_path) as running:
        running.service.denoiser.delay = blocked  # type: ignore[attr-defined]
        address = f"{running.client.base_url}/api/denoise"

        def ask() -> None:
            answers.append(httpx.post(address, json=DENOISE, timeout=120).status_code)

        answers: list[int] = []
        asking = [threading.Thread(target=ask) for _ in range(WAITING + 1)]
        asking[0].start()
        assert begun.wait(30)
        for thread in asking[1:]:
            thread.start()
        turns = running.service._turns
        while len(turns._waiting) < WAITING:
            threading.Event().wait(0.02)
        refused = httpx.post(address, json=DENOISE)
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
        assert refused.json()["error"]["code"] == "busy"
        go.set()
        for thread in asking:
            thread.join(60)
        assert answers == [200] * (WAITING + 1) and not turns.wanted and not turns._busy


def test_answers_are_json_whatever_is_in_them() -> None:
    assert strict(encoded({"a": [float("nan"), float("inf"), 1.5, "\ud83d"]})) == {"a": [None, None, 1.5, "\ud83d"]}


def test_a_number_of_any_size_is_checked_by_the_engine() -> None:
    for value in (10**310, -(10**310), float("nan"), float("inf"), True, "1", [], None.__class__, 10**5000):
        with pytest.raises(engine.InvalidRequest, match=r"must be a?.*in 1\.\.128, got"):
            engine.infill(engine.scripted(), "one two", [engine.Span(0, 3)], steps=value)  # type: ignore[arg-type]
    for length in ("²", "9" * 5000, 10**5000, True, -1, "0", float("nan")):
        with pytest.raises(engine.InvalidRequest, match="a length is a number of tokens"):
            engine.wish(length)


HALF = "\ud83d"


def test_half_a_character_fails_nowhere(program: Program) -> None:
    call, text = program.service.call, f"a {HALF} b"
    for name, payload in [
        ("discard", {"run": HALF}), ("sample", {"name": HALF}), ("language", {"document": 1, "language": HALF}),
    ]:  # fmt: skip
        answer = call(name, payload)
        assert "error" not in answer or shaped(answer), name
    within = {"text": text, "from": 0, "to": 3}
    for name, payload in [
        ("tokens", {"text": text}), ("check", within), ("heat", within), ("warm", {"text": text}), ("search", {"query": HALF}),
        ("level", {"text": text, "spans": [[0, 3]]}), ("nll", {"text": text, "spans": [[0, 3]], "fills": [HALF]}),
    ]:  # fmt: skip
        assert "error" not in call(name, payload), name
    for number, (spans, told) in enumerate((([[0, 3]], ""), ([[0, 1]], HALF))):
        asked = {"run": f"half-{number}", "document": 1, "text": text, "spans": spans, "instruction": told}
        assert strict(list(program.service.run(asked))[-1])["frames"][-1]["done"]

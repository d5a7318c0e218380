"""Forged requests, one by one, and what the guard lets through."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from editor.limits import FILE_BYTES
from editor.service import EditService
from editor.web.guard import HEADERS
from tests.conftest import some
from tests.editor.conftest import HERE

CALL = "/gradio_api/component_server/"
RUN = {"text": "one two three", "spans": [[4, 7]], "steps": 2}
JSON = {"Content-Type": "application/json"}


def call(client: TestClient, name: str, **payload: object) -> str:
    """A call of the page, as its body."""
    data = {"name": name, "payload": payload}
    return json.dumps({"data": data, "component_id": component(client), "fn_name": "call", "session_hash": "s"})


@cache
def component(client: TestClient) -> int:
    found = re.search(r'"id":(\d+),"type":"html"', client.get("/").text)
    assert found is not None
    return int(found[1])


# What a foreign page's request can look like in a header, and which refusal it meets.
FORGED = {
    # another page asks, by its own words or the browser's
    "origin of another site": ({"Origin": "https://foreign.example"}, "foreign_page"),
    "origin on another port": ({"Origin": "http://localhost:3000"}, "foreign_page"),
    "origin on the scheme's port": ({"Origin": "http://localhost"}, "foreign_page"),
    "origin of another scheme": ({"Origin": "https://localhost:7860"}, "foreign_page"),
    "origin of another name of ours": ({"Origin": "http://127.0.0.1:7860"}, "foreign_page"),
    "origin below our name": ({"Origin": "http://a.localhost:7860"}, "foreign_page"),
    "origin that begins like ours": ({"Origin": "http://localhost:7860.foreign.example"}, "foreign_page"),
    "origin that ends like ours": ({"Origin": "http://foreign.example/localhost:7860"}, "foreign_page"),
    "origin with user information": ({"Origin": "http://localhost:7860@foreign.example"}, "foreign_page"),
    "origin null": ({"Origin": "null"}, "foreign_page"),
    "origin empty": ({"Origin": ""}, "foreign_page"),
    "origin of a file": ({"Origin": "file://"}, "foreign_page"),
    "origin of an extension": ({"Origin": "chrome-extension://abcdefgh"}, "foreign_page"),
    "origin without a scheme": ({"Origin": "localhost:7860"}, "foreign_page"),
    "origin with spaces": ({"Origin": HERE + " x"}, "foreign_page"),
    "two origins in one header": ({"Origin": f"{HERE}, https://foreign.example"}, "foreign_page"),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, "foreign_page"),
    "same-site, that is another port": ({"Sec-Fetch-Site": "same-site"}, "foreign_page"),
    "a site nobody knows": ({"Sec-Fetch-Site": "near"}, "foreign_page"),
    "cross-site with our origin": ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, "foreign_page"),
    "same-origin with another origin": (
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://foreign.example"},
        "foreign_page",
    ),
    "a frame": (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        "foreign_page",
    ),
    "an object": (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
        "foreign_page",
    ),
    "a picture": (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        "foreign_page",
    ),
    "a script": (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        "foreign_page",
    ),
    # another name for this address
    "a rebound name": ({"Host": "rebound.example:7860"}, "unknown_host"),
    "a rebound name with its own origin": (
        {"Host": "rebound.example:7860", "Origin": "http://rebound.example:7860", "Sec-Fetch-Site": "same-origin"},
        "unknown_host",
    ),
    "a name that ends like ours": ({"Host": "evil-localhost:7860"}, "unknown_host"),
    "a name that begins like ours": ({"Host": "localhost.foreign.example"}, "unknown_host"),
    "a name below ours": ({"Host": "a.notes.example"}, "unknown_host"),
    "an address as a name": ({"Host": "127.0.0.1.nip.example"}, "unknown_host"),
    "a short address": ({"Host": "127.1"}, "unknown_host"),
    "an address as a number": ({"Host": "2130706433"}, "unknown_host"),
    "an address in hexadecimal": ({"Host": "0x7f000001"}, "unknown_host"),
    "IPv6 without brackets": ({"Host": "::1"}, "unknown_host"),
    "IPv4 in brackets": ({"Host": "[127.0.0.1]"}, "unknown_host"),
    "brackets left open": ({"Host": "[::1"}, "unknown_host"),
    "an IPv6 zone": ({"Host": "[fe80::1%25eth0]"}, "unknown_host"),
    "user information": ({"Host": "localhost@foreign.example"}, "unknown_host"),
    "user information before ours": ({"Host": "foreign.example@localhost"}, "unknown_host"),
    "a path": ({"Host": "localhost/foreign.example"}, "unknown_host"),
    "a port that is none": ({"Host": "localhost:80a"}, "unknown_host"),
    "two ports": ({"Host": "localhost:80:80"}, "unknown_host"),
    "two dots at the end": ({"Host": "localhost.."}, "unknown_host"),
    "two hosts in one header": ({"Host": "localhost, foreign.example"}, "unknown_host"),
    "no name": ({"Host": ""}, "unknown_host"),
    "a port alone": ({"Host": ":7860"}, "unknown_host"),
    "letters that look like ours": ({"Host": "l\u00f6calhost".encode("latin-1")}, "unknown_host"),
}  # fmt: skip
OWN = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
NAVIGATED = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
# The same for every way in: a call of the page, the page, its files, our routes.
WAYS_IN = [
    ("POST", CALL), ("POST", "/gradio_api/queue/join"), ("GET", "/gradio_api/queue/data?session_hash=s"), ("GET", "/"),
    ("GET", "/web/palimpsest.js"), ("GET", "/api/documents/1/file"), ("PUT", "/api/documents/1/text"), ("POST", "/api/denoise"),
    ("POST", "/api/files?name=evil"), ("POST", "/gradio_api/upload"), ("OPTIONS", CALL), ("HEAD", "/"), ("GET", "/nothing"),
]  # fmt: skip


@pytest.fixture
def client(shared: tuple[TestClient, EditService]) -> TestClient:
    return shared[0]


@pytest.fixture
def service(shared: tuple[TestClient, EditService]) -> EditService:
    return shared[1]


QUICK = [
    "origin of another site",
    "origin null",
    "cross-site",
    "a rebound name",
    "a name that ends like ours",
    "no name",
]


@pytest.mark.parametrize("forged", some(FORGED, *QUICK))
def test_a_forged_request_is_refused_everywhere_and_does_nothing(
    client: TestClient, service: EditService, forged: str
) -> None:
    headers, code = FORGED[forged]
    before = service.denoiser.nfe  # type: ignore[attr-defined]
    document = service.store.documents.create("Mine", "plain", "mine")
    service.store.bin.put(document.id)
    body = call(client, "delete_for_ever", document=document.id)
    for method, path in WAYS_IN:
        answer = client.request(method, path, headers={**JSON, **headers}, content=body)  # type: ignore[dict-item]
        assert answer.status_code == 403, (method, path)
        assert method == "HEAD" or answer.json()["error"]["code"] == code, (method, path)
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert [d.id for d in service.store.documents.all(True)] == [document.id] and not service.store.documents.all(False)
    assert service.denoiser.nfe == before  # type: ignore[attr-defined]


def test_there_are_enough_of_them() -> None:
    assert len(FORGED) >= 46
    print(f"{len(FORGED)} forged requests, {len(FORGED) * len(WAYS_IN)} with every way in")


@pytest.mark.parametrize("given", [[], ["localhost:7860", "localhost:7860"], ["localhost", "foreign.example"]])
def test_a_request_has_one_host_header(client: TestClient, given: list[str]) -> None:
    """Not to be had from a client library, so asked as the server asks."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz", "query_string": b"", "scheme": "http",
        "headers": [(b"host", name.encode()) for name in given], "http_version": "1.1", "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860),
    }  # fmt: skip
    with start_blocking_portal() as portal:  # this thread may have the browser's loop already
        portal.call(client.app, scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 403


@pytest.mark.parametrize(
    "headers",
    some([
        {},
        {"Host": "LOCALHOST:7860"},
        {"Host": "localhost.:7860"},
        {"Host": "localhost"},
        {"Host": "notes.example"},
        {"Host": "127.0.0.1:1"},
        {"Host": "192.168.1.20:7860"},
        {"Host": "[::1]:7860", "Origin": "http://[::1]:7860"},
        {"Host": "notes.example", "Origin": "http://notes.example"},
        {"Host": "notes.example:80", "Origin": "http://notes.example"},
        {"Host": "Notes.Example.:80", "Origin": "http://notes.example"},
        OWN,
        NAVIGATED,
    ], {}, {"Host": "192.168.1.20:7860"}, OWN, NAVIGATED),
)  # fmt: skip
def test_the_page_and_programs_are_let_in(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/healthz", headers=headers).status_code == 200
    assert client.get("/", headers=headers).status_code == 200
    answer = client.post(CALL, headers={**headers, **JSON}, content=call(client, "documents"))
    assert answer.json() == {"documents": []}
    assert client.post("/api/denoise", headers=headers, json=RUN).status_code == 200
    assert client.post("/api/files?name=a.txt", headers=headers, content=b"a").status_code == 200


def test_a_link_leads_to_the_page_and_to_nothing_else(client: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=link).status_code == 200
    for method, path in WAYS_IN:
        if (method, path) not in (("GET", "/"), ("HEAD", "/")):
            assert client.request(method, path, headers=link).status_code == 403, (method, path)


def test_web_sockets_are_closed(client: TestClient) -> None:
    for headers in ({"Origin": "https://foreign.example"}, {"Origin": HERE}, {}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/data", headers=headers):
            pass


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", None]
)
def test_what_is_json_says_so(client: TestClient, service: EditService, kind: str | None) -> None:
    """A web page may send these without asking the browser."""
    headers = {} if kind is None else {"Content-Type": kind}
    body = call(client, "create", title="evil")
    for method, path in (
        ("POST", CALL),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/api/denoise"),
        ("PUT", "/api/documents/1/text"),
    ):
        answer = client.request(method, path, headers=headers, content=body.encode())
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_json"), path
    assert not service.store.documents.all(False)
    assert (
        client.post(CALL, headers={"Content-Type": "application/json; charset=utf-8"}, content=body).status_code == 200
    )


def test_every_answer_says_what_others_may_do_with_it(client: TestClient) -> None:
    answers = [
        client.get("/"), client.get("/web/palimpsest.js"), client.get("/healthz"), client.get("/nothing"),
        client.get("/gradio_api/upload"),
        client.get("/api/documents/1/file"), client.post("/api/denoise", json={}), client.post("/api/denoise", content=b"x"),
        client.get("/", headers={"Host": "rebound.example"}), client.post("/api/files", content=b"x" * (FILE_BYTES + 1)),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 403, 404, 413, 415, 422}
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], answer.url
    policy = HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy and "http" not in policy


def test_an_unforeseen_error_has_the_headers_too(
    client: TestClient, service: EditService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.documents, "file", lambda document: 1 / 0)
    answer = client.get("/api/documents/1/file")
    assert answer.status_code == 500 and answer.headers["x-frame-options"] == "DENY"


def test_a_proxy_that_ends_tls_names_the_scheme(client: TestClient) -> None:
    secure = TestClient(client.app, base_url="https://notes.example")
    assert secure.get("/healthz", headers={"Origin": "https://notes.example"}).status_code == 200
    assert secure.get("/healthz", headers={"Origin": "http://notes.example"}).status_code == 403

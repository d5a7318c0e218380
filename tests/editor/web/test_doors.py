"""Which routes answer: ours, and those of Gradio's that the page uses."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import gradio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount

from editor.service import EditService
from editor.web.doors import is_open

OURS = {
    "GET /healthz", "GET /api/systems", "POST /api/denoise", "POST /api/files", "PUT /api/documents/{document}/text",
    "GET /api/documents/{document}/file", "GET /api/runs/{run}/export", "GET /web/*", "GET /api/lab", "GET /api/lab/{lesson}",
    "GET /api/search", "GET /api/archive", "POST /api/archive", "GET /api/backup", "GET /api/lessons/{lesson}/export",
    "POST /api/lessons",
}  # fmt: skip
GRADIOS = {
    "GET /", "HEAD /", "GET /theme.css", "GET /favicon.ico", "GET /assets/{path:path}", "GET /static/{path:path}",
    "GET /gradio_api/app_id", "GET /gradio_api/heartbeat/{session_hash}", "GET /gradio_api/queue/data",
    "POST /gradio_api/queue/join", "POST /gradio_api/cancel", "POST /gradio_api/reset",
    "POST /gradio_api/component_server", "POST /gradio_api/component_server/",
}  # fmt: skip


FRONTEND = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"
FILES = {
    "/web/*": "/web/palimpsest.css", "/static/{path:path}": "/static/js/iframeResizer.contentWindow.min.js",
    "/assets/{path:path}": next(f"/assets/{file.name}" for file in FRONTEND.glob("*.js")),
}  # fmt: skip
"""one that is there, of each folder"""


def every_route(routes: list[object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of all that is registered, below mounted and included routers too."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from every_route(included.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]
        elif isinstance(route, Mount):
            below = getattr(getattr(route.app, "gradio", route.app), "routes", None)
            yield from every_route(below, prefix + route.path) if below else [("GET", f"{prefix}{route.path}/*")]
        else:
            for method in getattr(route, "methods", None) or ["WEBSOCKET"]:
                yield method, prefix + route.path  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_routes_that_answer_are_these(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    known = sorted(set(every_route(client.app.routes)))
    assert len(known) > 60, "Gradio's are among them"
    answering = set()
    for method, path in known:
        filled = re.sub(r"\{.*?\}", "1", FILES.get(path, path))
        answer = client.request(method, filled) if "queue/data" not in path and "heartbeat" not in path else None
        closed = answer is not None and answer.status_code == 404 and b'"code": "not_found"' in answer.content
        if method == "HEAD" and path != "/":
            continue  # without a body, it cannot be told what was not found
        if not closed:
            answering.add(f"{method} {path}")
    assert answering == OURS | GRADIOS
    print("routes that answer:", *sorted(answering), sep="\n  ")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/proxy=http://example.org"),
        ("GET", "/config"), ("GET", "/config/"), ("GET", "/openapi.json"), ("GET", "/gradio_api/info"), ("GET", "/monitoring"),
        ("GET", "/gradio_api/deep_link"), ("POST", "/gradio_api/run/run"), ("POST", "/gradio_api/call/run"), ("GET", "/logout"),
        ("POST", "/login"), ("GET", "/gradio_api/startup-events"), ("GET", "/docs"), ("GET", "/gradio_api/../config"),
        ("GET", "/gradio_api/queue/status"), ("GET", "/GRADIO_API/upload"), ("GET", "/static/"),
        ("POST", "/"), ("DELETE", "/api/documents/1"), ("GET", "/theme.css\n"),
        ("GET", "/manifest.json"),
    ],
)  # fmt: skip
def test_what_is_closed(shared: tuple[TestClient, EditService], method: str, path: str) -> None:
    assert not is_open(method, path)
    answer = shared[0].request(method, path.replace("\n", "%0A"), headers={"Content-Type": "application/json"})
    assert answer.status_code == 404 and answer.json()["error"]["code"] == "not_found"


@pytest.mark.slow
def test_reading_changes_nothing(client: TestClient, service: EditService, tmp_path: Path) -> None:
    """A link, a picture and a script are GET, and some browsers do not say where such a request comes from."""
    document = service.store.documents.create("Mine", "plain", "one two three")
    list(service.run({"run": "1", "document": document.id, "text": "one two three", "spans": [[4, 7]]}))
    assert document.id == 1 and service.store.runs.get("1")

    def everything() -> list[str]:
        with sqlite3.connect(tmp_path / "test.sqlite3") as database:
            return list(database.iterdump())

    before = everything()
    for route in OURS | GRADIOS:
        method, path = route.split(" ")
        if method == "GET" and "queue/data" not in path and "heartbeat" not in path:
            client.get(re.sub(r"\{.*?\}", "1", path))
    assert everything() == before

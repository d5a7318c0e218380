"""The program to throw requests at: the real application on the scripted denoiser, behind a real socket, with its log read."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

import engine
from editor.service import EditService
from editor.web.app import create_app
from storage import open_store
from tests.fuzz.check import Figures, right, shaped, strict
from tests.fuzz.routes import API, TEXT, Page, Request, Target

PATIENCE = 20.0
"""seconds without a word after which a request counts as hung"""
MARK = "Traceback (most recent call last)"


class Log(logging.Handler):
    """Counts tracebacks, in the log and in what others print."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0
        self.last = ""
        self._stderr = sys.stderr

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0]:
            self.count += 1
            self.last = f"{record.exc_info[0].__name__}: {record.exc_info[1]}"

    def write(self, text: str) -> int:
        if MARK in text:
            self.count += 1
            self.last = text[-300:]
        return len(text)

    def flush(self) -> None:
        pass


class Program:
    """A context: the program runs inside it."""

    def __init__(self, folder: Path) -> None:
        store = open_store(f"sqlite:///{folder / 'fuzz.sqlite3'}")
        self.service = EditService(engine.Ways.only(engine.scripted(" slow red")), store, "fuzz")
        self.server = uvicorn.Server(uvicorn.Config(create_app(self.service), port=0, log_config=None))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.log = Log()

    def __enter__(self) -> Program:
        logging.getLogger().addHandler(self.log)
        self._stderr, sys.stderr = sys.stderr, self.log  # type: ignore[assignment]
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        self.page = self._page()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()
        self.service.close()
        self.server.should_exit = True
        self.thread.join(10)
        sys.stderr = self._stderr
        logging.getLogger().removeHandler(self.log)
        self.service.store.engine.dispose()

    def _page(self) -> Page:
        """Some documents, a run that can be accepted, and what Gradio calls the page's parts."""
        found = re.search(r"window\.gradio_config = (.*?);</script>", self.client.get("/").text)
        assert found is not None
        config = json.loads(found[1])
        component = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "palimpsest")
        event = next(d["id"] for d in config["dependencies"] if d["targets"] and d["targets"][0][1] == "run")
        made = [self.service.call("create", {"title": "t", "language": "prose", "text": TEXT}) for _ in range(4)]
        run = uuid.uuid4().hex
        list(
            self.service.run(
                {
                    "run": run,
                    "document": made[0]["id"],
                    "text": TEXT,
                    "spans": [[4, 9]],
                    "candidates": 2,
                    "settings": {"steps": 2},
                }
            )
        )
        heads, bases = ([document[name] for document in made] for name in ("head", "base"))
        parts = [{"text": "# What it wrote"}, {"run": run, "candidate": 0}]
        lesson = self.service.call("save_lesson", {"title": "t", "parts": parts})["id"]
        files = {
            "/api/lessons": self.service.teaching.export(lesson)[1],
            "/api/archive": self.service.archives.export("1", "zip")[1],
        }
        return Page(
            component, event, [run, "nothing"], [*heads, "nothing"], [*bases, "nothing:x"], [lesson, "nothing"], files
        )

    def throw(self, target: Target, requests: int, seed: int) -> Figures:
        """Generated requests at one route."""
        found = Figures()

        @seeded(seed)
        @settings(
            max_examples=requests,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(target.requests)
        def one(request: Request) -> None:
            before = self.log.count
            self._one(request, found)
            if self.log.count > before:
                found.note(f"{self.log.last} after {told(request)}")

        before = self.log.count
        one()
        self.client.get("/healthz")  # what a run left in the log is there by now
        found.tracebacks = self.log.count - before
        return found

    def _one(self, request: Request, found: Figures) -> None:
        headers = {"Content-Type": request.kind} if request.kind else {}
        try:
            url = httpx.URL(str(self.client.base_url).rstrip("/") + request.path)
            asked = self.client.build_request(request.method, url, content=request.body, headers=headers)
            answer = self.client.send(asked, stream=True)
            try:
                content = self._read(answer, request)
            finally:
                answer.close()
        except httpx.TimeoutException:
            found.requests, found.hung = found.requests + 1, found.hung + 1
            return found.note(f"no answer to {told(request)}")
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError, httpx.UnsupportedProtocol):
            return None  # nothing was sent: no client can
        except httpx.TransportError as error:  # such as a connection that was cut
            found.count(500)
            return found.note(f"{type(error).__name__} {error} after {told(request)}")
        found.count(answer.status_code)
        wrong = right(answer, content, head=request.method == "HEAD")
        if not wrong and request.event and answer.status_code == 200:
            wrong = self._event(request, content)
        found.shape += bool(wrong)
        if wrong or answer.status_code >= 500 and answer.status_code != 503:
            found.note(f"{answer.status_code}, {wrong}: {content[:200]!r} after {told(request)}")

    @staticmethod
    def _read(answer: httpx.Response, request: Request) -> bytes:
        if not (request.endless and answer.headers.get("content-type", "").startswith("text/event-stream")):
            return answer.read()
        return b""

    def _event(self, request: Request, content: bytes) -> str:
        """Wait until a run of the page is over; what is wrong with what came of it."""
        session = json.loads(request.body)["session_hash"]
        with self.client.stream("GET", f"{API}/queue/data?session_hash={session}") as stream:
            for line in stream.iter_lines():
                message: dict[str, Any] = strict(line[6:]) if line.startswith("data: ") else {}
                if message.get("msg") in ("process_completed", "close_stream", "unexpected_error"):
                    wrong = message["msg"] == "unexpected_error" or not message.get("success", True)
                    return f"the event failed: {line[:200]}" if wrong else ""
                for frames in _frames(message):
                    if any("error" in frame and not shaped({"error": frame["error"]}) for frame in frames):
                        return "an error of another shape in a run"
        return ""


def _frames(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    found = []
    for part in (message.get("output") or {}).get("data") or ():
        if isinstance(part, str) and part.startswith("{"):
            found.append(strict(part)["frames"])
    return found


def told(request: Request) -> str:
    body = request.body if len(request.body) < 500 else request.body[:200] + b"..." + request.body[-50:]
    return f"{request.method} {request.path[:140]} {request.kind} {body!r}"

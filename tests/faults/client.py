"""A page that types: it speaks HTTP with a server in a process of its own, and remembers what was acknowledged."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage import open_store
from tests.conftest import ROOT, free_port

LINE = "The tide was out, and there was nobody to be seen but a man with two dogs. "
STARTING = 300
"""seconds"""


@dataclass
class Server:
    port: int
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """(status, JSON). Raises OSError or HTTPException when the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def call(self, name: str, payload: dict[str, object]) -> dict[str, Any]:
        """A call of the page, the way its bundle makes it."""
        asked = {"fn_name": "call", "data": {"name": name, "payload": payload}}
        return self.ask("POST", "/gradio_api/component_server", asked)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(path: Path | str, limit: int = 0) -> Iterator[Server]:
    """A server on a database file. Raises RuntimeError with its last words when it does not start."""
    port = free_port()
    server = Server(port, start(path, limit, port))
    try:
        began = time.monotonic()
        while not answers(server):
            if server.process.poll() is not None or time.monotonic() - began > STARTING:
                words = last_words(server.process)
                raise RuntimeError(words or f"no answer within {STARTING} seconds")
            time.sleep(0.1)
        yield server
    finally:
        server.kill()
        if server.process.stderr:
            server.process.stderr.close()


def start(path: Path | str, limit: int, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.server", f"sqlite:///{path}", str(port), str(limit)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def answers(server: Server) -> bool:
    try:
        return server.ask("GET", "/healthz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def last_words(process: subprocess.Popen[str]) -> str:
    process.kill()
    return (process.communicate()[1] or "").strip()


@dataclass
class Typist:
    """Types on in one document, and commits now and then."""

    document: int
    base: str
    count: int = 0
    text: str = ""
    sent: str = ""
    """what was sent last: it may have arrived though nobody was told"""
    revisions: dict[str, str] = field(default_factory=dict)
    """acknowledged ones and their texts"""
    acknowledged: int = 0
    commits: int = 0
    refused: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, server: Server, title: str = "typed") -> Typist:
        made = server.call("create", {"title": title, "text": ""})
        return cls(made["id"], made["base"], revisions={made["head"]: ""})

    def edit(self, server: Server, size: int = 20) -> bool:
        """One more edit, and whether it was acknowledged. Every third one is a revision."""
        self.count += 1
        self.sent = f"Edit {self.count}. " + LINE * (1 + self.count % size)
        payload: dict[str, object] = {"document": self.document, "base": self.base, "text": self.sent}
        if commits := self.count % 3 == 0:
            answer = server.call("save", {**payload, "kind": "saved"})
        else:
            answer = server.ask("PUT", f"/api/documents/{self.document}/text", {"base": self.base, "text": self.sent})[
                1
            ]
        if "error" in answer:
            self.refused.append(f"{answer['error']['code']}: {answer['error']['message']}")
            return False
        self.base, self.text = answer["base"], self.sent
        self.acknowledged += 1
        if commits or answer["branched"]:
            self.revisions[answer["revision"]] = self.sent
            self.commits += 1
        return True

    def lost(self, path: Path) -> int:
        """Acknowledged edits that the database does not hold, looked up without the program."""
        store = open_store(f"sqlite:///{path}")
        try:
            there = {revision.id for revision in store.documents.history(self.document)}
            lost = sum(
                key not in there or store.revisions.get(key).text != text for key, text in self.revisions.items()
            )
            document = store.documents.get(self.document)
            self.base = document.base  # as a page does that is opened again
            return lost + (document.text not in (self.text, self.sent)) + len(store.upkeep.damaged())
        finally:
            store.engine.dispose()

"""How large a request may be: counted while it is read, and the refusal arrives."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.limits import BODY_BYTES, FILE_BYTES
from editor.service import EditService
from editor.web.app import create_app
from tests.conftest import SECONDS, listening


@pytest.fixture
def served(service: EditService) -> Iterator[int]:
    with listening(create_app(service)) as server:
        yield server.port


def send(port: int, path: str, size: int, chunked: bool) -> tuple[int, str]:
    """A body of so many bytes, all of it, before the answer is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    block = b" " * 65536
    blocks = (block[: min(65536, size - at)] for at in range(0, size, 65536))
    headers = {"Content-Type": "application/json"} | ({} if chunked else {"Content-Length": str(size)})
    connection.request("POST", path, blocks, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    said = json.load(answer)["error"]
    connection.close()
    return answer.status, f"{said['code']}: {said['message']}"


@pytest.mark.slow
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "limit", "code"),
    [
        ("/api/files?name=big.txt", FILE_BYTES, "file_too_large"), ("/api/denoise", BODY_BYTES, "body_too_large"),
        ("/gradio_api/component_server/", BODY_BYTES, "body_too_large"), ("/gradio_api/queue/join", BODY_BYTES, "body_too_large"),
        ("/nothing", BODY_BYTES, "body_too_large"),
    ],
)  # fmt: skip
def test_a_body_over_the_limit_is_refused_and_the_answer_arrives(
    served: int,
    service: EditService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    limit: int,
    code: str,
    chunked: bool,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for size in (limit + 1, 4 * limit):
        status, said = send(served, path, size, chunked)
        assert status == 413 and said.startswith(code) and f"the limit is {limit >> 20} MB" in said
    assert not service.store.documents.all(False) and not (tmp_path / "temporary").exists()
    if "files" in path:
        assert "big.txt" in said


@pytest.mark.slow
def test_a_file_of_the_limit_is_taken_and_a_declared_length_is_not_waited_for(
    served: int, service: EditService
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=SECONDS)
    connection.request("POST", "/api/files?name=whole.txt", b"x" * FILE_BYTES)
    assert connection.getresponse().status == 200
    connection.close()
    with socket.create_connection(("127.0.0.1", served), timeout=SECONDS) as raw:
        raw.sendall(b"POST /api/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.slow
def test_who_goes_away_in_the_middle_of_a_body_starts_nothing(served: int, service: EditService) -> None:
    with socket.create_connection(("127.0.0.1", served)) as raw:
        raw.sendall(b"POST /api/files?name=half.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
    send(served, "/api/files", FILE_BYTES + 1, chunked=False)  # a whole exchange later
    assert not service.store.documents.all(False)

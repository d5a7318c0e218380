"""A program that nobody has read cannot reach, keep or use up anything of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from engine.errors import SandboxMissing
from engine.evaluation import sandbox
from tests.conftest import SECONDS

pytestmark = pytest.mark.slow
passes = partial(sandbox.passes, seconds=60)  # on a busy machine a program is long in coming


@pytest.fixture(scope="module")
def walls() -> None:
    try:
        sandbox._walls()
    except SandboxMissing as missing:
        pytest.skip(str(missing))


def left(mark: str) -> set[str]:
    """The processes whose command line holds the mark."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return {line for line in listed.splitlines() if mark in line}


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize(
    ("program", "right"),
    [
        ("def double(x):\n    return 2 * x\n\nassert double(2) == 4", True),
        ("assert 1 == 2", False),
        ("def broken(:", False),
        ("raise SystemExit(3)", False),
        ("raise SystemExit(0)\nassert False", False),
        ("import os, signal\nos.abort()", False),
        ("import math, json, re, collections, tempfile, threading", True),
        ("print('ü' * 10_000_000)", True),
    ],
)
def test_a_program_passes_when_it_ends_without_an_error(program: str, right: bool) -> None:
    assert passes(program) is right


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize(
    "program", ["while True: pass", "import time\ntime.sleep(60)", "while True: print('x' * 9999)"]
)
def test_one_that_does_not_end_is_ended(program: str) -> None:
    begin = time.monotonic()
    assert not passes(program, seconds=0.5)
    assert time.monotonic() - begin < 30  # it would go on for a minute, or for ever


@pytest.mark.usefixtures("walls")
def test_memory_is_limited() -> None:
    assert passes("held = bytearray(2**26)")
    assert not passes("held = bytearray(2**31)")


@pytest.mark.usefixtures("walls")
def test_nothing_is_left_running(tmp_path: Path) -> None:
    """Children end with the program, whether it ends by itself, in time or not, and though they have left its group."""
    mark = tmp_path.name + "-left"
    child = (
        "import subprocess, sys, time\n"
        f"command = [sys.executable, '-c', 'import time; time.sleep(60)', {mark!r}]\n"
        "subprocess.Popen(command, start_new_session=True)\n"
    )
    assert passes(f"{child}time.sleep(0.2)")
    assert not passes(f"{child}time.sleep(60)", seconds=0)
    deadline = time.monotonic() + SECONDS
    while left(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left(mark)


@pytest.mark.usefixtures("walls")
def test_a_fork_bomb_is_bounded_and_ended() -> None:
    bomb = "import os, sys, time\nfor _ in range(300):\n    if os.fork() == 0:\n        time.sleep(60)\n"
    begin = time.monotonic()
    # The kernel does not count root's processes; there, time is all that bounds them.
    counted = sandbox._walls()[1] is sandbox.NOBODY or os.getuid() != 0
    assert passes(bomb) is not counted
    assert time.monotonic() - begin < 10


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Answer) as opened:
        thread = Thread(target=opened.serve_forever)
        thread.start()
        yield opened.server_port
        opened.shutdown()
        thread.join()


@pytest.mark.usefixtures("walls")
def test_the_network_cannot_be_reached(server: int) -> None:
    program = f"import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{server}', timeout=3).close()"
    assert subprocess.run([sys.executable, "-I", "-c", program], check=False).returncode == 0
    assert not passes(program)


@pytest.mark.usefixtures("walls")
def test_it_writes_a_little_and_only_in_its_own_folder(tmp_path: Path) -> None:
    assert passes("open('notes', 'w').write('x' * 1000)\nassert open('notes').read(1) == 'x'")
    assert passes("import tempfile\ntempfile.TemporaryFile().write(b'x')")
    assert not passes(f"open('large', 'wb').write(bytes({4 * sandbox.FILES}))")
    assert not passes("for i in range(100): open(f'part{i}', 'wb').write(bytes(2**20))")
    tmp_path.chmod(0o777)
    (tmp_path / "ours").write_text("ours")
    (tmp_path / "ours").chmod(0o666)
    assert not passes(f"open({str(tmp_path / 'theirs')!r}, 'w')")
    assert not passes(f"open({str(tmp_path / 'ours')!r}, 'w')")
    assert not passes(f"import os\nos.unlink({str(tmp_path / 'ours')!r})")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["ours"]


@pytest.mark.usefixtures("walls")
def test_it_sees_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_SECRET", "4711")
    assert passes("import os\nassert set(os.environ) <= {'PATH', 'LC_CTYPE'}, os.environ")  # Python adds LC_CTYPE
    assert passes("import sys\nassert sys.stdin.read() == ''")
    assert passes("import os\nassert os.listdir('/proc') == os.listdir('/run') == []")
    assert passes("import os\nassert os.getpid() == 1")
    assert not passes("open('/dev/tty')")


@pytest.mark.parametrize("missing", ["unshare", "setpriv"])
def test_without_walls_nothing_is_run(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    sandbox._walls.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else f"/usr/bin/{name}")
    with pytest.raises(SandboxMissing, match="util-linux") as refusal:
        passes("open('run', 'w')")
    assert "\n" not in str(refusal.value)


def test_walls_that_do_not_hold_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox._walls.cache_clear()
    monkeypatch.setattr(sandbox, "SPACES", ("--no-such-space",))
    with pytest.raises(SandboxMissing, match="unshare"):
        passes("")
    sandbox._walls.cache_clear()

"""A program that nobody uses sleeps."""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from editor.service import EditService
from editor.web.app import create_app
from tests.conftest import listening

TASKS = Path("/proc/self/task")


def woken(thread: threading.Thread) -> int:
    """How often a thread has slept so far."""
    told = (TASKS / str(thread.native_id) / "status").read_text()
    return int(re.findall(r"\nvoluntary_ctxt_switches:\s*(\d+)", told)[0])


@pytest.mark.slow
@pytest.mark.skipif(not TASKS.exists(), reason="only Linux tells")
def test_who_waits_for_nobody_sleeps(service: EditService) -> None:
    others = {*threading.enumerate()}
    with listening(create_app(service)) as server:
        urllib.request.urlopen(server.url).close()  # the queue runs from the first page on
        time.sleep(0.5)
        threads = [thread for thread in threading.enumerate() if thread not in others and thread.native_id]
        before = sum(map(woken, threads))
        time.sleep(1.0)
        more = sum(map(woken, threads)) - before
    assert threads and more < 250, f"woken {more} times in a second"

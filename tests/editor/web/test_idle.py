"""A program that nobody uses sleeps."""

from __future__ import annotations

import resource
import time
import urllib.request

from editor.service import EditService
from editor.web.app import create_app
from tests.conftest import listening


def test_who_waits_for_nobody_sleeps(service: EditService) -> None:
    with listening(create_app(service)) as server:
        urllib.request.urlopen(server.url).close()  # the queue runs from the first page on
        time.sleep(0.5)
        before = resource.getrusage(resource.RUSAGE_SELF)
        time.sleep(1.0)
        woken = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before.ru_nvcsw
    assert woken < 250, f"woken {woken} times in a second"

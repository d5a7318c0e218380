"""A run in its thread: what is given of it, and when."""

from __future__ import annotations

import json
import threading
import time

import pytest

import engine
from editor.runs.jobs import Job, Turns
from editor.runs.requests import Request
from editor.service import EditService
from engine import Span
from engine.errors import EngineError
from storage import Store


def test_a_run_that_is_seen_to_be_done_is_kept_already() -> None:
    kept = threading.Event()

    def keep(job: Job) -> None:
        time.sleep(0.2)
        kept.set()

    steps = engine.infill(engine.scripted(), "The quick brown fox.", [Span(4, 9)])
    job = Job("run", steps, Turns().queue(), keep)
    job.start()
    for _, frames in job.stream():
        assert kept.is_set() or not any(frame["done"] for frame in frames)
    assert kept.is_set() and job.frames[-1]["done"]


def test_a_run_is_under_way_from_the_moment_it_is_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made ready before the first masks may take seconds, and a page that hears of no run for so long gives up."""
    service, told = EditService(engine.Ways.only(engine.scripted(" slow red")), store, "test"), []
    document, make = service.call("create", {"title": "t", "language": "prose", "text": "one two"}), service._steps

    def slowly(request: Request) -> object:
        told.append(service.call("running", {"run": "r"}))
        if request.text == "refused":
            raise EngineError("no")
        return make(request)

    monkeypatch.setattr(service, "_steps", slowly)
    for text, ends in (("one two", "done"), ("refused", "error")):
        asked = {"run": "r", "document": document["id"], "text": text, "spans": [[0, 3]]}
        assert json.loads([*service.run(asked, "tab")][-1])["frames"][-1][ends]
    assert told == [{"running": True}] * 2 and service.call("running", {"run": "r"}) == {"running": False}

"""A run in its thread: what is given of it, and when."""

from __future__ import annotations

import threading
import time

import engine
from editor.runs.jobs import Job, Turns
from engine import Span


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

"""The run that a first visit shows: recorded once (``python -m editor.record``), so it is there at once and asks no model."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from editor.answers import told
from editor.languages import ASSETS, sample_named
from editor.payload import Payload
from editor.runs.frames import Frame
from storage import Store

PATH = ASSETS / "tour" / "first.json"


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished run on a sample."""

    sample: str
    text: str
    settings: dict[str, Any]
    result: list[str]
    frames: list[Frame]


class Recordings:
    """Calls on recordings. Each takes and gives a payload."""

    def __init__(self, store: Store, model: str) -> None:
        self.store = store
        self.model = model
        self.calls: dict[str, Callable[[Payload], Payload]] = {"welcome": self.welcome}

    def welcome(self, payload: Payload) -> Payload:
        """The recorded run's sample as a new document, and the run, kept like any other: {"document", "replay"}."""
        recording = load()
        sample = sample_named(recording.sample)
        document = self.store.documents.create(sample.title, sample.language, recording.text)
        run = uuid.uuid4().hex
        # Another model numbers its tokens otherwise; without their numbers nothing goes on from a step.
        known = slice(None if recording.settings["model"] == self.model else 4)
        mine = [{**f, "run": run, "toks": [tok[known] for tok in f["toks"]]} for f in recording.frames]
        self.store.edits.record(run, document.id, recording.text, recording.settings, mine, recording.result)
        return {
            "document": told(document),
            "replay": {"id": run, "frames": mine, "settings": recording.settings},
        }


def load() -> Recording:
    kept = json.loads(PATH.read_text(encoding="utf-8"))
    return Recording(kept["sample"], kept["text"], kept["settings"], kept["result"], kept["frames"])

"""Record the run that a first visit shows, with the embedded model: ``python -m editor.record``."""

from __future__ import annotations

import argparse
import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import engine
from editor.errors import EditorError
from editor.export.export import data
from editor.languages import Sample, sample_named
from editor.payload import Payload
from editor.runs import recordings
from editor.service import EditService
from storage import Run, open_store

SAMPLE, SYSTEM, SEED, LENGTH = "1-a-walk-by-the-sea.txt", "llada", 4, "10"
WORDS = "a few boats were already on their way out to sea"


def run_of(service: EditService, title: str, language: str, text: str, place: tuple[int, int], asked: Payload) -> Run:
    """A run of the page over one span of a new document. Raises EditorError."""
    run, document = uuid.uuid4().hex, service.store.documents.create(title, language, text)
    where = {"run": run, "document": document.id, "text": text, "spans": [list(place)]}
    for batch in service.run({**where, **asked}):
        for frame in json.loads(batch)["frames"]:
            if "error" in frame:
                raise EditorError(frame["error"]["code"], frame["error"]["message"])
    return service.store.runs.get(run)


@contextmanager
def desk(ways: engine.Ways) -> Iterator[EditService]:
    """An editor whose documents are thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/desk.sqlite3")
        try:
            yield EditService(ways, store)
        finally:
            store.engine.dispose()


def record(ways: engine.Ways, sample: Sample, words: str, system: str, seed: int, length: str = "auto") -> Run:
    """Rewrite some words of a sample, as the page would."""
    text = sample.path.read_text(encoding="utf-8")
    at = text.find(words)
    if at < 0 or not words:
        raise EditorError("unknown_words", f"{sample.name} does not hold {words!r}; choose words of it")
    asked = {"system": system, "seed": seed, "length": length, "candidates": 1}
    with desk(ways) as service:
        run = run_of(service, sample.title, sample.language, text, (at, at + len(words)), asked)
    own = {p.name: p.default for p in engine.SYSTEMS[system].parameters}
    return replace(run, id="first", settings={**own, **run.settings})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m editor.record", description="Record the run of a first visit.")
    parser.add_argument("--sample", default=SAMPLE, help="a file of assets/samples")
    parser.add_argument("--words", default=WORDS, help="words of it to rewrite")
    parser.add_argument("--system", default=SYSTEM, choices=list(engine.SYSTEMS))
    parser.add_argument("--seed", default=SEED, type=int)
    parser.add_argument("--length", default=LENGTH, help="auto, shorter, same, longer or a number of tokens")
    chosen = parser.parse_args(arguments)
    sample = sample_named(chosen.sample)
    ways = engine.load_ways(device="cpu")
    ways.rest()  # so that no step waits for it
    run = record(ways, sample, chosen.words, chosen.system, chosen.seed, chosen.length)
    known = json.loads(data(run, sample.title, sample.language, "recorded")) | {"sample": sample.name}
    recordings.PATH.parent.mkdir(exist_ok=True)
    recordings.PATH.write_text(json.dumps(known, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{recordings.PATH}: {chosen.words!r} became {run.result[0]!r}, {recordings.PATH.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()

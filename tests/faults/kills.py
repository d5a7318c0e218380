"""kill -9 at random moments: while edits are acknowledged, and while an old database is brought up to date."""

from __future__ import annotations

import http.client
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from alembic import command

from storage import open_store
from storage.opening import configuration
from tests.conftest import ROOT
from tests.faults.client import Typist, serving
from tests.faults.outcome import Outcome

OPENING = """
import sys
import storage, storage.upkeep
print("now", flush=True)
store = storage.open_store(sys.argv[1])
store.upkeep.run()
"""


def editing(folder: Path, kills: int = 20, commits: int = 500, seed: int = 1) -> Iterator[Outcome]:
    """Kill the server at random moments of so many commits, with drafts saved between them, on one database."""
    path, dice = folder / "killed.sqlite3", random.Random(seed)
    typist: Typist | None = None
    moments = sorted([*dice.sample(range(1, commits), kills - 1), commits])
    for number, moment in enumerate(moments):
        before = typist.acknowledged if typist else 0
        with serving(path) as server:
            typist = typist or Typist.on(server)
            while typist.commits < moment:
                assert typist.edit(server), typist.refused
            killer = threading.Timer(dice.uniform(0, 0.1), server.process.kill)  # in the middle of what comes now
            killer.start()
            try:
                while typist.edit(server):
                    pass
            except (OSError, http.client.HTTPException):
                pass
            killer.join()
        fault = f"kill -9, {number + 1} of {kills}, after {typist.commits} commits"
        yield Outcome(fault, typist.acknowledged - before, typist.lost(path), "-")


def migrating(folder: Path, kills: int = 12, seed: int = 1) -> Iterator[Outcome]:
    """Kill the program while it opens a database of an older version, and counts what that did not count."""
    path, dice = folder / "old.sqlite3", random.Random(seed)
    revisions = old(path)
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", OPENING, f"sqlite:///{path}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stdout.readline() == "now\n"
        time.sleep(dice.uniform(0, 0.25))
        process.kill()
        process.communicate()
    store = open_store(f"sqlite:///{path}")
    lost = sum(
        key not in {r.id for r in store.documents.history(1)} or store.revisions.get(key).text != revisions[key]
        for key in revisions
    )
    store.upkeep.count()
    lost += len(store.upkeep.damaged())
    store.engine.dispose()
    yield Outcome(f"kill -9 while migrating, {kills} times", len(revisions), lost, "-")


def old(path: Path, count: int = 60) -> dict[str, str]:
    """Make a database of the version before figures were stored, with drafts that were typed over; its revisions' texts."""
    store = open_store(f"sqlite:///{path}")
    document = store.documents.create("old", "prose", "start")
    base = document.base
    for number in range(count):
        base = store.edits.commit(
            document.id, base, f"text {number} {random.Random(number).randbytes(3_000).hex()}"
        ).base
    kept = {r.id: store.revisions.get(r.id).text for r in store.documents.history(document.id)}
    command.downgrade(configuration(store.engine), "0003")
    with store.engine.begin() as connection:
        for number in range(200):
            connection.exec_driver_sql("INSERT INTO texts VALUES (?, randomblob(20000))", (f"typed over {number}",))
    store.engine.dispose()
    return kept

"""No room on the disk: while edits are saved, and while an old database is brought up to date."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import StorageError, open_store
from tests.faults.client import Server, Typist, serving
from tests.faults.kills import old
from tests.faults.outcome import Outcome

GROWING = 4_000
"""lines of the longest edit: the disk must fill"""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of its own, where one may be mounted here; whether there is one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    try:
        mounted = not subprocess.run(mount, capture_output=True).returncode
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def only_readable(path: Path) -> Iterator[bool]:
    """A file or folder that nobody may write to, not even root, where that can be had; whether it can."""
    if os.geteuid():
        mode = path.stat().st_mode
        path.chmod(mode & ~0o222)
        try:
            yield True
        finally:
            path.chmod(mode)
        return
    over = [["mount", "--bind", str(path), str(path)], ["mount", "-o", "remount,bind,ro", str(path)]]
    try:
        yield not any(subprocess.run(command, capture_output=True).returncode for command in over)
    finally:
        subprocess.run(["umount", "-l", str(path)], capture_output=True)


def until_refused(server: Server, typist: Typist, code: tuple[str, ...]) -> str:
    """Edit until neither a draft nor a revision has room. Everything can be read then. What was said."""
    ways: set[bool] = set()
    while len(ways) < 2:
        if not typist.edit(server, GROWING):
            ways.add(typist.count % 3 == 0)
        assert typist.count < 3_000, "the disk never was full"
    assert all(said.startswith(code) for said in typist.refused), typist.refused
    opened = server.call("open", {"document": typist.document})
    assert opened["text"] == typist.text and server.call("documents", {})["documents"]
    assert server.call("history", {"document": typist.document})["revisions"]
    return typist.refused[-1]


def saving(folder: Path) -> Iterator[Outcome]:
    """A small disk that another program fills; then it goes away, and the same edit is sent again."""
    fault = "disk full while saving and committing"
    with small_disk(folder / "disk", 6) as mounted:
        if not mounted:
            yield Outcome(fault, 0, 0, "not tried: only root may mount a small disk")
            return
        path, filler = folder / "disk" / "full.sqlite3", folder / "disk" / "other"
        with serving(path) as server:
            typist = Typist.on(server)
            for _ in range(9):
                assert typist.edit(server)
            filler.write_bytes(bytes(max(0, _room(filler.parent) - 200_000)))
            said = until_refused(server, typist, ("disk_full",))
            filler.unlink()
            assert typist.edit(server, 20), typist.refused
        yield Outcome(fault, typist.acknowledged, typist.lost(path), said)


def _room(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def limited(folder: Path) -> Iterator[Outcome]:
    """A file that may not grow beyond a quota."""
    path = folder / "quota.sqlite3"
    with serving(path, limit=400_000) as server:
        typist = Typist.on(server)
        said = until_refused(server, typist, ("disk_error", "disk_full"))
    yield Outcome("file at its quota", typist.acknowledged, typist.lost(path), said)


def migrating(folder: Path) -> Iterator[Outcome]:
    """An old database on a disk that has no room for the migration; then it has."""
    fault = "disk full while migrating"
    with small_disk(folder / "tight", 24) as mounted:
        if not mounted:
            yield Outcome(fault, 0, 0, "not tried: only root may mount a small disk")
            return
        path, filler = folder / "tight" / "old.sqlite3", folder / "tight" / "other"
        revisions = old(path)
        filler.write_bytes(bytes(max(0, _room(filler.parent) - 20_000)))
        try:
            open_store(f"sqlite:///{path}").engine.dispose()
            raise AssertionError("there was room enough")
        except StorageError as error:
            said = f"{error.code}: {error}"
        assert said.startswith("disk_full"), said
        filler.unlink()
        store = open_store(f"sqlite:///{path}")
        lost = len(revisions.keys() - {r.id for r in store.documents.history(1)}) + len(store.upkeep.damaged())
        store.engine.dispose()
        yield Outcome(fault, len(revisions), lost, said)

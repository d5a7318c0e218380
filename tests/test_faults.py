"""A short version of ``python -m tests.faults``: some of each kind, with figures printed where the whole takes minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.errors import reply, status
from storage import DatabaseBusy, DatabaseDamaged, DiskError, DiskFull, ReadOnly, StorageError
from storage.database.refusals import refused
from tests.faults import kills, locks
from tests.faults.outcome import shown

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_to_a_kill_a_migration_or_the_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = [
        *kills.editing(tmp_path, kills=1, commits=4), *kills.migrating(tmp_path, kills=2), *locks.backwards(tmp_path, edits=10)
    ]  # fmt: skip
    assert all(outcome.acknowledged for outcome in outcomes)
    with capsys.disabled():
        print()
        assert shown(outcomes) == 0


@pytest.mark.parametrize(
    ("kind", "code", "answer"),
    [
        (DatabaseBusy, "database_busy", 503), (DiskFull, "disk_full", 503), (DiskError, "disk_error", 503),
        (ReadOnly, "read_only", 503), (DatabaseDamaged, "database_damaged", 500),
    ],
)  # fmt: skip
def test_what_passes_is_told_apart_from_what_does_not(kind: type[StorageError], code: str, answer: int) -> None:
    error = refused(kind, "notes.sqlite3", "why")
    assert status(error) == answer and reply(error) == {"error": {"code": code, "message": str(error)}}
    assert "notes.sqlite3" in str(error) and "\n" not in str(error)

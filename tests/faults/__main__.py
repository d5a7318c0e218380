"""``python -m tests.faults [kills] [disks] [locks] [starts] [--kills N] [--edits N]``: cause faults, print what came of them.

Acknowledged edits that are lost must be 0 in every line; it ends with 1 where they are not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults import disks, kills, locks, starts
from tests.faults.outcome import Outcome, shown

KINDS = ("kills", "disks", "locks", "starts")


def faults(folder: Path, kinds: list[str], times: int, edits: int) -> Iterator[Outcome]:
    if "kills" in kinds:
        yield from kills.editing(folder, times, edits)
        yield from kills.migrating(folder)
    if "disks" in kinds:
        yield from disks.saving(folder)
        yield from disks.limited(folder)
        yield from disks.migrating(folder)
    if "locks" in kinds:
        yield from locks.locked(folder)
        yield from locks.two_programs(folder)
        yield from locks.backwards(folder)
    if "starts" in kinds:
        yield from starts.refused(folder)
        yield from starts.offered(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Faults, and what is lost by them.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} (all of these)")
    parser.add_argument("--kills", type=int, default=8, help="how often the server is killed while edits are saved (8)")
    parser.add_argument("--edits", type=int, default=60, help="edits before each kill, at most (60)")
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - set(KINDS):
        parser.error(f"no kind is called {', '.join(sorted(unknown))}; choose {', '.join(KINDS)}")
    with tempfile.TemporaryDirectory() as folder:
        return int(shown(faults(Path(folder), chosen.kinds or list(KINDS), chosen.kills, chosen.edits)) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.faults [kills] [disks] [locks] [starts] [--kills N] [--commits N]``: cause faults, print what came of them.

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


def faults(folder: Path, kinds: list[str], times: int, commits: int) -> Iterator[Outcome]:
    if "kills" in kinds:
        yield from kills.editing(folder, times, commits)
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
        yield from starts.only_readable(folder)
        yield from starts.offered(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Faults, and what is lost by them.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} (all of these)")
    parser.add_argument(
        "--kills", type=int, default=20, help="how often the server is killed while edits are saved (20)"
    )
    parser.add_argument("--commits", type=int, default=500, help="revisions made meanwhile (500)")
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - set(KINDS):
        parser.error(f"no kind is called {', '.join(sorted(unknown))}; choose {', '.join(KINDS)}")
    if not 0 < chosen.kills <= chosen.commits:
        parser.error(f"there can be 1 to {chosen.commits} kills in {chosen.commits} commits, not {chosen.kills}")
    with tempfile.TemporaryDirectory() as folder:
        return int(shown(faults(Path(folder), chosen.kinds or list(KINDS), chosen.kills, chosen.commits)) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""What came of a fault, and the table of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTHS = (44, 12, 5)


@dataclass(frozen=True, slots=True)
class Outcome:
    fault: str
    acknowledged: int
    lost: int
    message: str
    """what the program said; what it must say is checked by who caused the fault"""


def shown(outcomes: Iterable[Outcome]) -> int:
    """Print a line for each as it comes; how much was lost in all."""
    print(f"{'fault':{WIDTHS[0]}} {'acknowledged':>{WIDTHS[1]}} {'lost':>{WIDTHS[2]}}  what it said")
    acknowledged = lost = 0
    for o in outcomes:
        print(f"{o.fault:{WIDTHS[0]}} {o.acknowledged:>{WIDTHS[1]}} {o.lost:>{WIDTHS[2]}}  {o.message}", flush=True)
        acknowledged, lost = acknowledged + o.acknowledged, lost + o.lost
    print(f"{'in all':{WIDTHS[0]}} {acknowledged:>{WIDTHS[1]}} {lost:>{WIDTHS[2]}}")
    return lost

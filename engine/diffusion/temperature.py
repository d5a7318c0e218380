"""How freely tokens are drawn as a run goes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Temperature:
    """How freely tokens are drawn: from ``start`` at t = 1 in a straight line to ``end`` at t = 0."""

    start: float = 0.0
    end: float = 0.0
    others: float = 0.0
    """the least for every row but the first: candidates that are all drawn the same way are all the same"""

    def at(self, t: float) -> float:
        return self.end + (self.start - self.end) * t

    def rows(self, t: float, rows: int) -> list[float]:
        """That of every row."""
        first = self.at(t)
        return [first] + [max(first, self.others)] * (rows - 1)


COLD = Temperature()

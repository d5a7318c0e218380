"""How much likelier small changes make a text, by a causal model: all of them as one batch.

The passage is read once. Every change branches off from that reading at its own place and is run with a window of the text behind
it, so a change costs a dozen tokens and not the passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.context.reader import Reader

WINDOW = 12
"""tokens behind a change that are read"""

Edit = tuple[int, int, tuple[int, ...]]
"""tokens [first, last) of the passage become others"""


@dataclass(frozen=True, slots=True)
class TriedEdit:
    """One edit as it is run. What both texts begin with alike is left out."""

    begin: int
    """where the texts part"""
    ids: tuple[int, ...]
    """what stands from there on, with a window behind it"""
    first: float
    """log-probability of the first of them"""
    base: float
    """log-probability of what the passage has there, with the same window"""
    left: float
    """nats by which the new words are likelier than the old ones so far as is known without running them: their first token"""


class WindowJudge:
    """The reading of one passage: ``before`` (never empty) and what follows are known, ``ids`` may be changed."""

    def __init__(self, reader: Reader, before: tuple[int, ...], ids: Sequence[int], after: Sequence[int]) -> None:
        for _ in reader.read(before[:-1]):
            pass
        self._ids = torch.tensor([before[-1], *ids, *after[:WINDOW]], device=reader.model.device)
        self._branch = reader.branch(before[:-1], 1)
        self._next = self._branch.extend(self._ids[None])[0]
        """(n, V) log-probability of what follows each token"""
        self._known = self._next[:-1].gather(-1, self._ids[1:, None]).squeeze(-1)
        """(n - 1,) log-probability of each token of the passage and behind it"""

    def rows(self, edits: Sequence[Edit]) -> list[TriedEdit | None]:
        """The edits as they would be run; None for one that changes nothing."""
        known = torch.cat([self._known.new_zeros(1).double(), self._known.double().cumsum(0)]).tolist()
        read: list[TriedEdit | None] = []
        plain = self._ids[1:].tolist()
        for first, last, new in edits:
            old, same = plain[first:last], 0
            while same < min(len(old), len(new)) and old[same] == new[same]:
                same += 1
            begin, fresh = first + same, new[same:]
            behind = plain[last : last + WINDOW]
            ids = (*fresh, *behind)
            if not ids or tuple(old) == tuple(new):
                read.append(None)
                continue
            head = float(self._next[begin, ids[0]])
            left = head - (known[last] - known[begin]) if fresh else 0.0
            read.append(TriedEdit(begin, ids, head, known[last + len(behind)] - known[begin], left))
        return read

    def gains(self, rows: Sequence[TriedEdit]) -> list[float]:
        """Nats by which each makes the text likelier. One forward pass."""
        if not rows:
            return []
        device = self._ids.device
        width = max(2, *(len(row.ids) for row in rows))
        batch = torch.zeros(len(rows), width, dtype=torch.long)
        for at, row in enumerate(rows):
            batch[at, : len(row.ids)] = torch.tensor(row.ids)
        cuts = torch.tensor([row.begin + 1 for row in rows], device=device)
        scores: Tensor = self._branch.probe(torch.zeros_like(cuts), cuts, batch.to(device))
        lengths = torch.tensor([len(row.ids) - 1 for row in rows], device=device)
        inside = torch.arange(width - 1, device=device) < lengths[:, None]
        rest = (scores * inside).sum(-1).tolist()
        return [row.first + more - row.base for row, more in zip(rows, rest, strict=True)]

"""Neighbouring slots that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from torch import Tensor


def groups(marked: Tensor) -> Iterator[tuple[int, int, int]]:
    """(row, start, end) of every run of marked slots in (B, L), in order."""
    for row, flags in enumerate(marked.tolist()):
        at = 0
        for flag, run in groupby(flags):
            size = len(list(run))
            if flag:
                yield row, at, at + size
            at += size

"""Rows of text as the inputs of DiT networks.

Shapes: N rows, S tokens, L slots.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.context.inputs import Inputs
from engine.models.masked.text import MaskedRow


def inputs_of(row: MaskedRow, noisy: Tensor) -> Inputs:
    """The inputs of rows in reading order. noisy: (N, L) slots. Ranks are positions."""
    slots = row.at.shape[1]
    at = torch.arange(row.ids.shape[1], device=row.ids.device).expand(row.ids.shape)
    by_slot = torch.arange(slots, device=row.ids.device).expand(row.at.shape)
    places = moved(row, by_slot - slots - at.gather(1, row.at)) + slots + at
    hidden = on_slots(row, noisy & ~row.gone)
    return Inputs(row.ids, at, places, row.there, hidden, at, torch.zeros_like(hidden))


def moved(row: MaskedRow, values: Tensor) -> Tensor:
    """(N, S) of values (N, L) at their slots' positions, 0 elsewhere."""
    return torch.zeros_like(row.ids).scatter_add(1, row.at, values.masked_fill(row.gone, 0))


def on_slots(row: MaskedRow, values: Tensor) -> Tensor:
    """(N, S) bool of values (N, L) bool at their slots' positions, False elsewhere."""
    return moved(row, values.long()) > 0

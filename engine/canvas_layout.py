"""How a canvas is laid out for a causal network that was taught to see both sides.

The autoregressive shift stays: the query that scores slot i carries the token at i - 1 where it is known and MASK where it is
not, at position i - 1. A gap's first query repeats the token before the gap. Positions count slots, so the text after a gap
starts where its canvas ends.

Shapes: N rows, L slots of G gaps, Q = L + G inputs (bidirectional, causal) or 2 L + G (Eso-LM A and B).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.attention import Attention, visibility
from engine.canvas import Context


def places(context: Context) -> tuple[list[int], list[int]]:
    """(position of every context token, position of every gap's first slot) in document order."""
    positions: list[int] = []
    starts, at = [], 0
    for index, segment in enumerate(context.segments):
        positions += range(at, at + len(segment))
        at += len(segment)
        if index < len(context.gaps):
            starts.append(at)
            at += context.gaps[index].slots
    return positions, starts


def before(context: Context, first: int) -> list[int]:
    """For every gap the token before it; ``first`` where a gap has no text before it."""
    found = []
    for segment in context.segments[:-1]:
        first = segment[-1] if segment else first
        found.append(first)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """One forward pass over a canvas."""

    ids: Tensor
    """(N, Q)"""
    positions: Tensor
    """(Q,)"""
    visible: Tensor
    """(N, Q, Q) bool: which inputs an input sees besides the whole context"""
    scoring: Tensor
    """(L,) the input that scores each slot"""


def layout(
    ids: Tensor,
    noisy: Tensor,
    order: Tensor | None,
    previous: Sequence[int],
    starts: Sequence[int],
    lengths: Sequence[int],
    attention: Attention,
    mask_id: int,
) -> Layout:
    """Lay out canvases (N, L).

    Args:
        noisy: (N, L) slots that count as masks for the attention; their ids are read as they stand.
        order: (N, L) the rank in which each slot is generated; needed by Eso-LM.
        previous: per gap, the token before it.
        starts: per gap, the position of its first slot.
        lengths: per gap, its slots.
    """
    n, device = ids.shape[0], ids.device
    slots = (
        torch.cat([torch.arange(k) + start for start, k in zip(starts, lengths, strict=True)]) if lengths else ids[0]
    )
    gap = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    own = torch.arange(len(gap)) + gap + 1  # the input that carries each slot
    heads = torch.tensor([sum(lengths[:g]) + g for g in range(len(lengths))])
    content = torch.empty(n, len(gap) + len(lengths), dtype=torch.long, device=device)
    content[:, own] = ids
    content[:, heads] = torch.tensor(previous, device=device).expand(n, -1)
    positions = torch.empty(content.shape[1], dtype=torch.long)
    positions[own], positions[heads] = slots, torch.tensor(starts) - 1
    # The repeated tokens are clean and come first in every order.
    hidden = torch.zeros(content.shape, dtype=torch.bool, device=device)
    hidden[:, own] = noisy
    ranks = None
    if order is not None:
        ranks = torch.full(content.shape, -1, dtype=torch.long, device=device)
        ranks[:, own] = order
    if attention in ("bidirectional", "causal"):
        return Layout(content, positions.to(device), visibility(attention, hidden, ranks), (own - 1).to(device))
    return _two_streams(content, positions.to(device), hidden, ranks, own.to(device), mask_id, attention)


def _two_streams(
    content: Tensor,
    positions: Tensor,
    hidden: Tensor,
    ranks: Tensor | None,
    own: Tensor,
    mask_id: int,
    attention: Attention,
) -> Layout:
    """Eso-LM under the shift. What a clean token's keys may depend on differs from what the score of the slot after it needs, and
    a mask's place in the order is that of the slot it scores: so contents and queries are inputs of their own."""
    assert ranks is not None, f"{attention} needs the order of generation"
    q, slots = content.shape[1], len(own)
    # A query carries the token before its slot, MASK where that is undecided.
    asked = torch.where(hidden, mask_id, content)[:, own - 1]
    visible = torch.zeros(content.shape[0], q + slots, q + slots, dtype=torch.bool, device=content.device)
    clean = ~hidden[:, None, :]
    visible[:, :q, :q] = clean & visibility(attention, hidden, ranks)
    visible[:, q:, :q] = clean & (ranks[:, None, :] < ranks[:, own, None])
    # Masks are causal in generation order; a query of a clean slot is seen by itself alone.
    masks = hidden[:, own]
    visible[:, q:, q:] = (ranks[:, None, own] <= ranks[:, own, None]) & masks[:, None, :] & masks[:, :, None]
    if attention == "eso-a":
        visible[:, q:, :q] |= clean & masks[:, :, None]
    visible = visible | torch.eye(q + slots, dtype=torch.bool, device=content.device)
    scoring = torch.arange(q, q + slots, device=content.device)
    return Layout(torch.cat([content, asked], 1), torch.cat([positions, positions[own - 1]]), visible, scoring)

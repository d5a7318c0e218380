"""How a canvas is laid out for a causal network that was taught to see both sides.

The autoregressive shift stays: the query that scores slot i carries the token at i - 1 where it is known and MASK where it is
not, at position i - 1. A gap's first query repeats the token before the gap. Positions count slots, so the text after a gap
starts where its canvas ends.

Shapes: N rows, L slots of G gaps, Q = L + G inputs (bidirectional, causal) or 2 L + G (Eso-LM A and B).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.context.inputs import Inputs
from engine.context.ordered import seen
from engine.diffusion.attention import Attention
from engine.text.context import Context


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
    inputs, own = contents(ids, noisy, order, previous, starts, lengths)
    if attention in ("bidirectional", "causal"):
        return Layout(inputs.ids, inputs.positions[0], seen(attention, inputs), own - 1)
    assert order is not None, f"{attention} needs the order of generation"
    both = streams(inputs, own, mask_id)
    visible = seen(attention, both)
    if attention == "eso-a":  # a written slot's query is not to see what stands there
        spare = ~both.there & ~both.noisy
        visible = torch.where(spare[..., None], seen("eso-b", both), visible)
    return Layout(both.ids, both.positions[0], visible, torch.arange(inputs.width, both.width, device=ids.device))


def contents(
    ids: Tensor,
    noisy: Tensor,
    order: Tensor | None,
    previous: Sequence[int],
    starts: Sequence[int],
    lengths: Sequence[int],
) -> tuple[Inputs, Tensor]:
    """(what carries each gap's head, the token before it, and its slots (N, L + G); those that carry the slots (L,)). Heads are
    clean and come first in every order."""
    (n, slots), gaps, device = ids.shape, len(lengths), ids.device

    def laid(on_heads: Sequence[int], on_slots: Tensor) -> Tensor:
        heads = torch.tensor(on_heads, dtype=on_slots.dtype, device=device).expand(n, gaps)
        parts = on_slots.expand(n, slots).split(list(lengths), 1) if lengths else [on_slots]
        return torch.cat([x for gap, part in enumerate(parts) for x in (heads[:, gap : gap + 1], part)], 1)

    positions = [start + i for start, count in zip(starts, lengths, strict=True) for i in range(count)]
    inputs = Inputs(
        ids=laid(previous, ids),
        positions=laid([start - 1 for start in starts], torch.tensor(positions, dtype=torch.long, device=device)),
        places=laid(range(slots, slots + gaps), torch.arange(slots, device=device)),
        there=torch.ones(n, slots + gaps, dtype=torch.bool, device=device),
        noisy=laid([False] * gaps, noisy),
        ranks=laid([-1] * gaps, torch.arange(slots, device=device) if order is None else order),
        sequential=torch.zeros(n, slots + gaps, dtype=torch.bool, device=device),  # it was not taught the difference
    )
    return inputs, (inputs.places[0] < slots).nonzero().flatten()


def streams(inputs: Inputs, own: Tensor, mask_id: int) -> Inputs:
    """Eso-LM under the shift: contents, then a query of every slot. What a clean token's keys may depend on differs from what the
    score of the slot after it needs, and a mask's place in the order is that of the slot it scores: so they are inputs of their
    own. A query comes just before its slot's content in the order; a mask has no content, a written slot's query is not seen."""
    ids, noisy = torch.where(inputs.noisy, mask_id, inputs.ids), inputs.noisy[:, own]
    # A query carries the token before its slot, MASK where that is undecided.
    queries = Inputs(
        ids[:, own - 1],
        inputs.positions[:, own - 1],
        inputs.places[:, own],
        noisy,
        noisy,
        2 * inputs.ranks[:, own],
        inputs.sequential[:, own],
    )
    return replace(inputs, there=~inputs.noisy, ranks=2 * inputs.ranks + 1).then(queries)

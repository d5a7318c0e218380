"""Examples as tensors, and the cross-entropy of a writer on them.

Shapes: W contexts, R rows each, N = W R, P context tokens, Q inputs, L slots, H hidden size, V vocabulary. Everything is
padded to the longest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.context.shared_attention import SharedKeys
from engine.models.writer.layout import before, layout, places
from engine.text.tokenizer import Vocabulary
from engine.training.examples.rows import SAMPLED
from engine.training.examples.tasks import Example

IGNORE = -100


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    context: Tensor
    """(W, P)"""
    context_positions: Tensor
    """(W, P)"""
    context_visible: Tensor
    """(W, P) bool"""
    ids: Tensor
    """(N, Q)"""
    positions: Tensor
    """(N, Q)"""
    visible: Tensor
    """(N, Q, Q) bool"""
    scoring: Tensor
    """(N, L) the input that scores each slot"""
    target: Tensor
    """(N, L), IGNORE where padded"""
    weight: Tensor
    """(N, L)"""
    noisy: Tensor
    """(N, L) bool"""
    task: Tensor
    """(N,) index of the example's task in ``tasks``"""

    def to(self, device: torch.device | str) -> Batch:
        return replace(self, **{f.name: getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)})


TASKS = ("infill", "continue", "edit", "revise")


class TrainedNetwork(Protocol):
    """The frozen reader and the writer on it."""

    def read(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> None:
        """The reader's pass: leaves keys and values in ``shared.new``. No gradient."""
        ...

    def write(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> Tensor:
        """(N, Q, H) of the writer."""
        ...

    def guess(self, ids: Tensor, positions: Tensor, shared: SharedKeys) -> Tensor:
        """(N, Q, H) of the reader. No gradient."""
        ...

    def head(self, hidden: Tensor, writer: bool) -> Tensor:
        """(M, H) -> (M, V)"""
        ...


def collate(examples: Sequence[Example], vocabulary: Vocabulary) -> Batch:
    """Pad examples to one batch."""
    start = vocabulary.tokenizer.bos_id
    rows = len(examples[0].rows)
    contexts, where = [], []
    parts: list[tuple[Tensor, ...]] = []
    for example in examples:
        # A beginning-of-text token stands in front, as in use: no canvas is without context.
        segments = ((start, *example.context.segments[0]), *example.context.segments[1:])
        context = replace(example.context, segments=segments)
        positions, starts = places(context)
        contexts.append(torch.tensor([i for segment in segments for i in segment]))
        where.append(torch.tensor(positions))
        shown = torch.tensor([row.shown for row in example.rows])
        noisy = torch.tensor([row.noisy for row in example.rows])
        order = torch.tensor([row.order for row in example.rows])
        slots = [gap.slots for gap in context.gaps]
        laid = layout(shown, noisy, order, before(context, start), starts, slots, example.attention, vocabulary.mask_id)
        target = torch.tensor(example.target).expand(rows, -1)
        weight = torch.tensor([row.weight for row in example.rows])
        parts.append(
            (
                laid.ids,
                laid.positions.expand(rows, -1),
                laid.visible,
                laid.scoring.expand(rows, -1),
                target,
                weight,
                noisy,
                torch.full((rows,), TASKS.index(example.task)),
            )
        )
    q, size, p = (
        max(t.shape[1] for t in column)
        for column in ([x[0] for x in parts], [x[4] for x in parts], [c[None] for c in contexts])
    )
    ids, positions_, scoring, target, weight, noisy = (
        torch.cat([_pad(part[k], width, value) for part in parts])
        for k, width, value in ((0, q, 0), (1, q, 0), (3, size, 0), (4, size, IGNORE), (5, size, 0), (6, size, False))
    )
    return Batch(
        torch.cat([_pad(c[None], p, 0) for c in contexts]),
        torch.cat([_pad(w[None], p, 0) for w in where]),
        torch.cat([_pad(torch.ones(1, len(c), dtype=torch.bool), p, False) for c in contexts]),
        ids,
        positions_,
        torch.cat([torch.nn.functional.pad(x[2], (0, q - x[2].shape[2], 0, q - x[2].shape[1])) for x in parts]),
        scoring,
        target,
        weight,
        noisy,
        torch.cat([part[7] for part in parts]),
    )


def _pad(rows: Tensor, width: int, value: float) -> Tensor:
    return torch.nn.functional.pad(rows, (0, width - rows.shape[1]), value=value)


def read(network: TrainedNetwork, batch: Batch) -> SharedKeys:
    """Encode the contexts once; each serves all of its rows."""
    p = batch.context.shape[1]
    causal = torch.ones(p, p, dtype=torch.bool, device=batch.context.device).tril()
    # A padded token sees the first one, so that its scores are finite; nobody sees it.
    seen = causal & (batch.context_visible[:, None] | torch.eye(p, dtype=torch.bool, device=causal.device))
    shared = SharedKeys([], None, seen, batch.context_positions, batch.context_positions)
    network.read(batch.context, batch.context_positions, shared)
    layers = [shared.new[layer] for layer in range(len(shared.new))]
    return SharedKeys(layers, None, batch.visible, batch.positions, batch.positions, batch.context_visible)


def fill_sampled(
    network: TrainedNetwork, batch: Batch, shared: SharedKeys, rng: torch.Generator, vocabulary: Vocabulary
) -> Batch:
    """Replace SAMPLED by tokens the untouched model finds likely there, from the true text before them."""
    wanted = batch.ids == SAMPLED
    if not wanted.any():
        return batch
    rows = wanted.any(-1).nonzero().squeeze(-1)
    ids = batch.ids[rows].clone()
    # Without marks the layout is [token before | slots], so a slot's own input is the one behind its query.
    target = batch.target[rows].clamp_min(0)
    inside = batch.target[rows] != IGNORE
    own = batch.scoring[rows] + 1
    ids[torch.arange(len(rows), device=ids.device)[:, None].expand_as(own)[inside], own[inside]] = target[inside]
    q = ids.shape[1]
    # The model does not know NULL, and has never seen what comes after: it reads the words alone, closed up.
    words = ids != vocabulary.null_id
    own_place = torch.eye(q, dtype=torch.bool, device=ids.device)
    causal = (torch.ones_like(own_place).tril() & words[:, None]) | own_place
    first = batch.positions[rows, :1]
    positions = first + words.cumsum(-1) - 1
    of = rows // (len(batch.ids) // len(batch.context))  # the context of each row
    context = [(k[of], v[of]) for k, v in shared.context]
    earlier = batch.context_visible[of] & (batch.context_positions[of] < first)
    hidden = network.guess(
        ids.clamp_min(0), positions, SharedKeys(context, None, causal, positions, positions, earlier)
    )
    r, i = wanted[rows].nonzero(as_tuple=True)
    last = torch.where(words, torch.arange(q, device=ids.device), 0).cummax(-1).values[r, i - 1]  # the word before
    scores = network.head(hidden[r, last], writer=False).float()
    scores[:, list(vocabulary.tokenizer.special_ids)] = -torch.inf
    filled = batch.ids.clone()
    filled[rows[r], i] = draw(scores.softmax(-1), rng)
    return replace(batch, ids=filled)


def draw(p: Tensor, rng: torch.Generator) -> Tensor:
    """(M,) tokens drawn from p (M, V), where p lies: only one number a row comes from the generator, which is the processor's."""
    below = p.cumsum(-1)
    place = torch.rand(len(below), 1, generator=rng).to(p.device) * below[:, -1:]
    return torch.searchsorted(below, place, right=True).squeeze(-1).clamp_max(p.shape[-1] - 1)


def losses(network: TrainedNetwork, batch: Batch, shared: SharedKeys, mask_id: int) -> Tensor:
    """(N, L) cross-entropy in nats of every slot with a weight; 0 elsewhere. Only those slots go through the head."""
    hidden = network.write(batch.ids, batch.positions, shared)
    row, slot = (batch.weight > 0).nonzero(as_tuple=True)
    picked = hidden[row, batch.scoring[row, slot]]
    values = torch.cat(list(_entropies(network, picked, batch.target[row, slot], mask_id)))
    return torch.zeros(batch.weight.shape, device=values.device).index_put((row, slot), values)


HEAD_ROWS = 8192
"""slots scored at once: their scores over the vocabulary are the largest tensor of a step"""


def _entropies(network: TrainedNetwork, picked: Tensor, target: Tensor, mask_id: int) -> Iterator[Tensor]:
    for part, wanted in zip(picked.split(HEAD_ROWS), target.split(HEAD_ROWS), strict=True):
        scores = network.head(part, writer=True).float()
        blocked = torch.zeros(scores.shape[-1], device=scores.device)
        blocked[mask_id] = -torch.inf  # a mask is never an answer
        yield cross_entropy(scores + blocked, wanted, reduction="none")

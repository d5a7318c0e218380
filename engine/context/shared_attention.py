"""Attention over a context that all rows share.

When N rows share one context, its keys and values are not copied per row: attention over [context | own tokens] is computed
in two parts that are merged by their log-sum-exp (as in FlashAttention, arXiv 2205.14135, and cascade inference). Where every
row has a context of its own, torch's fused attention does it in one.

Shapes: P context tokens, C contexts (1, N, or as many as share the rows equally), N rows, S tokens a row has so far, q new
tokens, H heads, K key heads, D head size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

FUSED = 8
"""queries of one row from which on fused attention pays (measured on two CPU cores)"""


@dataclass(slots=True)
class SharedKeys:
    """What one forward pass attends to, and what it leaves behind. Lists are per layer."""

    context: list[tuple[Tensor, Tensor]]
    """keys and values (C, K, P, D)"""
    own: list[tuple[Tensor, Tensor]] | None
    """keys and values (N, K, S, D) of each row's own tokens"""
    visible: Tensor
    """(N, q, S + q) bool: which own tokens a query sees"""
    positions: Tensor
    """(N, q) of the queries"""
    own_positions: Tensor
    """(N, S + q) of the own tokens, new ones last"""
    context_visible: Tensor | None = None
    """(C, P) bool: which context tokens are there, where contexts of several lengths are padded; None: all are"""
    new: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def to(self, device: torch.device) -> SharedKeys:
        """With what all layers share on a device. Keys and values are where their layer is."""
        visible, positions, own = (x.to(device) for x in (self.visible, self.positions, self.own_positions))
        seen = None if self.context_visible is None else self.context_visible.to(device)
        return SharedKeys(self.context, self.own, visible, positions, own, seen, self.new)


def alone(positions: Tensor) -> SharedKeys:
    """Rows with positions (N, q) and nothing before them: every token sees itself and those before it."""
    n, q = positions.shape
    visible = torch.ones(q, q, dtype=torch.bool, device=positions.device).tril().expand(n, -1, -1)
    return SharedKeys([], None, visible, positions, positions)


def _part(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Attention over one part of the keys: its output and the log-sum-exp that weighs it against other parts."""
    scores = scores.float()
    weight = scores.logsumexp(-1, keepdim=True)
    return torch.exp(scores - weight).to(values.dtype) @ values, weight


def shared_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    shared: SharedKeys,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
) -> Tensor:
    """(N, q, H, D) for query (N, H, q, D), key and value (N, K, q, D) of the layer ``module.layer_idx``."""
    if shared.visible.device != query.device:  # a device map put this layer elsewhere
        shared = shared.to(query.device)
    shared.new[module.layer_idx] = (key, value)
    if shared.own is not None:
        key = torch.cat([shared.own[module.layer_idx][0], key], 2)
        value = torch.cat([shared.own[module.layer_idx][1], value], 2)
    context = shared.context[module.layer_idx] if shared.context else None
    context_seen = shared.context_visible
    if context is not None and 1 < len(context[0]) < len(query):  # several rows of each context, one after the other
        rows = len(query) // len(context[0])
        context = (context[0].repeat_interleave(rows, 0), context[1].repeat_interleave(rows, 0))
        context_seen = None if context_seen is None else context_seen.repeat_interleave(rows, 0)
    out_type = query.dtype
    if context is not None:  # it may be kept in a higher precision: on processors float32 attention is the faster one
        query, key, value = (x.to(context[0].dtype) for x in (query, key, value))
    seen = shared.visible[:, None]
    if sliding_window is not None:
        distance = shared.positions[:, None, :, None] - shared.own_positions[:, None, None, :]
        seen = seen & (distance < sliding_window)
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    plain = softcap is None and sliding_window is None
    # Fused attention wants context and own keys in one piece; for a few queries that copy costs more than it saves.
    each = context is not None and len(context[0]) == len(query)  # a row has a context of its own
    if plain and (context is None or each and (len(query) > 1 or query.shape[2] >= FUSED)):
        mixed = _fused(query, key, value, context, seen, context_seen, scale)
    else:
        mixed = _merged(query * scale, key, value, context, seen, shared, sliding_window, softcap)
    return mixed.to(out_type).transpose(1, 2)


def _fused(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    context: tuple[Tensor, Tensor] | None,
    seen: Tensor,
    context_seen: Tensor | None,
    scale: float,
) -> Tensor:
    """(N, H, q, D) by torch's fused attention: every row reads its own context, or none."""
    if context is not None:
        key, value = torch.cat([context[0], key], 2), torch.cat([context[1], value], 2)
        n, _, q, _ = query.shape
        before = seen.new_ones(n, 1, q, context[0].shape[2])
        if context_seen is not None:
            before = before & context_seen[:, None, None]
        seen = torch.cat([before, seen], -1)
    return scaled_dot_product_attention(query, key, value, seen, scale=scale, enable_gqa=True)


def _merged(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    context: tuple[Tensor, Tensor] | None,
    seen: Tensor,
    shared: SharedKeys,
    sliding_window: int | None,
    softcap: float | None,
) -> Tensor:
    """(N, H, q, D) in two parts, merged: all rows read one copy of the context. The query is scaled already."""
    n, heads, q, d = query.shape
    groups = heads // key.shape[1]
    folded = query.reshape(n, -1, groups * q, d)  # (N, K, G q, D)
    own_scores = folded @ key.transpose(-1, -2)
    hidden = ~seen.repeat(1, 1, groups, 1)
    if softcap is not None:
        own_scores = softcap * torch.tanh(own_scores / softcap)
    mixed, weight = _part(own_scores.masked_fill(hidden, -torch.inf), value)
    if context is not None:
        keys, values = context
        length = keys.shape[2]
        rows = folded.transpose(0, 1).reshape(1, keys.shape[1], n * groups * q, d)
        scores = rows @ keys.transpose(-1, -2)
        if softcap is not None:
            scores = softcap * torch.tanh(scores / softcap)
        if sliding_window is not None and int(shared.positions.max()) >= sliding_window:
            where = shared.positions[:, None].expand(n, groups, q).reshape(-1, 1)
            far = where - torch.arange(length, device=keys.device) >= sliding_window
            # A row that sees none of the context gets weight exp(-inf) = 0, so keep its scores finite.
            scores = scores.masked_fill(far, torch.finfo(scores.dtype).min)
        if shared.context_visible is not None:
            scores = scores.masked_fill(~shared.context_visible[:, None, None], torch.finfo(scores.dtype).min)
        far_mixed, far_weight = (
            x.reshape(keys.shape[1], n, groups * q, -1).transpose(0, 1) for x in _part(scores, values)
        )
        total = torch.logaddexp(weight, far_weight)
        mixed = mixed * torch.exp(weight - total) + far_mixed * torch.exp(far_weight - total)
    return mixed.reshape(n, heads, q, d)

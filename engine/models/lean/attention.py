"""Attention of one pass, by what it attends to: chosen once, then run in every layer.

Shapes: N rows, H heads, K key heads, G = H / K, q queries, P context tokens, S earlier tokens of a row, D head size.
"""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch import Tensor

from engine.context.shared_attention import SharedKeys, shared_attention

JOINED = 8
"""queries of one row from which on one softmax over context and own keys is faster than two parts"""

CACHED = 1 << 20
"""scores that are computed at once"""


class Attention:
    """What one pass attends to."""

    def __init__(self, shared: SharedKeys, dtype: torch.dtype) -> None:
        self._shared = shared
        n, q = shared.positions.shape
        contexts = {len(keys) for keys, _ in shared.context[:1]}
        one = contexts == {1} and shared.context_visible is None
        self._joined = one and n == 1 and q >= JOINED
        self._merged = one and not self._joined
        self._mask: Tensor | None = None
        self._room: tuple[Tensor, Tensor, Tensor] | None = None
        """keys, values and scores of a layer, used again by the next"""
        if not shared.visible.all():
            hidden = torch.zeros(shared.visible.shape, dtype=dtype).masked_fill_(~shared.visible, -torch.inf)
            self._mask = hidden[:, None]

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, layer: int, scale: float) -> Tensor:
        """(N, q, H D) for query (N, H, q, D), new key and value (N, K, q, D), which are left in ``new``."""
        shared = self._shared
        n, heads, q, d = query.shape
        if not (self._joined or self._merged):
            module = SimpleNamespace(layer_idx=layer)
            return shared_attention(module, query, key, value, shared, scale).flatten(2)
        shared.new[layer] = (key, value)
        if shared.own is not None:
            key = torch.cat([shared.own[layer][0], key], 2)
            value = torch.cat([shared.own[layer][1], value], 2)
        context = shared.context[layer]
        folded = query.reshape(n, key.shape[1], -1, d)
        part = self._in_one if self._joined else self._in_two
        mixed: Tensor = part(folded, key, value, context, scale)
        return mixed.reshape(n, heads, q, d).transpose(1, 2).flatten(2)

    def _in_one(
        self, query: Tensor, key: Tensor, value: Tensor, context: tuple[Tensor, Tensor], scale: float
    ) -> Tensor:
        """(1, K, G q, D), one softmax over all keys of a row. Head by head where the scores would leave the processor's cache."""
        keys, values = self._room[:2] if self._room else (None, None)
        keys = torch.cat([context[0].to(key.dtype), key], 2, out=keys)
        values = torch.cat([context[1].to(value.dtype), value], 2, out=values)
        rows = (query * scale)[0]
        heads, size = keys.shape[1:3]
        if rows.shape[0] * rows.shape[1] * size <= CACHED:
            return self._weighed(rows, keys[0].transpose(-1, -2), values[0])[None]
        q = self._shared.positions.shape[1]
        if not self._room:  # fresh memory costs as much as what is computed in it
            self._room = (keys, values, rows.new_empty(1, q, size))
        mixed = torch.empty_like(rows)
        for head in range(heads):
            across = keys[0, head].t()[None]
            for start in range(0, rows.shape[1], q):
                part = slice(start, start + q)
                found = self._weighed(rows[head : head + 1, part], across, values[0, head : head + 1], self._room[2])
                mixed[head, part] = found[0]
        return mixed[None]

    def _weighed(self, rows: Tensor, keys: Tensor, values: Tensor, room: Tensor | None = None) -> Tensor:
        """(K', G' q, D) of queries (K', G' q, D), keys (K', D, P + S + q) and values (K', P + S + q, D)."""
        scores = torch.bmm(rows, keys, out=room) if room is not None else torch.bmm(rows, keys)
        if self._mask is not None:
            q, size = self._mask.shape[2:]
            scores.view(len(rows), -1, q, scores.shape[-1])[..., -size:] += self._mask
        return torch.bmm(torch.softmax(scores, -1, out=scores), values)

    def _in_two(
        self, query: Tensor, key: Tensor, value: Tensor, context: tuple[Tensor, Tensor], scale: float
    ) -> Tensor:
        """(N, K, G q, D) in two parts that are merged by their log-sum-exp: all rows read one copy of the context."""
        n, kheads, width, d = query.shape
        flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
        mask = None if self._mask is None else self._mask.repeat(1, 1, width // self._mask.shape[2], 1)
        near, near_weight = flash(query, key, value, attn_mask=mask, scale=scale)
        if not context[0].shape[2]:  # nothing is before: the kernel would divide by the number of its keys
            return near
        rows = query.transpose(0, 1).reshape(1, kheads, n * width, d).to(context[0].dtype)
        far, far_weight = flash(rows, *context, scale=scale)
        far = far.view(kheads, n, width, d).transpose(0, 1)
        far_weight = far_weight.view(kheads, n, width).transpose(0, 1)
        share = torch.sigmoid(far_weight - near_weight)[..., None]
        return torch.lerp(near.float(), far.float(), share).to(query.dtype)

"""The passes of training without the library's Python: fused projections and adapters, a context for all rows of a window.

Shapes: C contexts (windows), N rows of Q inputs, P context tokens, H heads, K key heads, G = H / K, D head size,
E hidden size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, rms_norm, scaled_dot_product_attention, silu

from engine.context.shared_attention import SharedKeys


class Adapted:
    """Several projections of one input as one frozen product, and their low-rank adapters."""

    def __init__(self, modules: list[Any]) -> None:
        self._weight = torch.cat([module.base_layer.weight.detach() for module in modules])
        rows = self._weight.split([module.base_layer.weight.shape[0] for module in modules])
        for module, part in zip(modules, rows, strict=True):
            module.base_layer.weight.data = part  # the library's passes read the same numbers
        self._down = [module.lora_A["default"].weight for module in modules]
        self._up = [module.lora_B["default"].weight for module in modules]
        self._scale = modules[0].scaling["default"]

    def __call__(self, x: Tensor, adapted: bool) -> Tensor:
        found = linear(x, self._weight)
        if not adapted:
            return found
        low = linear(x, torch.cat(self._down).to(x.dtype)) * self._scale
        parts = low.split([down.shape[0] for down in self._down], -1)
        return found + torch.cat([linear(z, up.to(x.dtype)) for z, up in zip(parts, self._up, strict=True)], -1)


@dataclass(frozen=True, slots=True)
class TrainedLayer:
    before_attention: Tensor
    qkv: Adapted
    out: Adapted
    before_mlp: Tensor
    gate_up: Adapted
    down: Adapted

    @classmethod
    def of(cls, layer: Any) -> TrainedLayer:
        attention, mlp = layer.self_attn, layer.mlp
        return cls(
            layer.input_layernorm.weight,
            Adapted([attention.q_proj, attention.k_proj, attention.v_proj]),
            Adapted([attention.o_proj]),
            layer.post_attention_layernorm.weight,
            Adapted([mlp.gate_proj, mlp.up_proj]),
            Adapted([mlp.down_proj]),
        )


class TrainedBody:
    """A Llama with PEFT's adapters on all of its projections."""

    def __init__(self, body: Any) -> None:
        self._layers = [TrainedLayer.of(layer) for layer in body.layers]
        self._norm, self._rotary = body.norm, body.rotary_emb
        self._heads, self._keys = body.config.num_attention_heads, body.config.num_key_value_heads
        self._size = body.layers[0].self_attn.head_dim
        self._eps = body.config.rms_norm_eps

    def __call__(self, embedded: Tensor, positions: Tensor, shared: SharedKeys, adapted: bool) -> Tensor:
        """(N, Q, E). Keys and values are left in ``new`` where there is no context: what follows one is not read again.

        The G query heads of a key head are folded into one, so that no key is copied for each of them."""
        n, _, width = embedded.shape
        mask, x = _mask(shared, self._heads // self._keys, embedded.dtype), embedded
        cos, sin = (part[:, :, None] for part in self._rotary(x, positions))
        for number, layer in enumerate(self._layers):
            h = rms_norm(x, (width,), layer.before_attention, self._eps)
            query, key, value = self._heads_of(layer.qkv(h, adapted), cos, sin)
            if shared.context:
                context = [part.to(x.dtype).repeat_interleave(n // len(part), 0) for part in shared.context[number]]
                key, value = torch.cat([context[0], key], 2), torch.cat([context[1], value], 2)
            else:
                shared.new[number] = (key, value)
            mixed = scaled_dot_product_attention(query, key, value, mask)
            x = x + layer.out(_unfolded(mixed, self._heads), adapted)
            gate, up = layer.gate_up(rms_norm(x, (width,), layer.before_mlp, self._eps), adapted).chunk(2, -1)
            x = x + layer.down(silu(gate) * up, adapted)
        found: Tensor = self._norm(x)
        return found

    def _heads_of(self, projected: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heads = projected.view(*projected.shape[:2], -1, self._size)
        both, value = heads[:, :, : self._heads + self._keys], heads[:, :, self._heads + self._keys :]
        half = self._size // 2
        both = both * cos + torch.cat([-both[..., half:], both[..., :half]], -1) * sin
        query, key = both.transpose(1, 2).split([self._heads, self._keys], 1)
        folded = query.reshape(len(query), self._keys, -1, self._size)
        return folded, key, value.transpose(1, 2)


def _unfolded(mixed: Tensor, heads: int) -> Tensor:
    """(N, K, G Q, D) -> (N, Q, H D)"""
    n, _, _, size = mixed.shape
    return mixed.reshape(n, heads, -1, size).transpose(1, 2).flatten(2)


def _mask(shared: SharedKeys, groups: int, dtype: torch.dtype) -> Tensor:
    """(N, 1, G Q, P + Q), added to the scores: every row sees the context of its window, and of itself what it may."""
    seen = shared.visible
    n, q, _ = seen.shape
    if shared.context:
        keys = shared.context[0][0]
        there = shared.context_visible
        if there is None:
            there = seen.new_ones(len(keys), keys.shape[2])
        there = there.repeat_interleave(n // len(keys), 0)
        seen = torch.cat([there[:, None].expand(-1, q, -1), seen], -1)
    added = torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill_(~seen, -torch.inf)
    return added.repeat(1, groups, 1)[:, None]

"""A Llama-like network between its embedding and its head, in as few calls as can be.

Shapes: N rows, q tokens, E hidden size, H heads, K key heads, D head size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import rms_norm, silu

from engine.context.shared_attention import SharedKeys, alone
from engine.models.lean.attention import Attention
from engine.models.lean.projections import Late, Layout, Projection, fused


@dataclass(frozen=True, slots=True)
class BodyOutput:
    """What a library's head asks of a body's answer: of it only the last states are there."""

    last_hidden_state: Tensor
    """(N, q, E)"""
    past_key_values: None = None
    hidden_states: None = None
    attentions: None = None


@dataclass(frozen=True, slots=True)
class LeanLayer:
    """The weights of one layer."""

    before_attention: Tensor
    """(E,) scale of the norm"""
    qkv: Projection
    out: Projection
    before_mlp: Tensor
    gate_up: Projection
    down: Projection

    @classmethod
    def of(cls, layer: Any, lay: Layout) -> LeanLayer:
        attention, mlp = layer.self_attn, layer.mlp
        return cls(
            layer.input_layernorm.weight.detach().float(),
            fused([attention.q_proj, attention.k_proj, attention.v_proj], lay),
            fused([attention.o_proj], lay),
            layer.post_attention_layernorm.weight.detach().float(),
            fused([mlp.gate_proj, mlp.up_proj], lay),
            fused([mlp.down_proj], lay),
        )


@contextmanager
def one_each() -> Iterator[ThreadPoolExecutor]:
    """As many threads as torch takes, each with torch to itself. Threads of torch's own wait for each other at every product, and
    spin meanwhile: where others are at work, too, that takes several times as long."""
    number = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(number, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(number)  # for all that begin now


class LeanBody(nn.Module):
    """Stands in the place of a library model's body, and answers its calls with ``shared``. A layer is laid out when it is first
    run, or before, by ``lay_out``."""

    def __init__(self, body: Any, lay: Layout) -> None:
        super().__init__()
        self.lay = lay
        config = body.config
        self.embed_tokens, self.rotary_emb, self.norm = body.embed_tokens, body.rotary_emb, body.norm
        self._layers = [Late(partial(LeanLayer.of, layer, lay)) for layer in body.layers]
        self._heads, self._keys = config.num_attention_heads, config.num_key_value_heads
        self._size = body.layers[0].self_attn.head_dim
        self._scale = body.layers[0].self_attn.scaling
        self._eps = config.rms_norm_eps

    def lay_out(self, each: Callable[..., Iterable[LeanLayer]]) -> None:
        """Have ``each``, a map, do it for all layers."""
        for _ in each(Late.__call__, self._layers):
            pass

    @torch.inference_mode()
    def forward(
        self,
        input_ids: Tensor,
        position_ids: Tensor,
        shared: SharedKeys | None = None,
        past_key_values: None = None,
        inputs_embeds: None = None,
        **_: Any,
    ) -> BodyOutput:
        """What the library's body gives. Without ``shared`` every token sees
        those before it."""
        assert past_key_values is None and inputs_embeds is None, (
            "the lean body reads ids, and keeps no cache of the library's"
        )
        shared = shared or alone(position_ids)
        embedded = self.embed_tokens(input_ids)
        dtype = embedded.dtype
        cos, sin = (x[:, :, None] for x in self.rotary_emb(embedded, position_ids))
        attention = Attention(shared, dtype)
        x = embedded.float()  # what is added up over all layers is kept exact
        for number, layer in enumerate(late() for late in self._layers):
            h = self._normal(x, layer.before_attention, dtype)
            query, key, value = self._heads_of(layer.qkv(h), cos, sin)
            x = x + layer.out(attention(query, key, value, number, self._scale))
            h = self._normal(x, layer.before_mlp, dtype)
            gate, up = layer.gate_up(h).chunk(2, -1)
            x = x + layer.down(silu(gate).mul_(up))
        return BodyOutput(self.norm(x).to(dtype))

    def _normal(self, x: Tensor, weight: Tensor, dtype: torch.dtype) -> Tensor:
        return rms_norm(x, (x.shape[-1],), weight, self._eps).to(dtype)

    def _heads_of(self, projected: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries (N, H, q, D), keys and values (N, K, q, D), turned to their positions."""
        n, q, _ = projected.shape
        heads = projected.view(n, q, -1, self._size)
        both, value = heads[:, :, : self._heads + self._keys], heads[:, :, self._heads + self._keys :]
        half = self._size // 2
        turned = torch.cat([-both[..., half:], both[..., :half]], -1)
        both = (both * cos).add_(turned.mul_(sin)).transpose(1, 2)
        return both[:, : self._heads], both[:, self._heads :], value.transpose(1, 2)

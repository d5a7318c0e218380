"""Llama as transformers lays it out, name by name, without transformers: its import takes longer than reading the weights.

It is what the lean body is made from and compared with, and what runs where that does not fit the processor.

Shapes: N rows, q tokens, E hidden size, H heads, K key heads, D head size, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from engine.context.shared_attention import SharedKeys, alone, shared_attention
from engine.models.lean.body import BodyOutput

LAYOUT = {
    "model_type": "llama",
    "hidden_act": "silu",
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": True,
}
"""what a config.json says of the one layout that is built here"""


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """Sizes, under the names that transformers gives them."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    rms_norm_eps: float
    max_position_embeddings: int
    rope_theta: float
    hidden_act: str = "silu"

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> LlamaConfig | None:
        """From a config.json as transformers writes it; None where that says anything but a plain Llama."""
        turning = config.get("rope_parameters")
        if any(config.get(name) != value for name, value in LAYOUT.items()) or not isinstance(turning, Mapping):
            return None
        if turning.get("rope_type") != "default" or config.get("quantization_config"):
            return None
        said = {**config, "rope_theta": turning.get("rope_theta")}
        whole = {name: said.get(name) for name, kind in cls.__annotations__.items() if kind == "int"}
        real = {name: said.get(name) for name in ("rms_norm_eps", "rope_theta")}
        if not all(type(value) is int and value > 0 for value in whole.values()):
            return None
        if not all(isinstance(value, int | float) and value > 0 for value in real.values()):
            return None
        return cls(**whole, **real)  # type: ignore[arg-type]  # checked in the lines before

    def get_text_config(self) -> LlamaConfig:
        return self


class RmsNorm(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.hidden_size))
        self._eps = config.rms_norm_eps

    def forward(self, x: Tensor) -> Tensor:
        exact = x.float()
        exact = exact * torch.rsqrt(exact.pow(2).mean(-1, keepdim=True) + self._eps)
        return self.weight * exact.to(x.dtype)


class RotaryAngles(nn.Module):
    """Cosines and sines of positions (N, q): (N, q, D) each, in the type of what they turn."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        places = torch.arange(0, config.head_dim, 2, dtype=torch.float, device="cpu") / config.head_dim
        self._speeds = 1.0 / config.rope_theta**places  # no weight: it keeps its precision

    def forward(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        angles = positions[..., None].float() * self._speeds.to(positions.device)
        angles = torch.cat([angles, angles], -1)
        return angles.cos().to(x.dtype), angles.sin().to(x.dtype)


class SelfAttention(nn.Module):
    def __init__(self, config: LlamaConfig, layer: int) -> None:
        super().__init__()
        self.layer_idx, self.head_dim, self.scaling = layer, config.head_dim, config.head_dim**-0.5
        own, keys = config.num_attention_heads * config.head_dim, config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, own, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(own, config.hidden_size, bias=False)

    def forward(self, x: Tensor, turns: tuple[Tensor, Tensor], shared: SharedKeys) -> Tensor:
        n, q, _ = x.shape
        query, key, value = (
            project(x).view(n, q, -1, self.head_dim).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        mixed = shared_attention(self, _turned(query, turns), _turned(key, turns), value, shared, self.scaling)
        out: Tensor = self.o_proj(mixed.flatten(2))
        return out


class Mlp(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down_proj(silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig, layer: int) -> None:
        super().__init__()
        self.self_attn, self.mlp = SelfAttention(config, layer), Mlp(config)
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(config), RmsNorm(config)

    def forward(self, x: Tensor, turns: tuple[Tensor, Tensor], shared: SharedKeys) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), turns, shared)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class LlamaBody(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        # Given a weight it draws none: drawing one on no device loads half of torch's compiler.
        words = torch.empty(config.vocab_size, config.hidden_size)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size, _weight=words)
        self.layers = nn.ModuleList(Layer(config, number) for number in range(config.num_hidden_layers))
        self.norm, self.rotary_emb = RmsNorm(config), RotaryAngles(config)

    def forward(
        self, input_ids: Tensor, position_ids: Tensor, shared: SharedKeys | None = None, **_: Any
    ) -> BodyOutput:
        """Without ``shared`` every token sees those before it."""
        x = self.embed_tokens(input_ids)
        turns, shared = self.rotary_emb(x, position_ids), shared or alone(position_ids)
        for layer in self.layers:
            x = layer(x, turns, shared)
        return BodyOutput(self.norm(x))


@dataclass(frozen=True, slots=True)
class Scores:
    logits: Tensor
    """(N, q, V)"""


class Llama(nn.Module):
    """A ``CausalNetwork``, its head tied to its embedding."""

    base_model_prefix = "model"

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.model: nn.Module = LlamaBody(config)
        self.lm_head: nn.Module = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.tie()

    def tie(self) -> None:
        self.get_output_embeddings().weight = self.get_input_embeddings().weight

    def forward(self, input_ids: Tensor, **more: Any) -> Scores:
        return Scores(self.lm_head(self.model(input_ids, **more).last_hidden_state))

    @property
    def device(self) -> torch.device:
        return self._last.device

    @property
    def dtype(self) -> torch.dtype:
        return self._last.dtype

    @property
    def _last(self) -> Tensor:
        return self.get_submodule("model.norm").weight  # type: ignore[return-value]

    @property
    def base_model(self) -> Any:
        return self.model

    def get_input_embeddings(self) -> Any:
        return self.model.embed_tokens

    def get_output_embeddings(self) -> Any:
        return self.lm_head

    def set_output_embeddings(self, new_embeddings: Any) -> None:
        self.lm_head = new_embeddings


def _turned(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """(N, heads, q, D), turned to its positions."""
    cos, sin = (turn[:, None] for turn in turns)
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin

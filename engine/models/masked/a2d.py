"""Autoregressive models trained further as masked diffusion models, under their old names: A2D's Qwen2, Qwen3 and Llama, which
gave the shift up, and Open-dCoder's Qwen2, which kept it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from engine.errors import UnsupportedModel
from engine.models.loading.options import PLAIN, Loading, title
from engine.models.masked.families import A2D
from engine.models.masked.native import NativeDenoiser, Words, read_bidirectional, settings
from engine.models.masked.network import NativeNetwork

ARCHITECTURES: Mapping[str, tuple[type[Any], type[PreTrainedModel]]] = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}
# What says how a checkpoint is run by its own code, and layers that see a part of the text: here all of them see all of it.
LEFT_OUT = frozenset(
    (
        "model_type",
        "architectures",
        "auto_map",
        "dtype",
        "torch_dtype",
        "transformers_version",
        "use_cache",
        "layer_types",
    )
    + ("use_sliding_window", "sliding_window", "max_window_layers", "is_causal")
)


def decoder(where: Path, device: str, architecture: str, options: Loading = PLAIN) -> PreTrainedModel:
    """A decoder whose weights and settings have transformers' own names. Raises as ``read_bidirectional``."""
    config, network = ARCHITECTURES[architecture]
    given = {field: value for field, value in settings(where).items() if field not in LEFT_OUT}
    return read_bidirectional(network, where, device, config(**given), options)


def load_a2d(where: Path, device: str, options: Loading = PLAIN) -> NativeDenoiser:
    """Raises ModelDamaged, UnsupportedModel, OutOfMemory."""
    kind = str(settings(where).get("model_type", ""))
    architecture = kind.removeprefix(A2D)
    if architecture not in ARCHITECTURES:
        known = ", ".join(A2D + name for name in ARCHITECTURES)
        raise UnsupportedModel(f"{title(where)} is of type {kind!r}; use a checkpoint of one of the types {known}")
    words = Words.of(where, "<|mask|>")
    model = decoder(where, device, architecture, options)
    network = NativeNetwork(model, shifted=not kind.startswith(A2D))
    return words.denoiser(NativeDenoiser, network, where, options, positions=int(model.config.max_position_embeddings))

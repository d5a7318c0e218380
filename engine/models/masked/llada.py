"""LLaDA 8B, base and instruct, and LLaDA 1.5 (arXiv 2502.09992, 2505.19223): Llama's network under OLMo's names.

There is no shift: the output at a position scores that position.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import LlamaConfig, LlamaForCausalLM

from engine.errors import UnsupportedModel
from engine.models.loading.options import PLAIN, Loading, title
from engine.models.masked.native import NativeDenoiser, Words, read_bidirectional, settings
from engine.models.masked.network import NativeNetwork

PREFIX = r"^model\.transformer\."
LAYER = PREFIX + r"blocks\.(\d+)\."
NAMES: Mapping[str, str] = {
    **{rf"{LAYER}{name}\.": rf"model.layers.\1.self_attn.{name}." for name in ("q_proj", "k_proj", "v_proj")},
    LAYER + r"attn_out\.": r"model.layers.\1.self_attn.o_proj.",
    LAYER + r"attn_norm\.": r"model.layers.\1.input_layernorm.",
    LAYER + r"ff_norm\.": r"model.layers.\1.post_attention_layernorm.",
    LAYER + r"ff_proj\.": r"model.layers.\1.mlp.gate_proj.",
    LAYER + r"up_proj\.": r"model.layers.\1.mlp.up_proj.",
    LAYER + r"ff_out\.": r"model.layers.\1.mlp.down_proj.",
    PREFIX + r"wte\.": "model.embed_tokens.",
    PREFIX + r"ln_f\.": "model.norm.",
    PREFIX + r"ff_out\.": "lm_head.",
}
"""names in a checkpoint and in Llama's network"""
EXPECTED: Mapping[str, object] = {
    "block_type": "llama",
    "block_group_size": 1,
    "layer_norm_type": "rms",
    "layer_norm_with_affine": True,
    "activation_type": "silu",
    "rope": True,
    "alibi": False,
    "attention_layer_norm": False,
    "bias_for_layer_norm": False,
    "include_bias": False,
    "include_qkv_bias": False,
    "input_emb_norm": False,
    "scale_logits": False,
}
"""what makes it Llama's network; OLMo's code can be set otherwise"""


def config_of(given: Mapping[str, Any], name: str) -> LlamaConfig:
    """Llama's settings from LLaDA's. Raises UnsupportedModel."""
    for field, value in EXPECTED.items():
        if (given.get(field) or False) != value and field in given:
            raise UnsupportedModel(
                f"{name}: {field} is {given[field]!r} and only {value!r} can be run; use a released LLaDA"
            )
    try:
        size, heads = int(given["d_model"]), int(given["n_heads"])
        return LlamaConfig(
            hidden_size=size,
            num_attention_heads=heads,
            num_key_value_heads=given.get("n_kv_heads") or (1 if given.get("multi_query_attention") else heads),
            num_hidden_layers=int(given["n_layers"]),
            intermediate_size=int(given.get("mlp_hidden_size") or given["mlp_ratio"] * size),
            # The embedding may have more rows than the vocabulary, and the head has as many.
            vocab_size=int(given.get("embedding_size") or given["vocab_size"]),
            max_position_embeddings=int(given["max_sequence_length"]),
            rms_norm_eps=float(given["rms_norm_eps"]),
            rope_parameters={"rope_type": "default", "rope_theta": float(given["rope_theta"])},
            tie_word_embeddings=bool(given.get("weight_tying", False)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnsupportedModel(f"{name}: config.json lacks {error}; use a released LLaDA") from error


def load_llada(where: Path, device: str, options: Loading = PLAIN) -> NativeDenoiser:
    """Raises ModelDamaged, UnsupportedModel, OutOfMemory."""
    config = config_of(settings(where), title(where))
    words = Words.of(where)
    model = read_bidirectional(LlamaForCausalLM, where, device, config, options, names=NAMES)
    network = NativeNetwork(model, shifted=False)
    return words.denoiser(NativeDenoiser, network, where, options, positions=config.max_position_embeddings)

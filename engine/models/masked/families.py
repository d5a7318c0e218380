"""Which checkpoints are masked diffusion models, told by their settings alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

A2D = "a2d-"
"""before the type of the autoregressive model that A2D started from"""
BY_TYPE: Mapping[str, str] = {"llada": "llada", "Dream": "dream"}
DECODERS = ("llama", "qwen2", "qwen3")


def masked_family(config: Mapping[str, Any], tokenizer_config: Mapping[str, Any]) -> str | None:
    """The MODELS key of a masked diffusion model; None for any other.

    Open-dCoder calls itself an autoregressive Qwen2; that it has a mask is all that tells, and no autoregressive one has.
    """
    kind = str(config.get("model_type", ""))
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    has_mask = config.get("mask_token_id") is not None or tokenizer_config.get("mask_token") is not None
    if kind.startswith(A2D) or kind in DECODERS and has_mask:
        return "a2d"
    architectures = config.get("architectures") or ()
    return "mlm" if any(str(name).endswith("ForMaskedLM") for name in architectures) else None

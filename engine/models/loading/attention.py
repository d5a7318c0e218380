"""The attention over a shared context under a name in transformers, so that it runs in the code of its models."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from engine.context.shared_attention import SharedKeys, shared_attention

ATTENTION = "shared_context"
"""the name"""


def attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    shared: SharedKeys | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **kwargs: Any,
) -> tuple[Tensor, Tensor | None]:
    """The attention function given to transformers; without ``shared`` it is the library's own."""
    if shared is None:
        out: tuple[Tensor, Tensor | None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, sliding_window=sliding_window, **kwargs
        )
        return out
    return shared_attention(module, query, key, value, shared, scaling, sliding_window, softcap), None


AttentionInterface.register(ATTENTION, attention)
# For passes without a shared context: the library masks them as it would for its own attention.
AttentionMaskInterface.register(ATTENTION, sdpa_mask)

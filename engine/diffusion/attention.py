"""Which inputs of a canvas see which: the attention masks of the four systems, drawn by the code that runs.

Shapes: N rows, Q inputs.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Attention = Literal["bidirectional", "causal", "eso-a", "eso-b"]
ATTENTIONS: tuple[Attention, ...] = ("bidirectional", "causal", "eso-a", "eso-b")


def visibility(attention: Attention, noisy: Tensor, order: Tensor | None) -> Tensor:
    """(N, Q, Q) bool: whether input q (row) sees input k (column).

    Args:
        noisy: (N, Q) the inputs that are masks.
        order: (N, Q) rank in which each is generated; needed by Eso-LM (arXiv 2506.01928).

    - bidirectional: all see all (LLaDA, Mercury, Gemini).
    - causal: left to right.
    - eso-a: a clean token sees all clean tokens; a mask sees the clean tokens and masks that are not later in the order.
    - eso-b: all see what is not later in the order, and clean tokens no mask, wherever it is in the order.
    """
    n, q = noisy.shape
    if attention == "bidirectional":
        return torch.ones(n, q, q, dtype=torch.bool, device=noisy.device)
    if attention == "causal":
        return torch.ones(q, q, dtype=torch.bool, device=noisy.device).tril().expand(n, -1, -1)
    if order is None:
        raise ValueError(f"{attention} needs the order of generation")
    not_later = order[:, None, :] <= order[:, :, None]
    clean_key, mask_query = ~noisy[:, None, :], noisy[:, :, None]
    if attention == "eso-b":
        return not_later & (clean_key | mask_query)
    own = torch.eye(q, dtype=torch.bool, device=noisy.device)
    return clean_key | (mask_query & not_later) | own

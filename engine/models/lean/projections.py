"""Products with a weight matrix that is laid out once for the processor."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

Projection = Callable[[Tensor], Tensor]
"""(..., in) -> (..., out)"""
Layout = Callable[[Tensor, Tensor | None], Projection]
"""A matrix (out, in) and a bias (out,), made ready for the processor."""
LAID_OUT = (torch.bfloat16, torch.float32)
"""what oneDNN has layouts of; with float32 they are worth most on processors that are not Intel's"""
ROWS = 64
"""inputs for which oneDNN lays a matrix out; the layout serves other numbers too"""


def fused(layers: list[nn.Linear], lay: Layout) -> Projection:
    """One product in place of several with the same input, their outputs side by side: the numbers of the layers' own, as
    exactly as ``lay`` keeps them."""
    weights = [layer.weight.detach() for layer in layers]
    weight = torch.cat(weights) if len(weights) > 1 else weights[0]
    biases = [layer.bias for layer in layers]
    bias = torch.cat([b.detach() for b in biases if b is not None]) if biases[0] is not None else None
    return lay(weight, bias)


def packed(weight: Tensor, bias: Tensor | None = None) -> Projection:
    """x -> x W^T + b with W in oneDNN's own layout, which it would else make anew at every call."""
    mkldnn = torch.ops.mkldnn
    if weight.dtype not in LAID_OUT or not torch.backends.mkldnn.is_available():
        return lambda x: linear(x, weight, bias)
    laid = mkldnn._reorder_linear_weight(weight, ROWS)
    product = mkldnn._linear_pointwise.default
    return lambda x: product(x, laid, bias, "none", [], "")

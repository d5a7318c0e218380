"""Products of whole numbers, for processors that do not multiply bfloat16: a quarter of the memory of float32, and faster.

Weights and inputs are rounded to eight bits, a scale for each output and for each input row (W8A8), so a row's result does not
depend on what stands in the batch. Rounding costs little once both are turned by a Hadamard matrix, which spreads the few large
activations of a language model over their neighbours and leaves the product as it is (QuaRot, arXiv 2404.00456).
"""

from __future__ import annotations

import math
import warnings
from functools import cache

import torch
from torch import Tensor

from engine.models.lean.projections import Projection

BACKEND = "fbgemm"
"""whose products take and give float32"""
TURNED = 64
"""inputs that are turned together, at most: a power of two"""
LEVELS, ZERO = 127, 128
"""Steps from nothing to the largest number, and where nothing lies among the 256 of an input."""
NOTHING = 1e-20
"""what an input of zeros is divided by"""


@cache
def available() -> bool:
    """Whether this build of torch has such products. Has them chosen for the process, in which nothing else needs others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says once that such tensors will go; its version is pinned
        try:
            torch.backends.quantized.engine = BACKEND
            rounded(torch.eye(2))(torch.eye(2))
        except RuntimeError:
            return False
    return True


def rounded(weight: Tensor, bias: Tensor | None = None) -> Projection:
    """x -> x W^T + b, both factors in int8, where they are ``available``. ``weight`` is (out, in) in float32."""
    width = weight.shape[1]
    turn = hadamard(min(width & -width, TURNED))
    turned = (weight.reshape(-1, len(turn)) @ turn).view(weight.shape)
    scale = _largest(turned).clamp_min_(NOTHING) / LEVELS
    whole = turned.div_(scale[:, None]).round_().to(torch.int8)
    zeros = torch.zeros(len(scale), dtype=torch.long)
    quantised = torch._make_per_channel_quantized_tensor(whole, scale.double(), zeros, 0)
    held = torch.ops.quantized.linear_prepack(quantised, None)
    product = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default

    def projection(x: Tensor) -> Tensor:
        x = x.reshape(-1, len(turn)).mm(turn).view(x.shape)
        size = x.abs().amax(-1, keepdim=True).clamp_min_(NOTHING)
        found: Tensor = product(x.div_(size), 1 / LEVELS, ZERO, held).mul_(size)
        return found if bias is None else found.add_(bias)

    return projection


def hadamard(size: int) -> Tensor:
    """(size, size), symmetric and its own inverse. ``size`` is a power of two."""
    turn = torch.ones(1, 1)
    while len(turn) < size:
        turn = torch.cat([torch.cat([turn, turn], 1), torch.cat([turn, -turn], 1)])
    return turn / math.sqrt(size)


def _largest(weight: Tensor) -> Tensor:
    """(out,) what becomes ``LEVELS``: the largest weight of an output or, where it is more, of two neighbours' sum. Processors
    without VNNI add two products in sixteen bits, which two large weights would overflow."""
    sums = weight[:, ::2] + weight[:, 1::2] if weight.shape[1] % 2 == 0 else weight
    # Not aminmax and not a norm: both take several times as long here.
    return torch.stack([x.amax(1).maximum(-x.amin(1)) for x in (weight, sums)]).amax(0)

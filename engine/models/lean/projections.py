"""Products with a weight matrix that is laid out once for the processor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

T = TypeVar("T")
Projection = Callable[[Tensor], Tensor]
"""(..., in) -> (..., out)"""
Layout = Callable[[Tensor, Tensor | None], Projection]
"""A matrix (out, in) and a bias (out,), made ready for the processor."""
LAID_OUT = (torch.bfloat16, torch.float32)
"""what oneDNN has layouts of; with float32 they are worth most on processors that are not Intel's"""
TRIED = 64
"""inputs and outputs of the matrix by which a layout is tried"""
OFF = 0.05
"""how far its product may be off by rounding, of 1"""
ROWS = 64
"""inputs for which oneDNN lays a matrix out; the layout serves other numbers too"""


class Late(Generic[T]):
    """What is made when it is first asked for, once, whoever asks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._lock = Lock()

    def __call__(self) -> T:
        if self._make is not None:
            with self._lock:
                if self._make is not None:
                    self._made = self._make()
                    self._make = None  # what it was made from may go
        return self._made


def fused(layers: list[nn.Linear], lay: Layout) -> Projection:
    """One product in place of several with the same input, their outputs side by side: the numbers of the layers' own, as
    exactly as ``lay`` keeps them."""
    weights = [whole(layer) for layer in layers]
    weight = torch.cat(weights) if len(weights) > 1 else weights[0]
    biases = [layer.bias for layer in layers]
    bias = torch.cat([b.detach() for b in biases if b is not None]) if biases[0] is not None else None
    return lay(weight, bias)


@dataclass(frozen=True, slots=True)
class Added:
    """What an adapter adds to the weight (out, in) of a layer, which keeps it as ``change`` until the sum is asked for: all sums
    at once are as much memory as the model."""

    up: Tensor
    """(out, rank)"""
    down: Tensor
    """(rank, in)"""
    scale: float

    def added_to(self, weight: Tensor) -> Tensor:
        added: Tensor = weight.float() + self.up.float() @ self.down.float() * self.scale
        return added.to(weight.dtype)


def whole(layer: nn.Linear) -> Tensor:
    """The weight of a layer, with its change where it has one."""
    change: Added | None = getattr(layer, "change", None)
    weight = layer.weight.detach()
    return weight if change is None else change.added_to(weight)


def settle(model: Any) -> None:
    """Changes become weights."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear) and hasattr(layer, "change"):
            layer.weight = nn.Parameter(whole(layer), requires_grad=layer.weight.requires_grad)
            del layer.change


def packed(weight: Tensor, bias: Tensor | None = None) -> Projection:
    """x -> x W^T + b with W in oneDNN's own layout, which it would else make anew at every call."""
    mkldnn = torch.ops.mkldnn
    if weight.dtype not in LAID_OUT or not torch.backends.mkldnn.is_available():
        return lambda x: linear(x, weight, bias)
    laid = mkldnn._reorder_linear_weight(weight, ROWS)
    product = mkldnn._linear_pointwise.default
    return lambda x: product(x, laid, bias, "none", [], "")


def sound(lay: Layout, dtype: torch.dtype) -> bool:
    """Whether this build of torch has the products of a layout, and they come out right on this processor."""
    rng = torch.Generator().manual_seed(0)
    weight, x = torch.randn(2, TRIED, TRIED, generator=rng).to(dtype)
    try:
        found = lay(weight, None)(x).float()
    except (RuntimeError, AttributeError, TypeError):
        return False
    wanted = linear(x.float(), weight.float())
    return bool((found - wanted).norm() <= OFF * wanted.norm())

"""A step in fixed shapes, so that a GPU can replay it as one CUDA graph instead of being told of every kernel again.

Canvases are padded to a multiple of CANVAS inputs and contexts to a multiple of CONTEXT tokens; what is padding is seen by
nobody. The buffers outlive a run: the next one with shapes in the same bucket copies its context in and replays the same graph.
Without a GPU the same code runs the padded pass directly (``graph=False``), which is how it is tested.

Shapes: N rows, Q inputs, P context tokens (both padded).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor

from engine.context.inputs import Layers
from engine.context.network import CausalNetwork
from engine.context.shared_attention import SharedKeys

CANVAS, CONTEXT = 16, 256
KEPT = 4
"""shapes for which buffers and graphs are kept"""
WARM_UPS = 3
"""passes before a graph is captured, as torch asks for"""


def padded(size: int, bucket: int) -> int:
    return max(bucket, -(-size // bucket) * bucket)


class StaticStep:
    """One shape: its buffers and, on a GPU, its graph."""

    def __init__(self, model: CausalNetwork, rows: int, inputs: int, layers: Layers, *, graph: bool) -> None:
        """``layers``: keys and values (1, K, P', D) of a context, for their sizes and types."""
        device = layers[0][0].device
        p = padded(layers[0][0].shape[2], CONTEXT)
        self._model = model
        self._ids = torch.zeros(rows, inputs, dtype=torch.long, device=device)
        self._positions = torch.zeros(rows, inputs, dtype=torch.long, device=device)
        self._alone = torch.eye(inputs, dtype=torch.bool, device=device)
        self._visible = self._alone.expand(rows, -1, -1).clone()
        self._layers = [tuple(x.new_zeros(1, x.shape[1], p, x.shape[3]) for x in layer) for layer in layers]
        self._there = torch.zeros(1, p, dtype=torch.bool, device=device)
        self._graph: Any = None
        self._out: Tensor | None = None
        self._use_graph = graph
        self.loaded: object = None
        """whose context is in the buffers"""

    def load(self, layers: Layers) -> None:
        """Take over a run's context."""
        size = layers[0][0].shape[2]
        for buffers, tensors in zip(self._layers, layers, strict=True):
            for buffer, tensor in zip(buffers, tensors, strict=True):
                buffer[:, :, :size].copy_(tensor)
        self._there.copy_(torch.arange(self._there.shape[1], device=self._there.device)[None] < size)

    def __call__(self, ids: Tensor, positions: Tensor, visible: Tensor) -> Tensor:
        """(N, q, H) last hidden states for ids and positions (N, q) and visible (N, q, q), q <= Q. Valid until the next call."""
        q = ids.shape[1]
        self._ids[:, :q].copy_(ids)
        self._positions[:, :q].copy_(positions)
        self._visible.copy_(self._alone)
        self._visible[:, :q, :q].copy_(visible)
        if not self._use_graph:
            return self._pass()[:, :q]
        if self._graph is None:
            self._capture()
        self._graph.replay()
        assert self._out is not None
        return self._out[:, :q]

    def _pass(self) -> Tensor:
        layers: Any = self._layers
        shared = SharedKeys(layers, None, self._visible, self._positions, self._positions, self._there)
        out = self._model.base_model(
            input_ids=self._ids, position_ids=self._positions, use_cache=False, shared=shared
        ).last_hidden_state
        assert isinstance(out, Tensor)
        return out

    def _capture(self) -> None:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                self._pass()
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._out = self._pass()


class StaticSteps:
    """The steps of one model, by shape; the least recently used goes."""

    def __init__(self, model: CausalNetwork, *, graph: bool) -> None:
        self._model = model
        self._graph = graph
        self._steps: OrderedDict[tuple[int, int, int], StaticStep] = OrderedDict()

    def of(self, rows: int, inputs: int, layers: Layers) -> StaticStep:
        """The step that fits; its context is whatever was loaded last."""
        key = (rows, padded(inputs, CANVAS), padded(layers[0][0].shape[2], CONTEXT))
        if key not in self._steps:
            self._steps[key] = StaticStep(self._model, rows, key[1], layers, graph=self._graph)
        self._steps.move_to_end(key)
        while len(self._steps) > KEPT:
            self._steps.popitem(last=False)
        return self._steps[key]

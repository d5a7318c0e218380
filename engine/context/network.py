"""What is asked of a causal network: one of transformers answers it, and so does the embedded model's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import torch


class CausalNetwork(Protocol):
    config: Any
    base_model_prefix: str

    @property
    def device(self) -> torch.device: ...

    @property
    def dtype(self) -> torch.dtype: ...

    @property
    def base_model(self) -> Any:
        """The network without its head: called with ``input_ids``, ``position_ids`` and ``shared`` (SharedKeys) it gives an
        object with ``last_hidden_state`` (N, q, E)."""
        ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The same with the head: an object with ``logits`` (N, q, V)."""
        ...

    def get_input_embeddings(self) -> Any: ...

    def get_output_embeddings(self) -> Any: ...

    def set_output_embeddings(self, new_embeddings: Any) -> None: ...

    def get_submodule(self, target: str) -> Any: ...

    def named_modules(self) -> Iterator[tuple[str, Any]]: ...

    def named_parameters(self) -> Iterator[tuple[str, Any]]: ...

    def eval(self) -> Any: ...

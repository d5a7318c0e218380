"""A decoder run in both directions: nothing is hidden from attention."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from engine.context.dual_cache import everything, picked
from engine.context.network import CausalNetwork
from engine.context.shared_attention import SharedKeys


class NativeNetwork:
    """A decoder as a Network and as a Keyed one."""

    def __init__(self, model: CausalNetwork, *, shifted: bool) -> None:
        self.model = model
        self.shifted = shifted
        self.device = model.device
        head: Any = model.get_output_embeddings()
        self._head = head
        weight = getattr(head, "weight", None)  # one that is laid out for the processor has none to show
        self.vocabulary = int(model.config.vocab_size if weight is None else weight.shape[0])

    def __call__(self, ids: Tensor, there: Tensor, t: float, at: Tensor) -> Tensor:
        hidden = self.run(ids, everything(there, keep=False))
        return self.score(picked(hidden, (at - 1).clamp_min(0) if self.shifted else at))

    def run(self, ids: Tensor, shared: SharedKeys) -> Tensor:
        out = self.model.base_model(input_ids=ids, position_ids=shared.positions, use_cache=False, shared=shared)
        hidden: Tensor = out.last_hidden_state
        return hidden

    def score(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self._head(hidden)
        return scores

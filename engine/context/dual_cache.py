"""The approximate dual cache of full-attention models (Fast-dLLM, arXiv 2505.22618, section 3.2).

In such a model the text around the canvas attends to the canvas, so its keys and values change as the canvas does. They change
little: a full pass keeps them, and the passes after it run the canvas alone, on the kept keys and its own fresh ones. This is an
approximation. A full pass comes again after some steps, or when the canvas has drifted, and then it is measured how far off the
cached prediction had been.

Shapes: N rows, S tokens of the longest row, L slots, q tokens that are run, V ids that are scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.context.shared_attention import SharedKeys


@dataclass(frozen=True, slots=True)
class DualCache:
    """When the keys of the text are computed again."""

    refresh: int = 0
    """every so many passes: 1 is a full pass each time, which is exact; 0 does without a cache"""
    drift: float = 1.0
    """also after a pass in which some token's probability on a slot that is still noisy differs by more than this from that in
    the last full pass. Costs nothing but a look at scores that are there already; 1 never happens"""


class Keyed(Protocol):
    """A network with keys and values, run bidirectionally."""

    device: torch.device
    shifted: bool
    """whether the output at i - 1 scores position i"""

    def run(self, ids: Tensor, shared: SharedKeys) -> Tensor:
        """(N, q, H) hidden states: one forward pass."""
        ...

    def score(self, hidden: Tensor) -> Tensor:
        """(..., V) scores by the head."""
        ...


def everything(there: Tensor, *, keep: bool = True) -> SharedKeys:
    """A full pass over rows (N, S): everything that is there sees everything that is there. ``keep``: whether the keys are left
    behind; those of a long text are gigabytes."""
    n, size = there.shape
    positions = torch.arange(size, device=there.device).expand(n, -1)
    visible = there[:, None].expand(-1, size, -1)
    return SharedKeys([], None, visible, positions, positions, new={} if keep else _Forgetful())


class _Forgetful(dict[int, tuple[Tensor, Tensor]]):
    """Holds nothing."""

    def __setitem__(self, layer: int, keys: tuple[Tensor, Tensor]) -> None:
        pass


def picked(hidden: Tensor, at: Tensor) -> Tensor:
    """(N, A, H) of hidden states (N, q, H) at indices (N, A)."""
    return hidden.gather(1, at[..., None].expand(-1, -1, hidden.shape[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a full pass leaves: keys and values of all that is there, and what the canvas looked like."""

    layers: list[tuple[Tensor, Tensor]]
    """(N, K, S, D); those on the canvas are not used again"""
    there: Tensor
    """(N, S) bool"""
    at: Tensor
    """(N, L)"""
    noisy: Tensor
    """(N, L) bool"""
    p: Tensor
    """(N, L, V) probabilities"""

    def fits(self, there: Tensor, at: Tensor) -> bool:
        """Whether rows have the same tokens at the same positions outside the canvas: a slot that went moves all behind it."""
        return self.there.shape == there.shape and torch.equal(self.there, there) and torch.equal(self.at, at)


class Cached:
    """One text's keys and values, and the passes made with them."""

    def __init__(self, network: Keyed, policy: DualCache) -> None:
        self._network, self._policy = network, policy
        self._kept: Kept | None = None
        self._since = 0
        self._drifted = False
        self.nfe = 0
        """passes of either kind"""
        self.full = 0
        """those that ran the whole text"""
        self.divergence: float | None = None
        """the largest difference of a probability on a noisy slot between the cached prediction and the exact one, when last
        refreshed. Both are computed there on the same canvas, which costs one pass over the canvas more, counted in ``nfe``."""

    def scores(self, ids: Tensor, there: Tensor, at: Tensor, gone: Tensor, noisy: Tensor) -> Tensor:
        """(N, L, V) for rows (N, S) with slots at ``at``, of which some are ``gone``."""
        kept = self._kept if self._kept is not None and self._kept.fits(there, at) else None
        if kept is not None and self._since < self._policy.refresh and not self._drifted:
            found = self._canvas_alone(kept, ids, there, at, gone)
            self._since += 1
            self._drifted = difference(found.float().softmax(-1), kept.p, noisy & kept.noisy) > self._policy.drift
            return found
        stale = None
        if kept is not None and self._policy.refresh > 1:
            stale = self._canvas_alone(kept, ids, there, at, gone).float().softmax(-1)
        found = self._everything(ids, there, at, noisy)
        if stale is not None and self._kept is not None:
            self.divergence = difference(stale, self._kept.p, noisy)
        return found

    def _everything(self, ids: Tensor, there: Tensor, at: Tensor, noisy: Tensor) -> Tensor:
        self.nfe += 1
        self.full += 1
        shared = everything(there)
        hidden = self._network.run(ids, shared)
        found = self._network.score(picked(hidden, self._scoring(at)))
        layers = [shared.new[layer] for layer in range(len(shared.new))]
        self._kept = Kept(layers, there, at, noisy, found.float().softmax(-1))
        self._since, self._drifted = 1, False
        return found

    def _canvas_alone(self, kept: Kept, ids: Tensor, there: Tensor, at: Tensor, gone: Tensor) -> Tensor:
        """A pass over the canvas; of a shifted model also over the token before each gap, whose output scores its first slot."""
        self.nfe += 1
        wanted = torch.zeros_like(there)
        for positions in (at, self._scoring(at)):
            wanted |= torch.zeros_like(there, dtype=torch.uint8).scatter_add_(1, positions, (~gone).byte()).bool()
        width = max(1, int(wanted.sum(1).max()))
        positions = (~wanted).byte().argsort(dim=1, stable=True)[:, :width]
        runs = torch.arange(width, device=ids.device) < wanted.sum(1, keepdim=True)
        shared = SharedKeys(
            kept.layers,
            None,
            runs[:, None].expand(-1, width, -1),
            positions,
            positions,
            context_visible=there & ~wanted,
        )
        hidden = self._network.run(ids.gather(1, positions), shared)
        index = (wanted.long().cumsum(1) - 1).gather(1, self._scoring(at)).masked_fill(gone, 0)
        return self._network.score(picked(hidden, index))

    def _scoring(self, at: Tensor) -> Tensor:
        return (at - 1).clamp_min(0) if self._network.shifted else at


def difference(ours: Tensor, theirs: Tensor, where: Tensor) -> float:
    """The largest difference of two distributions (N, L, V) on some slots; 0 where there are none."""
    return float((ours - theirs).abs().amax(-1).masked_fill(~where, 0.0).amax()) if where.any() else 0.0

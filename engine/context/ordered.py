"""Eso-LM's passes: only clean inputs that are not kept yet and the masks that are due are run (arXiv 2506.01928, section 4).

Masks whose turn has not come are seen by nothing that counts, so they are never computed. In (B) a clean input sees what is
clean and not later in the order, so what was computed of the beginning of the order stays exact: its keys and values are kept
from pass to pass. In (A) clean inputs see all clean inputs and are run again, as long as diffusion writes; in the sequential
phase nothing that is clean sees what is later, so it is kept, too.

Shapes: N rows, L slots, Q inputs of this pass, C of them clean, S inputs kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.context.inputs import Inputs, Layers, behind, with_itself
from engine.diffusion.attention import Attention, visibility


@dataclass(frozen=True, slots=True, eq=False)
class OrderedPass:
    """What one pass runs: clean inputs, then the masks that are due."""

    inputs: Inputs
    """(N, Q)"""
    clean: int
    """C"""
    past: Layers | None
    """keys and values of what is kept"""
    positions: Tensor
    """(N, S + Q) of what is kept and of the inputs"""
    visible: Tensor
    """(N, Q, S + Q) bool"""

    @property
    def scored(self) -> Tensor:
        """(Q - C,) the inputs that score something."""
        return torch.arange(self.clean, self.inputs.width, device=self.visible.device)

    def on_slots(self, scores: Tensor, slots: int) -> Tensor:
        """(N, L, V) of the scores (N, Q - C, V) on the slots that they are of; 0 elsewhere."""
        asked = self.inputs.part(self.clean)
        row, query = asked.there.nonzero(as_tuple=True)
        found = scores.new_zeros(len(scores), slots, scores.shape[-1])
        found[row, asked.places[row, query]] = scores[row, query]
        return found


class OrderedPasses:
    """The passes of one run."""

    def __init__(self, attention: Attention, *, keep: bool) -> None:
        """``keep``: whether keys and values are kept: exactly in (B), in the sequential phase of (A) and nowhere else."""
        self._attention: Attention = attention
        self._keep = keep
        self._kept: tuple[Inputs, Layers] | None = None

    def over(self, inputs: Inputs, due: Tensor) -> OrderedPass:
        """What has to be run of the inputs of a whole pass to score the slots that are ``due`` (N, L)."""
        wanted = torch.nn.functional.pad(due, (0, 1)).expand(len(inputs.ids), -1)
        at = inputs.places.clamp_max(due.shape[1])
        asked = inputs.chosen(inputs.there & inputs.noisy & wanted.gather(1, at))
        fresh = self._fresh(inputs.chosen(inputs.there & ~inputs.noisy))
        here = fresh.then(asked)
        before, past = (None, None) if self._kept is None else self._kept
        both = here if before is None else before.then(here)
        return OrderedPass(here, fresh.width, past, both.positions, seen(self._attention, both, here.width))

    def keep(self, made: OrderedPass, new: Layers) -> None:
        """Keep the keys and values ``new`` (N, K, Q, D) that a pass computed, as far as they are of clean inputs."""
        diffuses = self._attention == "eso-a" and bool(
            (made.inputs.there & made.inputs.noisy & ~made.inputs.sequential).any()
        )
        if not self._keep or diffuses or not made.clean:
            return
        fresh, mine = made.inputs.part(0, made.clean), [(k[:, :, : made.clean], v[:, :, : made.clean]) for k, v in new]
        before, past = (None, None) if self._kept is None else self._kept
        self._kept = (fresh if before is None else before.then(fresh)), behind(past, mine)

    def keeps(self, inputs: Inputs) -> Layers | None:
        """What is kept, where it is of these clean inputs and of nothing else."""
        return self._kept[1] if self._kept is not None and inputs.same(self._kept[0]) else None

    def _fresh(self, clean: Inputs) -> Inputs:
        """The clean inputs that are not kept. All is forgotten unless what is kept is the beginning of the order as it is now."""
        if self._kept is not None and len(self._kept[0].ids) == len(clean.ids):
            kept = self._kept[0].chosen(self._kept[0].there)
            last = kept.ranks.masked_fill(~kept.there, torch.iinfo(kept.ranks.dtype).min).amax(-1, keepdim=True)
            early = clean.there & (clean.ranks <= last)
            known = replace(clean, there=early).part(0, kept.width)
            if known.same(kept) and not early[:, kept.width :].any():
                return clean.chosen(clean.there & ~early)
        self._kept = None
        return clean


def seen(attention: Attention, inputs: Inputs, queries: int | None = None) -> Tensor:
    """(N, Q, S + Q) bool: which inputs each sees; of the last ``queries`` only."""
    # What is written left to right is seen as a mask is: by what is not earlier in the order.
    visible = visibility(attention, inputs.noisy | inputs.sequential, inputs.ranks) & inputs.there[:, None]
    return with_itself(visible[:, inputs.width - (inputs.width if queries is None else queries) :])

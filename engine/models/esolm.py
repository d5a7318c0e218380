"""Eso-LM: attention by order of generation (arXiv 2506.01928, section 4).

Inputs are clean tokens and masks at their places in the text; who sees whom follows from the rank in which each was or will be
written. The text around the spans is clean from the start and comes first, in reading order. Where a step's slots are fixed
beforehand only they are run: later masks are seen by nothing that counts.

(B) Everything is causal in that order, so clean tokens never see a mask and their keys and values are kept exactly: the text's
for all rows, those of written slots from step to step. A step runs [what was written in the last step | the masks that are due].
(A) Clean tokens see all clean tokens, so all of them are run again.

Other systems ask for bidirectional attention. These networks were trained on one of the two patterns only and answer by that:
every mask sees the whole text on both sides, all that is written, and the masks to its left.

Shapes: N rows, S tokens, L slots, V ids of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.attention import Attention, visibility
from engine.canvas import Canvas, Context
from engine.denoiser import Draft
from engine.models.dit import Layers
from engine.models.dit_rows import Inputs, behind, inputs_of, on_slots, with_itself
from engine.models.masked_text import Fill, Row
from engine.models.mdlm import Carrying, DitDenoiser, Level

CHUNK = 256
"""tokens of text encoded per pass"""
Kept = tuple[Inputs, Layers]


class EsoDenoiser(DitDenoiser):
    """Eso-LM behind the Denoiser protocol. ``cached=False`` runs every token in every pass, to the same scores."""

    cached = True

    @property
    def trained(self) -> Attention:
        """The attention that it was trained with."""
        assert self.what.ordered is not None
        return self.what.ordered

    def condition(
        self,
        context: Context,
        *,
        seed: int = 0,
        attention: Attention = "bidirectional",
        reading: Context | None = None,
        self_conditioning: bool = False,
    ) -> Ordered:
        return Ordered(self, context, attention)

    def unconditional(self, context: Context) -> Context:
        """No text at all: masks that are never written have no place in its order."""
        return replace(context, segments=((),) * len(context.segments))

    @torch.no_grad()
    def nll(self, context: Context, fills: Sequence[Fill]) -> float:
        """Nats per token of the fills from left to right, both sides known: one pass over the clean text and a mask for every
        slot, which sees the clean tokens before it in the order, as the sequential part is trained."""
        gaps = tuple(replace(gap, slots=len(fill)) for gap, fill in zip(context.gaps, fills, strict=True))
        ids = torch.tensor([[i for fill in fills for i in fill]], dtype=torch.long, device=self.network.device)
        if not ids.numel():
            return 0.0
        nothing = torch.zeros_like(ids, dtype=torch.bool)
        row = self.text(replace(context, gaps=gaps)).row(ids, nothing)
        clean = ranked(row, nothing, None)
        masks = Inputs(torch.full_like(ids, self.mask_id), row.at, ~nothing, ~nothing, clean.ranks.gather(1, row.at))
        both = clean.then(masks)
        # A clean token is one that was written at its rank; before that only the text was there.
        earlier = clean.ranks[:, None] <= clean.ranks[:, :, None]
        if self.trained == "eso-a":
            given = ~on_slots(row, ~nothing)
            earlier |= given[:, None] & given[:, :, None]
        before = clean.ranks[:, None] < masks.ranks[:, :, None]
        blind = torch.zeros(1, both.width, masks.width, dtype=torch.bool, device=ids.device)
        visible = with_itself(torch.cat([torch.cat([earlier, before], 1), blind], 2))
        at = torch.arange(clean.width, both.width, device=ids.device)
        scores = self.masked.network(both.ids, both.positions, 0.0, visible=visible, scored=at)[0]
        log_p = self.masked.answers(scores, 0.0).double().log_softmax(-1)
        return float(-log_p.gather(-1, ids[..., None]).mean())


def ranked(row: Row, noisy: Tensor, order: Tensor | None) -> Inputs:
    """The inputs of rows with their ranks: the text, then what is written, then masks; slots by ``order`` (N, L) or from left to
    right. A slot that stood there before the first step has no place in the order (-1) and comes before those that have."""
    inputs = inputs_of(row, noisy)
    size, slots = row.ids.shape[1], noisy.shape[1]
    by_slot = torch.arange(slots, device=noisy.device).expand(noisy.shape)
    ranks = by_slot if order is None else torch.where(order < 0, by_slot, order + slots)
    ranks = size + ranks + 2 * slots * noisy
    on_slot = on_slots(row, ~row.gone)
    moved = torch.zeros_like(row.ids).scatter_add(1, row.at, ranks.masked_fill(row.gone, 0))
    return replace(inputs, ranks=torch.where(on_slot, moved, inputs.positions))


class Ordered(Carrying):
    """Eso-LM bound to one text."""

    _d: EsoDenoiser

    def __init__(self, denoiser: EsoDenoiser, context: Context, attention: Attention) -> None:
        super().__init__(denoiser, context)
        self._by_order = attention in ("eso-a", "eso-b")
        self._attention: Attention = attention if self._by_order else denoiser.trained
        self._keeps = denoiser.cached and self._attention == "eso-b"
        self._first: Kept | None = None
        """the text"""
        self._kept: Kept | None = None
        """slots written so far"""

    @torch.no_grad()
    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """Encode the text, where that is done once."""
        if not self._keeps:
            return
        device = self._text.ids.device
        row = self._text.row(canvas.ids.to(device), canvas.noisy.to(device))
        text = self._text_of(row, canvas)
        if not text.width or self._first is not None and _at_one_place(self._first[0], text):
            return
        self._first = self._kept = None
        layers: Layers | None = None
        none = torch.zeros(0, dtype=torch.long, device=device)
        for start in range(0, text.width, CHUNK):
            here = text.part(start, start + CHUNK)
            _, new = self._run(here, text.part(0, start) if start else None, layers, none)
            layers = behind(layers, new)
            yield Draft("read", start + here.width, text.width)
        assert layers is not None
        self._first = text, layers

    def _passed(self, row: Row, noisy: Tensor, t: Level) -> Tensor:
        """(N, L, V) of the slots that are due; 0 elsewhere."""
        by_order = self._by_order and self._canvas.order is not None
        inputs = self._ranked(row, self._canvas)
        due = on_slots(row, self._canvas.due.to(noisy.device) if by_order else noisy)
        clean = inputs.there & ~inputs.noisy
        past: Kept | None = None
        if self._keeps:
            past = self._first
            clean &= on_slots(row, ~row.gone)  # the text is known already
            if by_order and self._still(inputs, clean):
                assert self._kept is not None
                clean &= ~_held(inputs, self._kept[0])
                past = self._kept if past is None else (past[0].then(self._kept[0]), behind(past[1], self._kept[1]))
        fresh, _ = inputs.chosen(clean)
        asked, at = inputs.chosen(due)
        scored = torch.arange(fresh.width, fresh.width + asked.width, device=at.device)
        before, layers = (None, None) if past is None else past
        found, new = self._run(fresh.then(asked), before, layers, scored)
        if self._keeps and by_order and fresh.width:
            self._keep(fresh, new)
        scores = found.new_zeros(*row.ids.shape, found.shape[-1])
        n, query = asked.there.nonzero(as_tuple=True)
        scores[n, at[n, query]] = self._d.masked.answers(found, t)[n, query]
        return scores.gather(1, row.at[..., None].expand(-1, -1, scores.shape[-1]))

    def _ranked(self, row: Row, canvas: Canvas) -> Inputs:
        order = canvas.order if self._by_order else None
        device = row.ids.device
        return ranked(row, canvas.noisy.to(device), None if order is None else order.to(device))

    def _text_of(self, row: Row, canvas: Canvas) -> Inputs:
        """The text as inputs of its own: one row where no row misses a slot, so that it lies at the same positions in all."""
        inputs = self._ranked(row, canvas)
        text, _ = inputs.chosen(inputs.there & ~on_slots(row, ~row.gone))
        return text if row.gone.any() else Inputs(*(x[:1] for x in text.columns()))

    def _run(self, here: Inputs, before: Inputs | None, past: Layers | None, scored: Tensor) -> tuple[Tensor, Layers]:
        both = here if before is None else before.then(here)
        visible = (
            visibility(self._attention, both.noisy, both.ranks)[:, both.width - here.width :] & both.there[:, None]
        )
        self.nfe += 1
        out: tuple[Tensor, Layers] = self._d.masked.network(
            here.ids, here.positions, 0.0, visible=with_itself(visible), past=past, scored=scored
        )
        return out

    def _keep(self, fresh: Inputs, new: Layers) -> None:
        """Add what a pass computed of clean tokens."""
        mine = [(k[:, :, : fresh.width], v[:, :, : fresh.width]) for k, v in new]
        self._kept = (fresh, mine) if self._kept is None else (self._kept[0].then(fresh), behind(self._kept[1], mine))

    def _still(self, inputs: Inputs, clean: Tensor) -> bool:
        """Whether what is kept is still so; forgotten where it is not."""
        if self._kept is None:
            return False
        old = self._kept[0]
        if len(old.ids) == len(inputs.ids):
            at = old.positions
            same = (
                clean.gather(1, at) & (inputs.ids.gather(1, at) == old.ids) & (inputs.ranks.gather(1, at) == old.ranks)
            )
            if bool((same | ~old.there).all()):
                return True
        self._kept = None
        return False


def _held(inputs: Inputs, kept: Inputs) -> Tensor:
    """(N, S) bool: the inputs that are kept. Positions are places."""
    return torch.zeros_like(inputs.ids).scatter_add(1, kept.positions, kept.there.long()) > 0


def _at_one_place(a: Inputs, b: Inputs) -> bool:
    return a.positions.shape == b.positions.shape and bool((a.positions == b.positions).all())

"""Eso-LM: attention by order of generation (arXiv 2506.01928, section 4).

Inputs are clean tokens and masks at their places in the text; who sees whom follows from the rank in which each was or will be
written. The text around the spans is clean from the start and comes first, in reading order. Where a step's slots are fixed
beforehand only they are run: later masks are seen by nothing that counts.

(B) Everything is causal in that order, so clean tokens never see a mask and their keys and values are kept exactly: the text's
for all rows, those of written slots from step to step. A step runs [what was written in the last step | the masks that are due].
(A) What diffusion wrote sees all that diffusion wrote and nothing that is written left to right behind it; that sees all before
it in the order. So clean tokens are run again in every step of the diffusion, and kept in the sequential phase.

Other systems ask for bidirectional attention. These networks were trained on one of the two patterns only and answer by that:
every mask sees the whole text on both sides, all that is written, and the masks to its left.

Shapes: N rows, S tokens, L slots, V ids of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.context.inputs import Inputs, Layers, behind
from engine.context.ordered import OrderedPass, OrderedPasses, seen
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.attention import Attention
from engine.diffusion.canvas import Canvas
from engine.models.dit.mdlm import Carrying, DitDenoiser, Level
from engine.models.dit.rows import inputs_of, moved, on_slots
from engine.models.masked.text import Fill, MaskedRow
from engine.text.context import Context

CHUNK = 256
"""tokens of text encoded per pass"""


class EsoDenoiser(DitDenoiser):
    """Eso-LM behind the Denoiser protocol. ``cached=False`` runs every token in every pass, to the same scores."""

    cached = True

    @property
    def trained(self) -> Attention:
        """The attention that it was trained with."""
        assert self.what.ordered is not None
        return self.what.ordered

    @property
    def facts(self) -> Facts:
        """Its own sampler draws at temperature 1."""
        usual = {system: {"temperature": 1.0} for system in ("eso-a", "eso-b")}
        return replace(super().facts, orders=("eso-a", "eso-b"), usual=usual)

    def condition(self, context: Context, how: Conditions = USUAL) -> EsoConditioned:
        return EsoConditioned(self, context, how)

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
        clean, blind = ranked(row, nothing, None, ~nothing), torch.zeros_like(nothing)
        clean = replace(clean, ranks=2 * clean.ranks + 1)  # a mask comes just before the token in its place
        masks = Inputs(
            torch.full_like(ids, self.mask_id),
            row.at,
            row.at,
            blind,
            ~nothing,
            clean.ranks.gather(1, row.at) - 1,
            ~nothing,
        )
        both = clean.then(masks)
        visible = seen(self.trained, both)
        at = torch.arange(clean.width, both.width, device=ids.device)
        scores = self.masked.network(both.ids, both.positions, 0.0, visible=visible, scored=at)[0]
        log_p = self.masked.answers(scores, 0.0).double().log_softmax(-1)
        return float(-log_p.gather(-1, ids[..., None]).mean())


def ranked(row: MaskedRow, noisy: Tensor, order: Tensor | None, sequential: Tensor | None) -> Inputs:
    """The inputs of rows with their ranks: the text, then what is written, then masks; slots by ``order`` (N, L) or from left to
    right. A slot that stood there before the first step has no place in the order (-1) and comes before those that have.
    ``sequential`` (N, L): slots of the phase from left to right."""
    inputs = inputs_of(row, noisy)
    size, slots = row.ids.shape[1], noisy.shape[1]
    by_slot = torch.arange(slots, device=noisy.device).expand(noisy.shape)
    ranks = by_slot if order is None else torch.where(order < 0, by_slot, order + slots)
    ranks = size + ranks + 2 * slots * noisy
    ranks = torch.where(inputs.places < slots, moved(row, ranks), inputs.positions)
    return replace(
        inputs, ranks=ranks, sequential=on_slots(row, torch.zeros_like(noisy) if sequential is None else sequential)
    )


class EsoConditioned(Carrying):
    """Eso-LM bound to one text."""

    _d: EsoDenoiser

    def __init__(self, denoiser: EsoDenoiser, context: Context, how: Conditions) -> None:
        super().__init__(denoiser, context, how)
        self._by_order = how.attention in ("eso-a", "eso-b")
        self._attention: Attention = how.attention if self._by_order else denoiser.trained
        self._keeps = denoiser.cached and self._attention == "eso-b"
        self._read = OrderedPasses(self._attention, keep=self._keeps)
        """of the text"""
        self._written = OrderedPasses(self._attention, keep=denoiser.cached)
        """of the slots"""
        self._first: Layers | None = None

    @torch.no_grad()
    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """Encode the text, where that is done once."""
        if not self._keeps:
            return
        device = self._text.ids.device
        row = self._text.row(canvas.ids.to(device), canvas.noisy.to(device))
        inputs = self._ranked(row, canvas)
        text = inputs.chosen(inputs.there & (inputs.places >= row.at.shape[1]))
        if not row.gone.any():  # it lies at the same positions in all rows
            text = Inputs(*(x[:1] for x in text.columns()))
        self._first = self._read.keeps(text)
        if self._first is not None or not text.width:
            return
        self._read, self._written = (OrderedPasses(self._attention, keep=True) for _ in range(2))
        for start in range(0, text.width, CHUNK):
            here = text.part(0, start + CHUNK)
            made = self._read.over(here, torch.zeros_like(row.gone[:1]))
            self._read.keep(made, self._run(made, made.past, made.visible)[1])
            yield Draft("read", here.width, text.width)
        self._first = self._read.keeps(text)

    def _passed(self, row: MaskedRow, noisy: Tensor, t: Level) -> Tensor:
        """(N, L, V) of the slots that are due; 0 elsewhere."""
        inputs = self._ranked(row, self._canvas)
        if self._keeps:  # the text is known already
            inputs = replace(inputs, there=inputs.there & (inputs.places < row.at.shape[1]))
        ordered = self._by_order and self._canvas.order is not None
        made = self._written.over(inputs, self._canvas.due.to(noisy.device) if ordered else noisy)
        past, visible = made.past, made.visible
        if self._first is not None:
            past = self._first if past is None else behind(self._first, past)
            text = visible.new_ones(*visible.shape[:2], self._first[0][0].shape[2])
            visible = torch.cat([text, visible], 2)
        found, new = self._run(made, past, visible)
        self._written.keep(made, new)
        return made.on_slots(self._d.masked.answers(found, t), noisy.shape[1])

    def _ranked(self, row: MaskedRow, canvas: Canvas) -> Inputs:
        device = row.ids.device
        order, last = (canvas.order, canvas.sequential) if self._by_order else (None, None)
        order, last = (None if x is None else x.to(device) for x in (order, last))
        return ranked(row, canvas.noisy.to(device), order, last)

    def _run(self, made: OrderedPass, past: Layers | None, visible: Tensor) -> tuple[Tensor, Layers]:
        self.nfe += 1
        ids, positions = made.inputs.ids, made.inputs.positions
        out: tuple[Tensor, Layers] = self._d.masked.network(
            ids, positions, 0.0, visible=visible, past=past, scored=made.scored
        )
        return out

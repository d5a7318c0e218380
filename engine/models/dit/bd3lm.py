"""BD3-LM: a text in blocks, each denoised as a whole with the blocks before it known (arXiv 2503.09573).

Blocks are counted from the first token that is read. A token sees its own block and the blocks before it; nothing sees a later
block, so of the text behind a span only what lies in the span's last block is read. Blocks before the first slot never see the
canvas: their keys and values are exact for every step and row.

In training, a block with masks saw the blocks before it without any. So masks of earlier blocks are not seen here, and every run
goes block by block (``grid``): the leftmost unfinished block has the inputs that it had in training; blocks behind it are scored
without what is still missing.

Shapes: N rows, S tokens, P of them in blocks before the first slot, L slots, V ids of the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.context.inputs import Inputs, Layers, behind, with_itself
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.models.dit.mdlm import Carrying, DitDenoiser, Level
from engine.models.dit.rows import inputs_of
from engine.models.masked.text import Fill, MaskedRow, Text
from engine.text.context import Context

CHUNK = 256
"""tokens of text encoded per pass, about: always whole blocks"""
JUDGED = 10
"""tokens behind a fill that its likelihood counts: the fill itself is written without them"""


class BlockDenoiser(DitDenoiser):
    """BD3-LM behind the Denoiser protocol."""

    @property
    def block(self) -> int:
        """tokens in a block"""
        assert self.what.block is not None
        return self.what.block

    @property
    def cached(self) -> bool:
        """Whether the text's keys and values stay what they are: a network that is told the noise level has others each step."""
        return not self.what.timed

    @property
    def facts(self) -> Facts:
        return replace(super().facts, block=self.block)

    def condition(self, context: Context, how: Conditions = USUAL) -> Blockwise:
        return Blockwise(self, context, how, cached=self.cached)

    def unconditional(self, context: Context) -> Context:
        """No text at all: it was never trained on masks before a block."""
        return replace(context, segments=((),) * len(context.segments))

    def fitted(self, context: Context) -> Context:
        """Without what no slot can see: the text behind the last slot's block."""
        *others, last = context.segments
        context = super().fitted(replace(context, segments=(*others, last[: self.block - 1])))
        *others, last = context.segments
        length = len(self.frame.before) + sum(map(len, others)) + context.slots
        return replace(context, segments=(*others, last[: -length % self.block]))

    @torch.no_grad()
    def nll(self, context: Context, fills: Sequence[Fill]) -> float:
        """Nats per token of the fills and of the first tokens behind each, so that both sides count: block by block, and inside a
        block from left to right. All blocks at once: the network reads the noised text and the clean one, as in training."""
        wanted, segments, gaps = [], [context.segments[0]], []
        for fill, gap, segment in zip(fills, context.gaps, context.segments[1:], strict=True):
            wanted += [*fill, *segment[:JUDGED]]
            segments.append(segment[JUDGED:])
            gaps.append(replace(gap, slots=len(fill) + len(segment[:JUDGED])))
        if not wanted:
            return 0.0
        text = Text(
            self.fitted(Context(tuple(segments), tuple(gaps))),
            self.frame,
            self.mask_id,
            self.null_id,
            self.network.device,
        )
        ids = torch.tensor([wanted], device=text.ids.device)
        row = text.row(ids, torch.zeros_like(ids, dtype=torch.bool))
        clean = inputs_of(row, torch.zeros_like(ids, dtype=torch.bool))
        visible = training_mask(clean.positions // self.block)
        within = clean.positions % self.block
        total = 0.0
        for turn in range(self.block):
            open_ = torch.zeros_like(clean.noisy).index_fill(1, text.slots, True) & (within >= turn)
            at = (open_ & (within == turn))[0].nonzero().flatten()
            if not len(at):
                continue
            noised = torch.where(open_, self.mask_id, row.ids)
            both, positions = torch.cat([noised, row.ids], 1), torch.cat([clean.positions] * 2, 1)
            scores = self.masked.network(both, positions, 0.0, visible=visible, scored=at)[0]
            log_p = self.masked.answers(scores, 0.0)[0].double().log_softmax(-1)
            total -= float(log_p.gather(-1, row.ids[0, at][:, None]).sum())
        return total / len(wanted)


def training_mask(block: Tensor) -> Tensor:
    """(1, 2 S, 2 S) bool for the noised text and behind it the clean one; ``block`` (1, S) numbers the blocks. Noised tokens see
    their own block as it is noised and earlier ones clean, clean tokens see their own and earlier ones clean."""
    own, earlier = block[:, None] == block[:, :, None], block[:, None] < block[:, :, None]
    noised = torch.cat([own, earlier], 2)
    return torch.cat([noised, torch.cat([torch.zeros_like(own), own | earlier], 2)], 1)


def block_mask(inputs: Inputs, past: Inputs | None, block: int) -> Tensor:
    """(N, Q, S + Q) bool of inputs behind ``past``: their own block, and what is settled in earlier ones."""
    both = inputs if past is None else past.then(inputs)
    of_query, of_key = inputs.positions[:, :, None] // block, both.positions[:, None] // block
    return with_itself(both.there[:, None] & ((of_key == of_query) | (of_key < of_query) & ~both.noisy[:, None]))


class Blockwise(Carrying):
    """BD3-LM bound to one text."""

    _d: BlockDenoiser

    def __init__(self, denoiser: BlockDenoiser, context: Context, how: Conditions = USUAL, *, cached: bool) -> None:
        super().__init__(denoiser, context, how)
        slots = self._text.slots
        of = slots // denoiser.block
        self.grid = of.unique(return_inverse=True)[1] if len(of) else of
        first = int(slots[0]) if len(slots) else 0
        self._known = first // denoiser.block * denoiser.block if cached else 0
        """P"""
        self._layers: Layers | None = None

    @torch.no_grad()
    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """Encode the blocks before the first slot."""
        if self._layers is not None or not self._known:
            return
        ids = self._text.ids[None, : self._known]
        nothing = torch.zeros_like(ids, dtype=torch.bool)
        places = torch.arange(self._known, device=ids.device)[None]
        known = Inputs(ids, places, places, ~nothing, nothing, places, nothing)
        step = max(1, CHUNK // self._d.block) * self._d.block
        layers: Layers | None = None
        for start in range(0, self._known, step):
            here = known.part(start, start + step)
            visible = block_mask(here, known.part(0, start) if start else None, self._d.block)
            none = torch.zeros(0, dtype=torch.long, device=ids.device)
            self.nfe += 1
            _, new = self._d.masked.network(here.ids, here.positions, 0.0, visible=visible, past=layers, scored=none)
            layers = behind(layers, new)
            yield Draft("read", start + here.width, self._known)
        self._layers = layers

    def _passed(self, row: MaskedRow, noisy: Tensor, t: Level) -> Tensor:
        """One pass over the blocks from the first slot's on."""
        inputs = inputs_of(row, noisy)
        known, masked = self._known, self._d.masked
        assert self._layers is not None or not known, "read the text first"
        past, here = (inputs.part(0, known) if known else None), inputs.part(known)
        visible = block_mask(here, past, self._d.block)
        self.nfe += 1
        at = (row.at - known).clamp_min(0)
        scores = masked.network(
            here.ids, here.positions, masked.sigma(t), visible=visible, past=self._layers, scored=at
        )[0]
        return masked.answers(scores, t)

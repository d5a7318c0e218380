"""The writer: a trained parallel denoiser on the causal reader's cache, and the judge that corrects it.

The text around the spans is encoded once by the untouched reader, in document order at its true positions, with a gap where
each canvas lies. The writer's canvas attends to that and to itself (see layout.py).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from engine.context.network import CausalNetwork
from engine.context.ordered import OrderedPasses
from engine.context.shared_attention import SharedKeys
from engine.context.static_step import StaticSteps
from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.attention import Attention
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Absorbing, Corruption
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.lean.body import LeanBody
from engine.models.writer.layout import contents, layout, streams
from engine.models.writer.surroundings import Surroundings, TextJudge
from engine.text.allowed import NEVER, Allowed
from engine.text.context import Context, Gap
from engine.text.wishes import LengthBy


class WriterDenoiser:
    """The writer behind the Denoiser protocol. ``samples`` > 0 lets the judge correct its proposals. ``ordered`` runs only what
    is due where the order is fixed beforehand (Eso-LM); without it every pass runs the whole canvas, to the same scores.
    ``static`` runs whole canvases in fixed shapes; by default on a GPU only."""

    revises = True
    length_by: LengthBy = "null"
    end_ids: tuple[int, ...] = ()
    expand_id: int | None = None
    delete_id: int | None = None

    def __init__(
        self,
        causal: CausalDenoiser,
        model: CausalNetwork,
        *,
        samples: int = 0,
        ordered: bool = True,
        static: bool | None = None,
    ) -> None:
        self.causal = causal
        self.model = model
        self.samples = samples
        self.name = f"{causal.name} writer" + (" + judge" if samples else "")
        self.device = causal.device
        self.tokenizer = causal.tokenizer
        self.mask_id, self.null_id = causal.mask_id, causal.null_id
        self.max_slots, self.after = causal.max_slots, causal.after
        self.ordered = ordered
        on_gpu = causal.device.startswith("cuda")
        self.static = StaticSteps(model, graph=on_gpu) if (on_gpu if static is None else static) else None
        self.chat = causal.chat
        self.corruption: Corruption = Absorbing(self.mask_id)

    @property
    def facts(self) -> Facts:
        return Facts(judged=self.samples > 0, orders=("eso-a", "eso-b"), reads_noise=True)

    def condition(self, context: Context, how: Conditions = USUAL) -> WriterConditioned:
        return WriterConditioned(self, context, how)

    @property
    def unjudged(self) -> WriterDenoiser:
        """The writer alone, for who has another judge."""
        other = copy.copy(self)
        other.samples = 0
        return other

    def unconditional(self, context: Context) -> Context:
        return self.causal.unconditional(context)

    def nll(self, context: Context, fills: Sequence[tuple[int, ...]]) -> float:
        """By the untouched model."""
        return self.causal.nll(context, fills)

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        self.causal.warm(text, should_stop, position)

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        """Read the text around the canvas: what follows it is read by every run, in one pass."""
        for _ in self.causal.reader.read(self.causal.before(context.segments[0])):
            if should_stop():
                return


class WriterConditioned:
    """The writer bound to one text."""

    normalised = True
    divergence: float | None = None
    timeless = True
    grid: Tensor | None = None

    def __init__(self, denoiser: WriterDenoiser, context: Context, how: Conditions) -> None:
        self._d = denoiser
        self._raw = how.raw
        causal = denoiser.causal
        self._reader = causal.reader.session()
        self._text = Surroundings(causal, self._reader, context)
        self._attention: Attention = how.attention
        self._ordered: OrderedPasses | None = None
        self._layers: list[tuple[Tensor, Tensor]] | None = None
        self._allowed = [
            Allowed(causal.bans, context, gap, last)
            for gap, last in zip(context.gaps, self._text.previous, strict=True)
        ]
        for allowed in self._allowed:  # a mask is never an answer
            allowed.never, allowed.first = allowed.never.clone(), allowed.first.clone()
            allowed.never[denoiser.mask_id] = allowed.first[denoiser.mask_id] = True
        self._judge = (
            TextJudge(causal, self._reader, context, how.reading or context, denoiser.samples, denoiser.null_id)
            if denoiser.samples
            else None
        )

    @property
    def nfe(self) -> int:
        return self._reader.nfe

    @property
    def judge(self) -> Judge | None:
        return self._judge

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        """Encode the text around the canvas, for the writer and for the judge."""
        yield from self._text.read()
        if self._judge is not None:
            yield from self._judge.read()

    @torch.inference_mode()
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        self._reader.nfe += 1
        ordered = canvas.turn is not None and self._attention in ("eso-a", "eso-b") and self._d.ordered
        scores = self._due(canvas) if ordered else self._all(canvas)
        return self._restricted(scores, canvas)

    def _all(self, canvas: Canvas) -> Tensor:
        """(B, L, V) of every slot in one pass."""
        text, n = self._text, canvas.ids.shape[0]
        lengths = [gap.slots for gap in text.context.gaps]
        # Random words are read as any others that may be wrong, as it was taught to revise; else an undecided slot is a mask.
        ids = canvas.ids if self._raw else torch.where(canvas.noisy, self._d.mask_id, canvas.ids)
        laid = layout(
            ids, canvas.noisy, canvas.order, text.previous, text.starts, lengths, self._attention, self._d.mask_id
        )
        positions = laid.positions.expand(n, -1)
        shared = SharedKeys(self._context(), None, laid.visible, positions, positions)
        # The head is a sixth of a pass; nobody looks at slots that stay.
        columns = canvas.asked.any(0).nonzero().flatten()
        found = self._scores(laid.ids, shared, laid.scoring[columns])
        scores = found.new_zeros(*canvas.ids.shape, found.shape[-1])
        scores[:, columns] = found
        return scores

    def _due(self, canvas: Canvas) -> Tensor:
        """(B, L, V) of the slots whose turn it is; 0 elsewhere. Nothing else is run."""
        text = self._text
        if self._ordered is None:
            self._ordered = OrderedPasses(self._attention, keep=self._attention == "eso-b")
        lengths = [gap.slots for gap in text.context.gaps]
        laid, own = contents(canvas.ids, canvas.noisy, canvas.order, text.previous, text.starts, lengths)
        made = self._ordered.over(streams(laid, own, self._d.mask_id), canvas.due)
        here = made.inputs
        shared = SharedKeys(self._context(), made.past, made.visible, here.positions, made.positions)
        found = self._scores(here.ids, shared, made.scored)
        self._ordered.keep(made, [shared.new[layer] for layer in range(len(shared.new))])
        return made.on_slots(found, canvas.ids.shape[1])

    def _context(self) -> list[tuple[Tensor, Tensor]]:
        """Keys and values of the whole text, in the precision in which the library's attention to them is fastest: float32 on a
        CPU."""
        if self._layers is None:
            layers = self._text.encoded[-1].layers
            widened = self._d.device == "cpu" and not isinstance(self._d.model.base_model, LeanBody)
            self._layers = [(k.float(), v.float()) for k, v in layers] if widened else layers
        return self._layers

    def _hidden(self, ids: Tensor, shared: SharedKeys) -> Tensor:
        """(N, Q, H) of one pass of the writer."""
        if self._d.static is not None and shared.own is None and self._ordered is None and shared.context:
            step = self._d.static.of(ids.shape[0], ids.shape[1], shared.context)
            if step.loaded is not self:  # another run used these buffers meanwhile
                step.load(shared.context)
                step.loaded = self
            return step(ids, shared.positions, shared.visible)
        out = self._d.model.base_model(input_ids=ids, position_ids=shared.positions, use_cache=False, shared=shared)
        assert isinstance(out.last_hidden_state, Tensor)
        return out.last_hidden_state

    def _scores(self, ids: Tensor, shared: SharedKeys, scoring: Tensor) -> Tensor:
        """One pass of the writer: (N, len(scoring), V) at some of its inputs."""
        hidden = self._hidden(ids, shared)
        head = self._d.model.get_output_embeddings()
        assert isinstance(head, torch.nn.Module)
        scores: Tensor = head(hidden[:, scoring]).float()
        return scores

    def _restricted(self, scores: Tensor, canvas: Canvas) -> Tensor:
        """The scores with the rules of a fill: what may stand there, and where NULL may."""
        context = self._text.context
        for (start, end), gap, allowed in zip(context.ranges(), context.gaps, self._allowed, strict=True):
            if start == end:
                continue
            part, ids, noisy = (x[:, start:end] for x in (scores, canvas.ids, canvas.noisy))
            if gap.roomy:
                self._with_room(part, ids, noisy, allowed)
            else:
                self._behind(part, ids, noisy, allowed, gap)
        return scores

    def _with_room(self, scores: Tensor, ids: Tensor, noisy: Tensor, allowed: Allowed) -> None:
        """NULL may stand anywhere, and what the user wrote is allowed whatever it is."""
        never = allowed.never.clone()
        never[self._d.null_id] = False
        standing = scores.gather(-1, ids[..., None])
        scores.masked_fill_(never, NEVER)
        kept = torch.where(noisy[..., None], scores.gather(-1, ids[..., None]), standing)
        scores.scatter_(-1, ids[..., None], kept)

    def _behind(self, scores: Tensor, ids: Tensor, noisy: Tensor, allowed: Allowed, gap: Gap) -> None:
        """At least as many tokens as the gap wants, and NULL only behind the last one."""
        null = self._d.null_id
        never = allowed.never.expand(scores.shape[1], -1).clone()
        never[0] = allowed.first
        if gap.exact:
            scores.masked_fill_(never, NEVER)
            return
        never[gap.least :, null] = False
        scores.masked_fill_(never, NEVER)
        for row in range(len(scores)):
            words = (~noisy[row] & (ids[row] != null)).nonzero().flatten()
            ends = (~noisy[row] & (ids[row] == null)).nonzero().flatten()
            if len(words):
                scores[row, : int(words[-1]), null] = NEVER
            if len(ends):
                tail = scores[row, int(ends[0]) :]
                kept = tail[:, null].clone()
                tail[:] = NEVER
                tail[:, null] = kept

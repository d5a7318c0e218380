"""Masked diffusion with full attention: every token of the text, written or not, is read in every pass.

Any network that scores masked positions in a text is a denoiser: the text before, the slots of every gap, the text between and
the text after are one row, noisy slots are MASK, and the scores on the slots are the answer (LLaDA, arXiv 2502.09992; MDLM,
arXiv 2406.07524). Written slots that hold NULL are not there: they are taken out before the network reads the row.

Shapes: N rows, S tokens of the longest row, L slots, V ids that the network scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from engine.context.window import STRIDE, WINDOW, window
from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Absorbing, Corruption
from engine.errors import SpanTooLong
from engine.models.causal.denoiser import MAX_SPAN
from engine.models.masked.text import BARE, Fill, Frame, MaskedRow, Text
from engine.text.allowed import NEVER, Allowed, Bans
from engine.text.chat import Chat
from engine.text.context import Context, Gap
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import LengthBy

AFTER = 2000
"""characters of the text behind the last span that are read"""
BATCH = 16
"""rows of one pass of the pseudo-likelihood"""


class MaskedNetwork(Protocol):
    """What a masked model is to this engine."""

    device: torch.device
    vocabulary: int
    """V"""

    def __call__(self, ids: Tensor, there: Tensor, t: float, at: Tensor) -> Tensor:
        """(N, A, V) scores of every token at some positions: one forward pass. A model whose output at i - 1 scores position i
        knows that itself.

        Args:
            ids: (N, S) int64; what is not there holds any valid id.
            there: (N, S) bool; rows are padded at their end.
            t: noise level, 1 all noise.
            at: (N, A) int64 positions that are asked for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A network that scores every position, (ids, there, t) -> (N, S, V), as a Network."""

    scores: Callable[[Tensor, Tensor, float], Tensor]
    vocabulary: int
    device: torch.device = torch.device("cpu")

    def __call__(self, ids: Tensor, there: Tensor, t: float, at: Tensor) -> Tensor:
        found = self.scores(ids, there, t)
        return found.gather(1, at[..., None].expand(-1, -1, found.shape[-1]))


class MaskedDenoiser:
    """A masked network behind the Denoiser protocol.

    Args:
        mask_id: the id that the network reads as "unknown".
        frame: what stands around every text.
        positions: the longest row that the network reads; None: there is no limit.
        window: the most tokens of text before the first gap.
        expand_id, delete_id: length tokens, where the model was trained with any (DreamOn, arXiv 2602.01326).
        normalised: False where the scores are log-ratios (see Conditioned).
    """

    after = AFTER
    # What a network says of a token that it can see is what its training happened to leave there: only masked tokens are in
    # the loss. It can serve as a hint (P2, arXiv 2502.03540), not as a reason to rewrite a text.
    revises = False
    chat: Chat | None = None
    end_ids: tuple[int, ...] = ()

    def __init__(
        self,
        network: MaskedNetwork,
        tokenizer: Tokenizer,
        name: str,
        *,
        mask_id: int,
        frame: Frame = BARE,
        positions: int | None = None,
        window: int = WINDOW,
        expand_id: int | None = None,
        delete_id: int | None = None,
        normalised: bool = True,
    ) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self.name = name
        self.device = str(network.device)
        self.mask_id = mask_id
        # It never enters the network, so it needs no row of the embedding.
        self.null_id = max(network.vocabulary, tokenizer.size)
        self.frame, self.positions, self.window = frame, positions, window
        self.expand_id, self.delete_id = expand_id, delete_id
        self.length_by: LengthBy = "search" if expand_id is None and delete_id is None else "tokens"
        self.max_slots = MAX_SPAN if positions is None else min(MAX_SPAN, positions // 3)
        self.corruption: Corruption = Absorbing(mask_id)
        self.normalised = normalised
        never = (mask_id, *frame.before, *frame.after, *self.lengths)
        self.bans = Bans(tokenizer, self.null_id + 1, network.device, never)

    @property
    def facts(self) -> Facts:
        return Facts(carries_over=True)

    @property
    def lengths(self) -> list[int]:
        """The length tokens."""
        return [i for i in (self.expand_id, self.delete_id) if i is not None]

    def condition(self, context: Context, how: Conditions = USUAL) -> MaskedConditioned:
        return MaskedConditioned(self, context, how)

    def unconditional(self, context: Context) -> Context:
        """Every token of the text masked, and what stands around it (LLaDA, appendix A)."""
        segments = tuple((self.mask_id,) * len(segment) for segment in context.segments)
        return replace(context, segments=segments, blank=True)

    def nll(self, context: Context, fills: Sequence[Fill]) -> float:
        """Pseudo-log-likelihood (arXiv 1910.14659): the mean over the fills' tokens of -log p(token | everything else)."""
        gaps = tuple(replace(gap, slots=len(fill)) for gap, fill in zip(context.gaps, fills, strict=True))
        tokens = torch.tensor([token for fill in fills for token in fill], device=self.network.device)
        if not len(tokens):
            return 0.0
        text, total = self.text(replace(context, gaps=gaps)), 0.0
        for hidden in torch.eye(len(tokens), dtype=torch.bool, device=tokens.device).split(BATCH):
            row = text.row(tokens.expand(len(hidden), -1), hidden)
            at = row.at.gather(1, hidden.to(torch.uint8).argmax(1, keepdim=True))
            with torch.inference_mode():
                log_p = self.network(row.ids, row.there, 0.0, at)[:, 0].float().log_softmax(-1)
            total -= float(log_p.gather(1, tokens[hidden.to(torch.uint8).argmax(1), None]).double().sum())
        return total / len(tokens)

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        """Nothing of a text can be kept: all of it attends to what is being written."""

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        """Nothing can be done ahead."""

    def text(self, context: Context) -> Text:
        frame = self.frame
        if context.blank:
            frame = Frame((self.mask_id,) * len(frame.before), (self.mask_id,) * len(frame.after))
        return Text(self.fitted(context), frame, self.mask_id, self.null_id, self.network.device)

    def fitted(self, context: Context) -> Context:
        """The context as far as it is read: as much of the text before and after as fits, the text between whole.

        Raises SpanTooLong where not even the spans and the text between them fit.
        """
        first, last = context.segments[0], context.segments[-1]
        room = self.window + len(last)
        if self.positions is not None:
            fixed = len(self.frame.before) + len(self.frame.after) + context.slots
            between = sum(map(len, context.segments[1:-1]))
            room = self.positions - fixed - between
            if room < 0:
                raise SpanTooLong(
                    f"the spans and the text between them take {fixed + between} tokens and {self.name} reads "
                    f"{self.positions}; select less, or one span at a time"
                )
        # The text behind gives way where both sides do not fit, down to a third.
        behind = last[: max(room // 3, room - min(len(first), self.window))]
        size = min(self.window, room - len(behind))
        before = window(first, size, max(1, min(STRIDE, size // 4)))
        return replace(context, segments=(before, *context.segments[1:-1], behind))


class MaskedConditioned:
    """A masked denoiser bound to one text."""

    judge: Judge | None = None
    divergence: float | None = None
    grid: Tensor | None = None

    def __init__(self, denoiser: MaskedDenoiser, context: Context, how: Conditions = USUAL) -> None:
        self._d = denoiser
        self._how = how
        self._text = denoiser.text(context)
        self.nfe = 0
        self._allowed = []
        last: int | None = None
        for segment, gap in zip(context.segments, context.gaps, strict=False):
            last = segment[-1] if segment else last
            self._allowed.append(Allowed(denoiser.bans, context, gap, last))

    @property
    def normalised(self) -> bool:
        return self._d.normalised

    @property
    def timeless(self) -> bool:
        return not self._d.facts.hears_noise

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        return iter(())

    @torch.no_grad()  # not inference_mode: the loop writes into what it gets
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        device = self._d.network.device
        ids, noisy = canvas.ids.to(device), canvas.noisy.to(device)
        row = self._text.row(ids, noisy)
        found = self._scores(row, noisy, t)
        scores = found.new_full((*found.shape[:2], self._d.null_id + 1), NEVER, dtype=torch.float32)
        scores[..., : found.shape[-1]] = found
        context = self._text.context
        for (start, end), gap, allowed in zip(context.ranges(), context.gaps, self._allowed, strict=True):
            if start == end:
                continue
            part, *canvas_of = (x[:, start:end] for x in (scores, ids, noisy, row.gone))
            self._restrict(part, *canvas_of, allowed=allowed, gap=gap)
        return scores.log_softmax(-1) if self.normalised else scores

    def _scores(self, row: MaskedRow, noisy: Tensor, t: float) -> Tensor:
        """(N, L, V) of one pass."""
        self.nfe += 1
        return self._d.network(row.ids, row.there, t, row.at)

    def _restrict(
        self, scores: Tensor, ids: Tensor, noisy: Tensor, gone: Tensor, *, allowed: Allowed, gap: Gap
    ) -> None:
        """The rules of a fill, in place, on the slots of one gap. A token that stands there is allowed whatever it is, and a slot
        that is not there stays so."""
        lengths = self._lengths(scores, noisy, gone, gap)
        standing = scores.gather(-1, ids[..., None])
        scores[:, 1:].masked_fill_(allowed.never, NEVER)
        scores[:, 0].masked_fill_(allowed.first, NEVER)
        for token, kept in lengths.items():
            scores[..., token] = kept
        kept = torch.where(noisy[..., None], scores.gather(-1, ids[..., None]), standing)
        scores.scatter_(-1, ids[..., None], kept)
        scores.masked_fill_(gone[..., None], NEVER)
        scores[..., self._d.null_id].masked_fill_(gone, 0.0)

    def _lengths(self, scores: Tensor, noisy: Tensor, gone: Tensor, gap: Gap) -> dict[int, Tensor]:
        """What stays of the length tokens' scores: they may be written where the length is open, expand where there is room,
        delete where something else is left. An answer may end behind its first slot."""
        found, behind = {}, torch.arange(noisy.shape[1], device=noisy.device) > 0
        for end in self._d.end_ids if gap.ends else ():
            found[end] = torch.where(noisy & behind, scores[..., end], NEVER)
        for token, may in (
            (self._d.expand_id, gone.any(1)),
            (self._d.delete_id, (~gone).sum(1) > 1),
        ):
            if token is not None and not gap.exact:
                found[token] = torch.where(noisy & may[:, None], scores[..., token], NEVER)
        return found

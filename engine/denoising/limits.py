"""Spans that may be something and nothing else, on any model and under any rule (see limit.py).

Whatever part of a whole that may stand there a rule writes, the rest of it can still be written.

Shapes: B rows, L slots, V tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from torch import Generator, Tensor

from engine.denoising.limit import Chain, Limit
from engine.diffusion.canvas import Canvas, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import COLD, Temperature
from engine.text.allowed import NEVER
from engine.text.context import Context
from engine.text.tokenizer import Tokenizer


@runtime_checkable
class Weighs(Protocol):
    """A conditioned denoiser that weighs whole fills."""

    def wholes(self, canvas: Canvas, row: int, gap: int) -> list[tuple[tuple[int, ...], float]]:
        """(slots of a gap, nats) of every fill that agrees with what is written."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The gaps of a run that may be something and nothing else: (number of the gap, its first slot, the slot behind it, what)."""

    gaps: tuple[tuple[int, int, int, Limit], ...]

    @classmethod
    def of(cls, context: Context, tokenizer: Tokenizer, null_id: int) -> Limits | None:
        """None where every gap may be anything."""
        found = tuple(
            (number, start, end, Limit.of(gap, tokenizer, null_id))
            for number, (gap, (start, end)) in enumerate(zip(context.gaps, context.ranges(), strict=True))
            if gap.only is not None and not gap.only.form  # what is drawn has its form from the beginning
        )
        return cls(found) if found else None

    def unfit(self, canvas: Canvas) -> int | None:
        """The number of a gap on which nothing that may stand there agrees with what is written; None: all are well."""
        for number, start, end, limit in self.gaps:
            for ids, noisy in zip(canvas.ids[:, start:end].tolist(), canvas.noisy[:, start:end].tolist(), strict=True):
                if not limit.fits(ids, noisy):
                    return number
        return None

    def restricted(self, scores: Tensor, canvas: Canvas, afresh: bool) -> Tensor:
        """(B, L, V) the scores of the slots that were asked for, given what may stand there."""
        made = scores.clone()
        for row, _, start, end, limit, chain in self._chains(scores, canvas, afresh):
            own = scores[row, start:end].cpu()
            found = limit.marginals(chain, limit.own(own)).log().clamp_min(NEVER)
            total = own.double().logsumexp(-1, keepdim=True)  # which is what a score model says of the whole slot
            said = torch.full_like(own, 2 * NEVER)
            said[:, limit.tokens] = (found + total.clamp_min(NEVER / 2)).to(own.dtype)
            asked = canvas.asked[row, start:end].to(made.device)
            made[row, start:end] = torch.where(asked[:, None], said.to(made.device), made[row, start:end])
        return made

    def fitted(
        self,
        scores: Tensor,
        proposal: Proposal,
        canvas: Canvas,
        heats: Sequence[float],
        dice: Dice,
        *,
        afresh: bool,
        draws: Temperature = COLD,
        weighs: Weighs | None = None,
    ) -> Proposal:
        """The proposal with a whole that may stand there in each of the gaps, drawn as one.

        Args:
            scores: of the model, before they were restricted.
            afresh: whether written slots are proposed anew along with the others.
        """
        ids, best = proposal.ids.clone(), proposal.best.clone()
        for row, number, start, end, limit, chain in self._chains(scores, canvas, afresh):
            likeliest = self._whole(limit, chain, None, weighs, canvas, row, number)
            drawn = likeliest
            if heats[row] > 0:
                warm = draws.narrowed(scores[row, start:end].cpu().float() / heats[row])
                heated = limit.said(chain, warm, *self._open(canvas, row, start, end, afresh))
                drawn = self._whole(limit, heated, dice.rows[row], weighs, canvas, row, number, heats[row])
            ids[row, start:end] = torch.tensor(drawn, device=ids.device)
            best[row, start:end] = torch.tensor(likeliest, device=ids.device)
        return replace(proposal, ids=ids, best=best)

    def _whole(
        self,
        limit: Limit,
        chain: Chain,
        rng: Generator | None,
        weighs: Weighs | None,
        canvas: Canvas,
        row: int,
        number: int,
        heat: float = 1.0,
    ) -> Sequence[int]:
        """A choice is weighed as a whole where the model can."""
        fills = weighs.wholes(canvas, row, number) if weighs is not None and limit.choice else []
        fills = [(fill, nats) for fill, nats in fills if limit.fits(fill, [False] * len(fill))]
        if not fills:
            return limit.whole(chain, rng)
        nats = torch.tensor([nats for _, nats in fills], dtype=torch.float64)
        if rng is None:
            return fills[int(nats.argmax())][0]
        return fills[int(torch.multinomial((nats / heat).softmax(0), 1, generator=rng))][0]

    def drawn(self, scores: Tensor, canvas: Canvas, row: int, count: int, rng: Generator, into: Tensor) -> Tensor:
        """``into`` (K, L) with wholes that may stand there in each of the gaps, drawn one by one for each of K."""
        made = into.clone()
        for at, _, start, end, limit, chain in self._chains(scores, canvas, False):
            if at == row:
                wholes = [limit.whole(chain, rng) for _ in range(count)]
                made[:, start:end] = torch.tensor(wholes, device=made.device).reshape(count, end - start)
        return made

    def covers(self, canvas: Canvas) -> Tensor:
        """(B, L) bool: the slots of the gaps."""
        found = torch.zeros_like(canvas.noisy)
        for _, start, end, _ in self.gaps:
            found[:, start:end] = True
        return found

    def kept(self, proposal: Tensor, other: Tensor, canvas: Canvas, afresh: bool) -> Tensor:
        """(B, L) tokens: the proposal, and in a gap where it cannot be finished the other, or where all slots are proposed at
        once."""
        if afresh:
            return torch.where(self.covers(canvas), other, proposal)
        made = proposal.clone()
        for row in range(len(made)):
            for _, start, end, limit in self.gaps:
                due, noisy = canvas.due[row, start:end], canvas.noisy[row, start:end]
                ids = torch.where(due, proposal[row, start:end], canvas.ids[row, start:end])
                if not limit.fits(ids.tolist(), (noisy & ~due).tolist()):
                    made[row, start:end] = other[row, start:end]
        return made

    def _open(self, canvas: Canvas, row: int, start: int, end: int, afresh: bool) -> tuple[Tensor, Tensor]:
        """(m,) which slots were asked for, and which are to be decided."""
        open_ = ~canvas.closed if afresh else canvas.noisy
        return canvas.asked[row, start:end].cpu(), open_[row, start:end].cpu()

    def _chains(
        self, scores: Tensor, canvas: Canvas, afresh: bool
    ) -> Iterator[tuple[int, int, int, int, Limit, Chain]]:
        """(row, gap, first slot, slot behind it, what, what is said of it)."""
        for row in range(len(canvas.ids)):
            for number, start, end, limit in self.gaps:
                asked, open_ = self._open(canvas, row, start, end, afresh)
                chain = limit.known(canvas.ids[row, start:end].tolist(), open_.tolist())
                yield row, number, start, end, limit, limit.said(chain, scores[row, start:end].cpu(), asked, open_)

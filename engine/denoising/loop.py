"""THE loop: logits -> propose -> decide -> Step. A generator, so closing it is cancelling it."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.denoising.carrying import Mends, allowed, closed, made_of, mended, same, written_as
from engine.denoising.correction import Judge, confirm, correct
from engine.denoising.denoiser import Conditioned, Telling
from engine.denoising.limits import Limits, Weighs
from engine.denoising.resizing import Resizing, ended, resize, turns
from engine.diffusion.canvas import Canvas, Guesses, Proposal, Ranked, Said, Step
from engine.diffusion.corruption import Corruption
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler
from engine.diffusion.temperature import COLD, Temperature
from engine.text.allowed import NEVER

ALTERNATIVES = 5


def propose(
    logits: Tensor,
    canvas: Canvas,
    temperature: float | Sequence[float],
    dice: Dice,
    *,
    normalised: bool = True,
    draws: Temperature = COLD,
) -> tuple[Proposal, tuple[tuple[Ranked | None, ...], ...]]:
    """Draw one token for every slot that is asked for (M of them), and list its likeliest alternatives; None for the others.

    Args:
        logits: (B, L, V).
        temperature: 0 takes the argmax; T adds Gumbel noise as exp(logit) / (-log u)^T, in float64
            (LLaDA, arXiv 2502.09992: float32 Gumbel noise lowers quality). The entropy is that of softmax(logits / T). One for
            all rows, or one for each.
        normalised: False for a score model, whose exp(logits) sum to what Proposal calls mass.
        draws: which tokens may be drawn at all. Confidence is that of all of them.
    """
    asked = canvas.asked
    scores = logits[asked].float().clamp_min(NEVER)  # (M, V); entropies have no use for minus infinity
    total = scores.logsumexp(-1, keepdim=True)
    best = scores.argmax(-1)
    drawn, spread, norm = best, scores, total
    heats = [temperature] * len(asked) if isinstance(temperature, int | float) else list(temperature)
    if any(heat > 0 for heat in heats):
        heat = torch.tensor(heats, device=scores.device).repeat_interleave(asked.sum(-1))[:, None]  # (M, 1)
        hot = heat[:, 0] > 0
        counts = [count if heat > 0 else 0 for count, heat in zip(asked.sum(-1).tolist(), heats, strict=True)]
        spread = draws.narrowed(scores / heat.where(heat > 0, 1.0))
        drawn = best.masked_scatter(hot, draws.drawn(scores[hot], spread[hot], heat[hot], counts, dice))
        norm = spread.logsumexp(-1, keepdim=True)
    spread = norm - spread  # -log p
    tops = scores.topk(min(ALTERNATIVES, scores.shape[-1]), -1)
    listed = zip(tops.indices.tolist(), (tops.values - total).double().exp().tolist(), strict=True)
    guesses = iter([tuple((i, p) for i, p in zip(ids, ps, strict=True) if p > 1e-4) for ids, ps in listed])

    def of(tokens: Tensor) -> Tensor:
        return (scores.gather(-1, tokens[:, None]) - total).squeeze(-1).double().exp()

    def spread_out(values: Tensor, empty: Tensor) -> Tensor:
        return empty.masked_scatter(asked, values)

    nothing, standing = torch.zeros(asked.shape, dtype=torch.float64, device=asked.device), canvas.ids
    mass = torch.ones_like(nothing)
    proposal = Proposal(
        ids=spread_out(drawn, standing),
        confidence=spread_out(of(drawn), nothing),
        entropy=spread_out((spread * torch.exp(-spread)).sum(-1).double(), nothing),
        current=spread_out(of(standing[asked].clamp_max(scores.shape[-1] - 1)), nothing),
        best=spread_out(best, standing),
        top=spread_out(of(best), nothing),
        gap=spread_out((tops.values[:, 0] - tops.values[:, min(1, tops.values.shape[-1] - 1)]).double(), nothing),
        standing=nothing if canvas.confidence is None else canvas.confidence,
        mass=mass if normalised else spread_out(total[:, 0].double().exp(), mass),
        stable=torch.zeros_like(asked),
    )
    return proposal, tuple(tuple(next(guesses) if here else None for here in row) for row in asked.tolist())


def denoise(
    denoiser: Conditioned,
    corruption: Corruption,
    canvas: Canvas,
    sampler: Sampler,
    steps: int,
    dice: Dice,
    *,
    temperature: Temperature = COLD,
    judge: Judge | None = None,
    resizing: Resizing | None = None,
    limits: Limits | None = None,
    menders: Sequence[Mends] = (),
    behind: float = 0.0,
    known: tuple[list[float], Guesses] | None = None,
    null_id: int | None = None,
) -> Gen[Step, None, None]:
    """Walk the canvas from t = 1 to 0 in evenly spaced steps and yield every step.

    The loop, not the sampler, keeps closed slots untouched and finishes the canvas at the last time. Steps of phase
    "read" and "draft" report forward passes made before a decision; "denoise" steps are the decisions, numbered from 1.
    A ``judge`` corrects every proposal as a whole; ``resizing`` carries out the length tokens of models that have them, and may
    add steps where turns are fixed; ``limits`` are what some spans may be and nothing else, and what a
    step writes is mended by ``menders``. A row ends when no slot of it is open
    (``Sampler.ends``).

    Args:
        behind: the share of the way from t = 1 to 0 that an earlier run has gone; its steps are not taken again. A rule that
            plans its turns beforehand plans them for what is noisy now.
        known: confidence and alternatives of every slot from that run.
        null_id: the token that leaves a slot empty, on a model that chooses itself which slots it needs.
    """
    canvas, steps = sampler.plan(replace(canvas, weighed=sampler.revises), steps, dice)
    most = steps + 2 * canvas.ids.shape[1] if canvas.turn is not None and resizing is not None else steps
    index = first = 0 if canvas.turn is not None else min(round(behind * steps), steps - 1)
    sure = torch.zeros(canvas.ids.shape, dtype=torch.float64, device=canvas.ids.device)
    if known is not None:
        sure = sure + torch.tensor(known[0], dtype=torch.float64, device=canvas.ids.device)
    scraped = torch.zeros_like(canvas.ids) if canvas.scraped is None else canvas.scraped
    canvas = replace(canvas, confidence=sure, scraped=scraped)
    canvas = closed(canvas, sampler, ~canvas.noisy)
    nothing = torch.zeros_like(canvas.noisy)
    blank: tuple[Guesses, ...] = ((((),) * canvas.ids.shape[1]),) * len(canvas.ids)
    guesses = blank if known is None else (known[1],) * len(blank)
    if bool(canvas.closed.all()):  # everything is written, or pinned
        if canvas.ids.shape[1]:
            yield Step(first, steps, 1 - first / steps, "denoise", canvas, nothing, guesses, done=True)
        return
    turn = _Turn(denoiser, corruption, sampler, dice, judge, resizing, temperature, limits, menders, null_id)
    while True:
        index += 1
        t, s = 1 - (index - 1) / steps, 1 - index / steps
        for draft in denoiser.draft(canvas):
            seen = blank if draft.guesses is None else (draft.guesses,) * len(blank)
            yield Step(index - 1, steps, t, draft.phase, canvas, nothing, seen, (draft.done, draft.total))
        heats = temperature.rows(t, len(canvas.ids))
        room = resizing is not None and resizing.fits(canvas, (most if canvas.turn is not None else steps) - index + 1)
        canvas, changed, guesses = turn.taken(canvas, guesses, t, s, heats, last=index == steps, room=room)
        if canvas.turn is not None and resizing is not None:
            steps = max(steps, index + turns(canvas))
        done = index == steps or bool(canvas.closed.all())
        yield Step(index, steps, s, "denoise", canvas, changed, guesses, done=done)
        if done:
            return


@dataclass(slots=True)
class _Turn:
    """One step of a run, and what has to be remembered from the step before."""

    denoiser: Conditioned
    corruption: Corruption
    sampler: Sampler
    dice: Dice
    judge: Judge | None
    resizing: Resizing | None
    draws: Temperature = COLD
    limits: Limits | None = None
    menders: Sequence[Mends] = ()
    null_id: int | None = None
    _best: Tensor | None = None
    """(B, L) the likeliest tokens of the step before"""
    _scored: Canvas | None = None
    _scores: Tensor | None = None
    _raw: Tensor | None = None
    """the same before spans were limited"""

    def taken(
        self,
        canvas: Canvas,
        guesses: tuple[Guesses, ...],
        t: float,
        s: float,
        heats: list[float],
        *,
        last: bool,
        room: bool,
    ) -> tuple[Canvas, Tensor, tuple[Guesses, ...]]:
        """(canvas, what was changed, alternatives) after the step from t to s."""
        live = ~canvas.closed.all(-1)
        logits = self._logits(canvas, t, room=room)
        proposal, found = propose(
            logits, canvas, heats, self.dice, normalised=self.denoiser.normalised, draws=self.draws
        )
        # A slot that was not asked for keeps the alternatives it was written with.
        guesses = tuple(
            tuple(old if new is None else new for old, new in zip(*rows, strict=True))
            for rows in zip(guesses, found, strict=True)
        )
        proposal = self._whole(logits, self._seen(proposal), canvas, heats)
        if self.sampler.holds:
            proposal = replace(proposal, said=self._said(logits, heats))
        decision = self.sampler.decide(canvas, self._told(proposal), t, s, self.dice)
        if decision.ids is not None:
            ids = decision.ids
            if last and self.sampler.holds and self.limits is not None:  # slot by slot it need not be a whole
                ids = torch.where(self.limits.covers(canvas) & ~canvas.closed, proposal.ids, ids)
            proposal = written_as(proposal, ids, logits)
        accept, remask, revise = allowed(canvas, decision, live, last)
        if self.resizing is not None:  # a slot that is not there is neither scraped nor written over
            present = canvas.ids != self.resizing.null_id
            remask, revise = remask & present, revise & present
        revise = revise & (proposal.ids != canvas.ids)
        if self.judge is not None and revise.any():
            sure = revise & self.limits.covers(canvas) if self.limits is not None else torch.zeros_like(revise)
            proposal, revise = confirm(logits, canvas, proposal, revise & ~sure, self.judge, self.dice)
            revise = revise | sure
        held = self.sampler.holds
        proposal = mended(self.menders, logits, proposal, canvas, accept | revise, remask, held=held)
        made = made_of(canvas, proposal, accept, remask, revise, weighed=self.sampler.revises, held=held)
        if last or decision.final is not None:
            assert made.final is not None
            over = torch.ones_like(made.final) if last or decision.final is None else decision.final
            made = replace(made, final=made.final | (over & ~made.noisy & ~made.frozen))
        made, changed, guesses = self._ended(made, accept | remask | revise, guesses)
        if held:
            return made, changed, guesses
        fresh = made.noisy & live[:, None]  # a finished row keeps what it shows
        ids = torch.where(fresh, self.corruption.noise(made.ids, self.dice), made.ids)
        return replace(made, ids=ids), changed, guesses

    def _logits(self, canvas: Canvas, t: float, *, room: bool) -> Tensor:
        """The denoiser's scores, those of the step before where nothing it looks at has changed since (MDLM's cache, arXiv
        2406.07524): then a step costs no pass."""
        if self._scores is None or not self.denoiser.timeless or not same(canvas, self._scored):
            self._scored, self._raw = canvas, self.denoiser.logits(canvas, t)
            limits, afresh = self.limits, self._anew
            self._scores = self._raw if limits is None else limits.restricted(self._raw, canvas, afresh)
        if self.resizing is not None and not room and self.resizing.tokens:
            barred = torch.tensor(self.resizing.tokens, device=self._scores.device)
            return self._scores.index_fill(-1, barred, -torch.inf)  # nothing could be written on what they make
        return self._scores

    def _said(self, logits: Tensor, heats: list[float]) -> tuple[Said, ...]:
        """All that the denoiser says, for a rule that draws from it; where tokens are limited or drawn otherwise than as it says
        them, that."""
        barred, whole = logits <= NEVER / 2, self.draws.top_p == 1 and not self.draws.top_k
        if isinstance(self.denoiser, Telling) and self.limits is None and whole and set(heats) == {1.0}:
            found = tuple(replace(one, barred=barred) for one in self.denoiser.said)
            if found:
                return found
        heat = torch.tensor(heats, device=logits.device)[:, None, None]
        warm = (logits / heat.where(heat > 0, 1.0)).flatten(0, 1)
        scores = self.draws.narrowed(warm).view_as(logits).masked_fill(barred, NEVER)
        cold = torch.full_like(logits, NEVER).scatter(-1, logits.argmax(-1, keepdim=True), 0.0)
        return (Said(torch.where(heat > 0, scores, cold), barred=barred),)

    @property
    def _anew(self) -> bool:
        """Whether written slots are proposed anew along with the others."""
        return self.sampler.afresh and self.sampler.revises

    def _whole(self, logits: Tensor, proposal: Proposal, canvas: Canvas, heats: list[float]) -> Proposal:
        """Proposals whose slots fit together, in spans that may be something only and where a judge weighs them."""
        limits, afresh, denoiser = self.limits, self._anew, self.denoiser
        if limits is not None:
            assert self._raw is not None
            weighs = denoiser if isinstance(denoiser, Weighs) else None
            proposal = limits.fitted(
                self._raw, proposal, canvas, heats, self.dice, afresh=afresh, draws=self.draws, weighs=weighs
            )
            proposal = written_as(proposal, proposal.ids, logits)
        if self.judge is None or not canvas.due.any():
            return proposal
        corrected = correct(logits, proposal, canvas, self.judge, heats, self.dice, limits)
        if limits is None:
            return corrected
        return written_as(corrected, limits.kept(corrected.ids, proposal.ids, canvas, afresh), logits)

    def _seen(self, proposal: Proposal) -> Proposal:
        """The proposal with what the step before says of it."""
        stable = proposal.stable if self._best is None else proposal.best == self._best
        self._best = proposal.best
        return replace(proposal, judged=self.judge is not None, stable=stable)

    def _told(self, proposal: Proposal) -> Proposal:
        """The proposal with its empty slots marked. An end of text is the least of certainties: what is last ends the text."""
        if self.null_id is not None:
            proposal = replace(proposal, empty=proposal.ids == self.null_id)
        if self.resizing is None or not self.resizing.end_ids:
            return proposal
        ends = torch.isin(proposal.ids, torch.tensor(self.resizing.end_ids, device=proposal.ids.device))
        return replace(proposal, confidence=proposal.confidence.masked_fill(ends, 0.0))

    def _ended(
        self, canvas: Canvas, changed: Tensor, guesses: tuple[Guesses, ...]
    ) -> tuple[Canvas, Tensor, tuple[Guesses, ...]]:
        """The canvas with the length tokens carried out that were written, and what the rule is done with closed."""
        if self.resizing is None:
            return closed(canvas, self.sampler, changed), changed, guesses
        made, changed, guesses = resize(canvas, changed, guesses, self.resizing)
        if made is not canvas:
            self._best = None  # it was of other slots
        return ended(closed(made, self.sampler, changed), self.resizing), changed, guesses

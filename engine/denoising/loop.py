"""THE loop: logits -> propose -> decide -> Step. A generator, so closing it is cancelling it."""

from __future__ import annotations

from collections.abc import Generator as Gen
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.denoising.correction import Judge, confirm, correct
from engine.denoising.denoiser import Conditioned
from engine.denoising.resizing import Resizing, resize
from engine.diffusion.canvas import Canvas, Decision, Guesses, Proposal, Ranked, Step
from engine.diffusion.corruption import Corruption
from engine.diffusion.dice import Dice
from engine.diffusion.sampler import Sampler

ALTERNATIVES = 5
NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Temperature:
    """How freely tokens are drawn: from ``start`` at t = 1 in a straight line to ``end`` at t = 0."""

    start: float = 0.0
    end: float = 0.0
    others: float = 0.0
    """the least for every row but the first: candidates that are all drawn the same way are all the same"""

    def at(self, t: float) -> float:
        return self.end + (self.start - self.end) * t

    def rows(self, t: float, rows: int) -> list[float]:
        """That of every row."""
        first = self.at(t)
        return [first] + [max(first, self.others)] * (rows - 1)


COLD = Temperature()


def propose(
    logits: Tensor,
    canvas: Canvas,
    temperature: float | Sequence[float],
    dice: Dice,
    *,
    normalised: bool = True,
) -> tuple[Proposal, tuple[tuple[Ranked | None, ...], ...]]:
    """Draw one token for every slot that is asked for (M of them), and list its likeliest alternatives; None for the others.

    Args:
        logits: (B, L, V).
        temperature: 0 takes the argmax; T adds Gumbel noise as exp(logit) / (-log u)^T, in float64
            (LLaDA, arXiv 2502.09992: float32 Gumbel noise lowers quality). The entropy is that of softmax(logits / T). One for
            all rows, or one for each.
        normalised: False for a score model, whose exp(logits) sum to what Proposal calls mass.
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
        noise = dice.exponential(counts, scores.shape[-1]).to(scores.device)
        drawn = best.masked_scatter(hot, (scores[hot].double() - heat[hot].double() * noise.log_()).argmax(-1))
        spread = scores / heat.where(heat > 0, 1.0)
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
        standing=nothing,
        mass=mass if normalised else spread_out(total[:, 0].double().exp(), mass),
        stable=torch.zeros(len(asked), dtype=torch.bool, device=asked.device),
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
    behind: float = 0.0,
    known: tuple[list[float], Guesses] | None = None,
) -> Gen[Step, None, None]:
    """Walk the canvas from t = 1 to 0 in evenly spaced steps and yield every step.

    The loop, not the sampler, keeps frozen slots untouched and finishes the canvas at the last time. Steps of phase
    "read" and "draft" report forward passes made before a decision; "denoise" steps are the decisions, numbered from 1.
    A ``judge`` corrects every proposal as a whole; ``resizing`` carries out the length tokens of models that have them. A row
    ends when nothing on it is noisy and, where the sampler revises what is written, a step has changed nothing on it.

    Args:
        behind: the share of the way from t = 1 to 0 that an earlier run has gone; its steps are not taken again. A rule that
            plans its turns beforehand plans them for what is noisy now.
        known: confidence and alternatives of every slot from that run.
    """
    canvas, steps = sampler.plan(replace(canvas, weighed=sampler.revises), steps, dice)
    first = 0 if canvas.turn is not None else min(round(behind * steps), steps - 1)
    confidence = torch.zeros(canvas.ids.shape, dtype=torch.float64, device=canvas.ids.device)
    if known is not None:
        confidence = confidence + torch.tensor(known[0], dtype=torch.float64, device=canvas.ids.device)
    nothing = torch.zeros_like(canvas.noisy)
    blank: tuple[Guesses, ...] = tuple(
        tuple(() for _ in range(canvas.ids.shape[1])) for _ in range(canvas.ids.shape[0])
    )
    live = canvas.noisy.any(-1) | sampler.revises & (~canvas.frozen).any(-1)
    before: Tensor | None = None
    guesses = blank if known is None else (known[1],) * len(blank)
    if not live.any():  # everything is written, or pinned
        if canvas.ids.shape[1]:
            yield Step(first, steps, 1 - first / steps, "denoise", canvas, nothing, confidence, guesses, done=True)
        return
    for index in range(first + 1, steps + 1):
        t, s = 1 - (index - 1) / steps, 1 - index / steps
        last = index == steps
        for draft in denoiser.draft(canvas):
            seen = blank if draft.guesses is None else (draft.guesses,) * len(blank)
            yield Step(index - 1, steps, t, draft.phase, canvas, nothing, confidence, seen, (draft.done, draft.total))
        logits = denoiser.logits(canvas, t)
        if resizing is not None and last:
            logits[..., resizing.tokens] = -torch.inf  # nothing could be written on what they make
        heats = temperature.rows(t, len(canvas.ids))
        proposal, found = propose(logits, canvas, heats, dice, normalised=denoiser.normalised)
        # A slot that was not asked for keeps the alternatives it was written with.
        guesses = tuple(
            tuple(old if new is None else new for old, new in zip(*rows, strict=True))
            for rows in zip(guesses, found, strict=True)
        )
        stable = proposal.stable if before is None else (proposal.best == before).all(-1)
        before = proposal.best
        proposal = replace(proposal, judged=judge is not None, standing=confidence, stable=stable)
        if judge is not None and canvas.noisy.any():
            proposal = correct(logits, proposal, canvas, judge, heats, dice)
        decision = sampler.decide(canvas, proposal, t, s, dice)
        if decision.ids is not None:
            proposal = _written_as(proposal, decision.ids, logits)
        accept, remask, revise = _allowed(canvas, decision, live, last)
        if resizing is not None:  # a slot that is not there is neither scraped nor written over
            present = canvas.ids != resizing.null_id
            remask, revise = remask & present, revise & present
        revise = revise & (proposal.ids != canvas.ids)
        if judge is not None and revise.any():
            proposal, revise = confirm(logits, canvas, proposal, revise, judge, dice)
        write, changed = accept | revise, accept | revise | remask
        noisy = (canvas.noisy & ~accept) | remask
        kept = torch.where(write, proposal.ids, canvas.ids)
        # Where written tokens are weighed again, each has the probability it has now; elsewhere the one it was written with.
        standing = torch.where(canvas.noisy, confidence, proposal.current) if sampler.revises else confidence
        confidence = torch.where(write, proposal.confidence, standing).masked_fill(noisy, 0.0)
        scraped = remask.long() if canvas.scraped is None else canvas.scraped + remask
        canvas = replace(canvas, ids=kept, noisy=noisy, scraped=scraped)
        if resizing is not None:
            canvas, changed, confidence = resize(canvas, changed, confidence, resizing)
        fresh = canvas.noisy & live[:, None]  # a finished row keeps what it shows
        canvas = replace(canvas, ids=torch.where(fresh, corruption.noise(canvas.ids, dice), canvas.ids))
        live = live & (canvas.noisy.any(-1) | sampler.revises & changed.any(-1))
        if decision.settled is not None:
            live = live & ~decision.settled
        done = last or not live.any()
        yield Step(index, steps, s, "denoise", canvas, changed, confidence, guesses, done=bool(done))
        if done:
            return


def _allowed(canvas: Canvas, decision: Decision, live: Tensor, last: bool) -> tuple[Tensor, Tensor, Tensor]:
    """(accept, remask, revise) of a decision that the canvas admits. Finished rows stay; the last step writes everything."""
    running = live[:, None]
    written = ~canvas.noisy & ~canvas.frozen & running
    accept = canvas.noisy & running & (decision.accept | last)
    remask = decision.remask & written & (not last)
    return accept, remask, decision.revise & written & ~remask


def _written_as(proposal: Proposal, ids: Tensor, logits: Tensor) -> Proposal:
    """The proposal with other tokens in place of the drawn ones."""
    confidence = logits.double().softmax(-1).gather(-1, ids[..., None]).squeeze(-1)
    return replace(proposal, ids=ids, confidence=confidence)

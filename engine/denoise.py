"""THE loop: logits -> propose -> decide -> Step. A generator, so closing it is cancelling it."""

from __future__ import annotations

from collections.abc import Generator as Gen
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Generator, Tensor

from engine.canvas import Canvas, Guesses, Proposal, Step
from engine.correction import Judge, confirm, correct
from engine.corruption import Corruption
from engine.denoiser import Conditioned
from engine.samplers.protocol import Sampler

ALTERNATIVES = 5


def propose(
    logits: Tensor, standing: Tensor, temperature: float, rng: Generator
) -> tuple[Proposal, tuple[Guesses, ...]]:
    """Draw one token per slot and keep the likeliest alternatives.

    Args:
        logits: (B, L, V).
        standing: (B, L) the ids on the canvas.
        temperature: 0 takes the argmax; T adds Gumbel noise as exp(logit) / (-log u)^T in float64
            (LLaDA, arXiv 2502.09992: float32 Gumbel noise lowers quality).
    """
    logits = logits.double()
    log_p = logits.log_softmax(-1)
    if temperature == 0:
        ids = logits.argmax(-1)
    else:
        u = torch.rand(logits.shape, dtype=torch.float64, generator=rng, device=logits.device).clamp_min(1e-300)
        ids = (logits - temperature * torch.log(-torch.log(u))).argmax(-1)
    p = log_p.exp()
    confidence = p.gather(-1, ids[..., None]).squeeze(-1)
    entropy = -torch.where(p > 0, p * log_p, 0.0).sum(-1)
    top = p.topk(min(ALTERNATIVES, p.shape[-1]), -1)
    guesses = tuple(
        tuple(
            tuple((int(i), float(q)) for i, q in zip(ids_, ps_, strict=True) if q > 1e-4)
            for ids_, ps_ in zip(*row, strict=True)
        )
        for row in zip(top.indices.tolist(), top.values.tolist(), strict=True)
    )
    current = p.gather(-1, standing[..., None]).squeeze(-1)
    return Proposal(ids, confidence, entropy, current), guesses


def denoise(
    denoiser: Conditioned,
    corruption: Corruption,
    canvas: Canvas,
    sampler: Sampler,
    times: Tensor,
    rng: Generator,
    *,
    temperature: float = 0.0,
    judge: Judge | None = None,
) -> Gen[Step, None, None]:
    """Walk the canvas along ``times`` (falling from 1 to 0) and yield every step.

    The loop, not the sampler, keeps frozen slots untouched and finishes the canvas at the last time. Steps of phase
    "read" and "draft" report forward passes made before a decision; "denoise" steps are the decisions, numbered from 1.
    A ``judge`` corrects every proposal as a whole. A run ends when nothing is noisy and, where the sampler revises what is
    written, a step has changed nothing.
    """
    confidence = torch.zeros(canvas.ids.shape, dtype=torch.float64, device=canvas.ids.device)
    nothing = torch.zeros_like(canvas.noisy)
    blank: tuple[Guesses, ...] = tuple(
        tuple(() for _ in range(canvas.ids.shape[1])) for _ in range(canvas.ids.shape[0])
    )
    if not sampler.revises and not canvas.noisy.any():
        return
    for index, (t, s) in enumerate(pairwise(times.tolist()), 1):
        for draft in denoiser.draft(canvas):
            seen = blank if draft.guesses is None else (draft.guesses,) * len(blank)
            yield Step(index - 1, t, draft.phase, canvas, nothing, confidence, seen, (draft.done, draft.total))
        logits = denoiser.logits(canvas, t)
        proposal, guesses = propose(logits, canvas.ids, temperature, rng)
        proposal = replace(proposal, judged=judge is not None)
        if judge is not None and canvas.noisy.any():
            proposal = correct(logits, proposal, canvas, judge, temperature, rng)
        decision = sampler.decide(canvas, proposal, t, s, rng)
        last = s <= 0
        written = ~canvas.noisy & ~canvas.frozen
        accept = canvas.noisy if last else decision.accept & canvas.noisy
        remask = nothing if last else decision.remask & written
        revise = decision.revise & written & ~remask
        if judge is not None and revise.any():
            proposal, revise = confirm(logits, canvas, proposal, revise, judge, rng)
        write = accept | revise
        noisy = (canvas.noisy & ~accept) | remask
        kept = torch.where(write, proposal.ids, canvas.ids)
        canvas = replace(canvas, ids=torch.where(noisy, corruption.noise(kept, rng), kept), noisy=noisy)
        # Where written tokens are weighed again, each has the probability it has now; elsewhere the one it was written with.
        standing = proposal.current if sampler.revises else confidence
        confidence = torch.where(write, proposal.confidence, standing)
        changed = write | remask
        done = last or not (noisy.any() or sampler.revises and changed.any())
        yield Step(index, s, "denoise", canvas, changed, confidence.masked_fill(noisy, 0.0), guesses, done=done)
        if done:
            return

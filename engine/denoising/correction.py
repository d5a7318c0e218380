"""Energy-based correction of parallel proposals (EDLM, arXiv 2410.21357, section 4.2).

A masked denoiser draws every slot by itself, so what it proposes at once need not fit together. Several joint proposals are
drawn from it, an autoregressive model weighs each as a whole, and the step is taken with one of them: importance sampling with
the energy E(x) = log q(x | x_t) - log p(x), q the denoiser's product of slots and p the judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from engine.denoising.limits import Limits
from engine.diffusion.canvas import Canvas, Proposal
from engine.diffusion.dice import Dice
from engine.diffusion.groups import groups

TRUST = 4.0
"""what a nat of the denoiser's own preference for a change counts against one of the judge's: it was taught what mistakes look
like, the judge has read many of them on the web"""
MARGIN = 16.0
"""nats that both together must give for a change of written words (chosen with TRUST on held-out pairs, so that nine correct
sentences in ten are left alone)"""
TRIED = 15
"""changes that are weighed at once"""


class Judge(Protocol):
    """Whatever can weigh whole proposals for one text."""

    @property
    def samples(self) -> int:
        """K: joint proposals to draw, at least 1."""
        ...

    def weighs(self, unknown: Tensor) -> Tensor:
        """(L,) bool: the slots that it can weigh where some are ``unknown`` (L,) bool: those before the first of them in each
        gap, since it reads from left to right."""
        ...

    def evidence(self, standing: Tensor, changed: Tensor) -> float:
        """Nats that a change of written words, (L,) to (L,), must give beyond what any must; infinitely many: it is not made."""
        ...

    def judged(self, proposals: Tensor, unknown: Tensor) -> Tensor:
        """(K,) log p of proposals (K, L), in nats: of whole ones, or up to the first unknown slot of each gap."""
        ...


def correct(
    logits: Tensor,
    proposal: Proposal,
    canvas: Canvas,
    judge: Judge,
    temperatures: Sequence[float],
    dice: Dice,
    limits: Limits | None = None,
) -> Proposal:
    """Exchange each row's proposal for the one the judge prefers among K: on the slots that are due, as far as it can weigh them.

    Args:
        logits: (B, L, V).
        proposal: what the denoiser would write by itself; it is always among the K.
        temperatures: of each row; at 0 the best is taken, otherwise one is drawn by its importance weight.
        limits: what some spans may be and nothing else.
    """
    ids = proposal.ids.clone()
    for row in range(len(ids)):
        rng, unknown = dice.rows[row], canvas.noisy[row] & ~canvas.due[row]
        weighed = canvas.due[row] & judge.weighs(unknown).to(ids.device)
        if not weighed.any():
            continue
        log_q = (logits[row].double()).log_softmax(-1)
        uniform = torch.rand((judge.samples - 1, *log_q.shape), dtype=torch.float64, generator=rng).to(log_q.device)
        drawn = (log_q - torch.log(-torch.log(uniform.clamp_min(1e-300)))).argmax(-1)
        if limits is not None:
            drawn = limits.drawn(logits, canvas, row, len(drawn), rng, drawn)
        joint = torch.cat([proposal.ids[row][None], torch.where(weighed, drawn, proposal.ids[row])])
        joint = torch.where(canvas.due[row], joint, canvas.ids[row])
        weight = judge.judged(joint, unknown)
        if temperatures[row] == 0:
            best = int(weight.argmax())
        else:
            q = log_q.gather(-1, joint.T).T.where(weighed, 0.0).sum(-1)
            best = int(torch.multinomial((weight - q.to(weight.device)).softmax(0), 1, generator=rng))
        ids[row] = torch.where(weighed, joint[best], ids[row])
    confidence = logits.double().softmax(-1).gather(-1, ids[..., None]).squeeze(-1)
    return replace(proposal, ids=ids, confidence=confidence)


def confirm(
    logits: Tensor, canvas: Canvas, proposal: Proposal, revise: Tensor, judge: Judge, dice: Dice
) -> tuple[Proposal, Tensor]:
    """Let the judge look over changes of written words: (proposal, revise) with what it agrees to.

    Every run of slots in ``revise`` is tried by itself, as proposed and as drawn from the denoiser some more times. What both
    experts together like best is taken, if it clears the margin and the evidence that the judge asks for beyond it: the
    log-likelihood ratio of the whole by the judge, plus TRUST times that of the run's slots by the denoiser (their mean). The
    surest runs are tried where there are many. Slots that are still noisy read as what is proposed for them.
    """
    ids, kept = proposal.ids.clone(), torch.zeros_like(revise)
    log_p = logits.double().log_softmax(-1)
    standing = log_p.gather(-1, canvas.ids[..., None]).squeeze(-1)
    runs: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in groups(revise):
        runs.setdefault(row, []).append((start, end))
    for row, spans in runs.items():
        rng = dice.rows[row]
        spans.sort(key=lambda at: -float(proposal.confidence[row, at[0] : at[1]].log().mean()))
        spans = spans[:TRIED]
        each = max(1, min(judge.samples, TRIED // len(spans)))
        unknown = canvas.noisy[row] & ~canvas.due[row]
        tried = torch.where(canvas.due[row], proposal.ids[row], canvas.ids[row]).repeat(each * len(spans) + 1, 1)
        for at, (start, end) in enumerate(spans):
            p = log_p[row, start:end].exp().cpu()
            drawn = torch.multinomial(p, each, replacement=True, generator=rng).T.to(ids.device)
            drawn[0] = proposal.ids[row, start:end]
            tried[1 + at * each : 1 + (at + 1) * each, start:end] = drawn
        more = torch.tensor([judge.evidence(tried[0], one) for one in tried[1:]], dtype=torch.float64)
        tried[1:][more.isinf()] = tried[0]  # what is not to be made need not be read
        weight = judge.judged(tried, unknown)
        for at, (start, end) in enumerate(spans):
            own = slice(at * each, (at + 1) * each)
            mine = slice(1 + own.start, 1 + own.stop)
            ratio = log_p[row, start:end].gather(-1, tried[mine, start:end].T).T - standing[row, start:end]
            both = weight[mine] - weight[0] + TRUST * ratio.mean(-1).to(weight.device) - more[own].to(weight.device)
            best = int(both.argmax())
            kept[row, start:end] = bool(both[best] > MARGIN)
            ids[row, start:end] = tried[mine][best, start:end]
    confidence = log_p.exp().gather(-1, ids[..., None]).squeeze(-1)
    return replace(proposal, ids=ids, confidence=confidence), kept & (ids != canvas.ids)

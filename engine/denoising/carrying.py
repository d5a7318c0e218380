"""A decision carried out on a canvas, and what mends it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas, Decision, Proposal
from engine.diffusion.sampler import Sampler


class Mends(Protocol):
    """What looks at all that a step writes together with what is written: slots of one step know nothing of each other."""

    def mended(self, scores: Tensor, ids: Tensor, decided: Tensor, written: Tensor) -> Tensor:
        """(B, L) the tokens, with others in place of some that were ``written``; what is ``decided`` (both (B, L) bool) is known.

        Args:
            scores: (B, L, V) of the step.
        """
        ...


def mended(
    menders: Sequence[Mends],
    logits: Tensor,
    proposal: Proposal,
    canvas: Canvas,
    write: Tensor,
    remask: Tensor,
    *,
    held: bool,
) -> Proposal:
    """The proposal with other tokens where those that a step writes would not do together. ``held``: written slots are proposed
    anew along with the others."""
    decided = (~canvas.noisy | write) & ~remask
    written = decided & ~canvas.closed if held else write
    for mender in menders:
        ids = torch.where(written, proposal.ids, canvas.ids)
        made = mender.mended(logits, ids, decided, written)
        if not torch.equal(made, ids):
            proposal = written_as(proposal, torch.where(written, made, proposal.ids), logits)
    return proposal


def made_of(
    canvas: Canvas, proposal: Proposal, accept: Tensor, remask: Tensor, revise: Tensor, *, weighed: bool, held: bool
) -> Canvas:
    """The canvas with a decision carried out. What was not asked for is never written. ``held``: the noise that stands on a slot
    after the step is as proposed, too."""
    write = accept | revise | (canvas.noisy | remask if held else torch.zeros_like(accept))
    assert not bool((write & ~canvas.asked).any()), "a slot was written that was not asked for"
    assert canvas.confidence is not None and canvas.scraped is not None
    noisy = (canvas.noisy & ~accept) | remask
    # Where written tokens are weighed again, each has the probability it has now; elsewhere the one it was written with.
    standing = torch.where(canvas.noisy, canvas.confidence, proposal.current) if weighed else canvas.confidence
    return replace(
        canvas,
        ids=torch.where(write, proposal.ids, canvas.ids),
        noisy=noisy,
        confidence=torch.where(write, proposal.confidence, standing).masked_fill(noisy, 0.0),
        scraped=canvas.scraped + remask,
    )


def allowed(canvas: Canvas, decision: Decision, live: Tensor, last: bool) -> tuple[Tensor, Tensor, Tensor]:
    """(accept, remask, revise) of a decision that the canvas admits. Finished rows stay; the last step writes everything."""
    running = live[:, None]
    written = ~canvas.noisy & ~canvas.closed & running
    accept = canvas.noisy & running & (decision.accept | last)
    remask = decision.remask & written & (not last)
    return accept, remask, decision.revise & written & ~remask


def closed(canvas: Canvas, sampler: Sampler, changed: Tensor) -> Canvas:
    """The canvas with what the rule is done with closed. What is done stays so."""
    ends = sampler.ends(canvas, changed) & ~canvas.noisy
    return replace(canvas, final=ends if canvas.final is None else canvas.final | ends)


def same(canvas: Canvas, other: Canvas | None) -> bool:
    """Whether a model that hears no time sees the same."""
    if other is None:
        return False
    pairs = ((canvas.ids, other.ids), (canvas.noisy, other.noisy), (canvas.asked, other.asked))
    return all(torch.equal(one, two) for one, two in pairs)


def written_as(proposal: Proposal, ids: Tensor, logits: Tensor) -> Proposal:
    """The proposal with other tokens in place of the drawn ones."""
    confidence = logits.double().softmax(-1).gather(-1, ids[..., None]).squeeze(-1)
    return replace(proposal, ids=ids, confidence=confidence)

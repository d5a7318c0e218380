"""How well a fill reads from both sides, by an untouched causal model.

score = log p(fill | before) + log p(first tokens after | before, fill). It ranks candidates of every system, chooses
lengths, and is the energy of energy-based diffusion (EDLM, arXiv 2410.21357).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.context.reader import Branch, Reader
from engine.judging.healing import NO_MERGES, Merges, behind


def judge(
    branch: Branch,
    last: int,
    fills: Sequence[tuple[int, ...]],
    after: tuple[int, ...],
    ends: Tensor | None = None,
    merges: Merges = NO_MERGES,
) -> list[float]:
    """Score fills of one gap, in nats. At most two forward passes.

    Args:
        branch: one row per fill, on the text before the gap without its last token.
        last: that token; it is run with every fill.
        fills: token ids of each candidate, without padding.
        after: the tokens that follow the gap; empty at the end of a text.
        ends: (V,) bool, the tokens that may end a text, where it ends behind them.
        merges: the tokens across the end of a fill, by which it is read where they are likelier.
    """
    device = branch.device
    width = 1 + max(len(fill) for fill in fills)
    batch = torch.full((len(fills), width), last, dtype=torch.long, device=device)
    for row, fill in enumerate(fills):
        batch[row, 1 : 1 + len(fill)] = torch.tensor(fill, device=device)
    lengths = torch.tensor([len(fill) for fill in fills], device=device)
    # What follows a fill, and where tokens go across its end what follows it without its last token.
    cuts = (lengths[:, None] + torch.arange(0 if len(merges) else 1, 2, device=device)).clamp_min(1)
    picked, following = branch.weigh(batch, cuts)
    inside = (torch.arange(width - 1, device=device) < lengths[:, None]) * picked
    scores = inside.sum(-1) + begins(following[:, -1], after, ends)
    tokens: list[int | None] = [merges.of.get(fill[-1]) if fill else None for fill in fills]
    for row, token in enumerate(tokens):
        if token is None:
            continue
        healed = inside[row, : len(fills[row]) - 1].sum() + following[row, 0, token]
        if healed > scores[row]:
            scores[row] = healed
        else:
            tokens[row] = None
    run = lengths + 1 - torch.tensor([token is not None for token in tokens], device=device).long()
    rows = torch.arange(len(fills), device=device)
    scores = scores + goes_on(branch, rows, run, behind(after, tokens, device), ends)
    return [float(score) for score in scores]


PRICED = 96
"""tokens before a gap that tell what a token of the text costs"""
USUAL_COST = 3.0
"""nats of a token where there is little text to tell"""
DOUBT = 16
"""tokens that the usual cost counts for"""


def cost_of(reader: Reader, prompt: tuple[int, ...]) -> float:
    """Nats of a token on average, by the last tokens of a context that was read. One forward pass."""
    priced = prompt[-PRICED:][1:] if len(prompt) <= PRICED else prompt[-PRICED:]
    if not priced:
        return USUAL_COST
    start = len(prompt) - len(priced)
    ids = torch.tensor([prompt[start - 1 :]], device=reader.model.device)
    log_p = reader.branch(prompt[: start - 1], 1).extend(ids[:, :-1])
    spent = -float(log_p.gather(-1, ids[:, 1:, None]).sum())
    return (spent + DOUBT * USUAL_COST) / (len(priced) + DOUBT)


def begins(log_p: Tensor, after: tuple[int, ...], ends: Tensor | None) -> Tensor:
    """(N,) log p that the text after begins here, or where there is none that the text ends, by what may follow (N, V)."""
    if after:
        return log_p[:, after[0]]
    return log_p.new_zeros(len(log_p)) if ends is None else log_p[:, ends].logsumexp(-1)


def goes_on(branch: Branch, rows: Tensor, cuts: Tensor, after: Tensor, ends: Tensor | None) -> Tensor:
    """(R,) log p of the rest of the text after (R, m), and of its end: behind its first token, which ``begins`` has weighed. Rows
    and cuts are those of ``Branch.probe``. One forward pass, or none where there is no rest."""
    if not after.shape[1] or after.shape[1] == 1 and ends is None:
        return torch.zeros(len(rows), device=branch.device)
    return branch.probe(rows, cuts, after, ends).sum(-1)

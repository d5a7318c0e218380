"""How well a fill reads from both sides, by an untouched causal model.

score = log p(fill | before) + log p(first tokens after | before, fill). It ranks candidates of every system, chooses
lengths, and is the energy of energy-based diffusion (EDLM, arXiv 2410.21357).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from engine.cache import Branch


def judge(branch: Branch, last: int, fills: Sequence[tuple[int, ...]], after: tuple[int, ...]) -> list[float]:
    """Score fills of one gap, in nats. Two forward passes.

    Args:
        branch: one row per fill, on the text before the gap without its last token.
        last: that token; it is run with every fill.
        fills: token ids of each candidate, without padding.
        after: the tokens that follow the gap; empty at the end of a text.
    """
    device = branch.device
    width = 1 + max(len(fill) for fill in fills)
    batch = torch.full((len(fills), width), last, dtype=torch.long, device=device)
    for row, fill in enumerate(fills):
        batch[row, 1 : 1 + len(fill)] = torch.tensor(fill, device=device)
    out = branch.extend(batch)
    lengths = torch.tensor([len(fill) for fill in fills], device=device)
    picked = out[:, :-1].gather(-1, batch[:, 1:, None]).squeeze(-1)
    inside = torch.arange(width - 1, device=device) < lengths[:, None]
    scores = (picked * inside).sum(-1)
    if after:
        rows = torch.arange(len(fills), device=device)
        scores = scores + out[rows, lengths, after[0]]
        if len(after) > 1:
            scores = scores + branch.probe(rows, lengths + 1, torch.tensor(after, device=device)).sum(-1)
    return [float(score) for score in scores]

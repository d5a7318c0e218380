"""What counting letters gives: the prices that a model has to beat before it has learnt anything."""

from __future__ import annotations

import torch
from torch import Tensor


def counted(learnt: Tensor, read: Tensor, size: int) -> tuple[float, float]:
    """Nats a letter for ``read``: by how often each letter comes in ``learnt``, and by the letter before as well.

    Both are estimates that leave room for what was never seen: each letter is counted once more, and each pair as if one more had
    begun with its first letter and gone on by the first estimate (a Dirichlet prior). ``size`` is that of the alphabet.
    """
    often = torch.bincount(learnt, minlength=size).double() + 1
    alone = often / often.sum()
    pairs = torch.bincount(learnt[:-1] * size + learnt[1:], minlength=size * size).view(size, size).double()
    after = (pairs + alone) / (pairs.sum(-1, keepdim=True) + 1)
    by_pairs = torch.cat([alone[read[:1]], after[read[:-1], read[1:]]])
    return float(-alone[read].log().mean()), float(-by_pairs.log().mean())

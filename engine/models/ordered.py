"""Eso-LM's passes on the causal layout: only clean tokens and the slots that are due are run (arXiv 2506.01928, section 4).

Contents and queries are inputs of their own, as canvas_layout.py lays them out: a content carries a clean token, a query scores a
slot and carries the token before it. Slots whose turn has not come are never computed. In (B) contents see only what was
generated before them, so their keys and values are kept from step to step, exactly; in (A) they see all clean tokens and are
run again.

Shapes: N rows, C contents and D queries of this pass, S contents kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.canvas import Canvas
from engine.shared_attention import SharedKeys

HEAD = -1
"""rank of what is clean from the beginning"""
Layers = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One input: what it carries, where, when it was or is generated, and the slot it holds (content) or scores (query)."""

    id: int
    position: int
    rank: int
    slot: int


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """One forward pass. The contents come first."""

    ids: Tensor
    """(N, C + D)"""
    shared: SharedKeys
    contents: int
    """C"""
    slots: Tensor
    """(N, D) the slot each query scores, -1 where a row has fewer"""


class Ordered:
    """The passes of one run."""

    def __init__(
        self,
        context: Layers,
        previous: Sequence[int],
        starts: Sequence[int],
        lengths: Sequence[int],
        mask_id: int,
        *,
        keep: bool,
    ) -> None:
        self._context = context
        self._mask_id = mask_id
        self._keep = keep
        self._heads = [
            Piece(token, start - 1, HEAD, -1 - gap)
            for gap, (token, start) in enumerate(zip(previous, starts, strict=True))
        ]
        self._positions = [start + i for start, count in zip(starts, lengths, strict=True) for i in range(count)]
        firsts, at = {}, 0
        for gap, count in enumerate(lengths):
            firsts[at] = previous[gap]
            at += count
        self._firsts = firsts
        self._kept: list[list[Piece]] = []
        self._layers: Layers | None = None
        self._valid: Tensor | None = None
        self._new: list[list[Piece]] = []

    def inputs(self, canvas: Canvas) -> Inputs:
        """What has to be run to score the slots that are due."""
        assert canvas.order is not None, "the order of generation is needed"
        rows = [self._row(canvas, row) for row in range(len(canvas.ids))]
        self._forget(rows)
        device = canvas.ids.device
        contents = [
            sorted(set(clean) - set(kept), key=lambda p: p.rank)
            for (clean, _), kept in zip(rows, self._kept, strict=True)
        ]
        queries = [asked for _, asked in rows]
        width, asked = max(map(len, contents)), max(map(len, queries))
        blank = Piece(self._mask_id, 0, HEAD, -1)

        def table(pieces: list[list[Piece]], size: int, what: str) -> Tensor:
            padded = [row + [blank] * (size - len(row)) for row in pieces]
            return torch.tensor(
                [[getattr(p, what) for p in row] for row in padded], dtype=torch.long, device=device
            ).view(len(padded), size)

        kept_size = 0 if self._valid is None else self._valid.shape[1]
        kept = [table(self._padded(kept_size), kept_size, what) for what in ("rank", "position")]
        here = [torch.cat([table(contents, width, w), table(queries, asked, w)], 1) for w in ("id", "rank", "position")]
        there = torch.cat([self._there(contents, width, device), self._there(queries, asked, device)], 1)
        visible = self._visible(kept[0], here[1], there, width)
        own = torch.cat([kept[1], here[2]], 1)
        self._new = contents
        shared = SharedKeys(self._context, self._layers, visible, here[2], own)
        return Inputs(here[0], shared, width, table(queries, asked, "slot"))

    def after(self, inputs: Inputs) -> None:
        """Keep what the pass computed for contents."""
        if not self._keep or not inputs.contents:
            return
        fresh = [inputs.shared.new[layer] for layer in range(len(inputs.shared.new))]
        mine = [(k[:, :, : inputs.contents], v[:, :, : inputs.contents]) for k, v in fresh]
        there = self._there(self._new, inputs.contents, inputs.ids.device)
        if self._layers is None or self._valid is None:
            self._layers, self._valid = mine, there
        else:
            self._layers = [
                (torch.cat([a, c], 2), torch.cat([b, d], 2)) for (a, b), (c, d) in zip(self._layers, mine, strict=True)
            ]
            self._valid = torch.cat([self._valid, there], 1)
        for kept, new in zip(self._kept, self._new, strict=True):
            kept += new

    def _row(self, canvas: Canvas, row: int) -> tuple[list[Piece], list[Piece]]:
        """(clean contents, queries of the slots that are due) of a row."""
        assert canvas.order is not None
        ids, noisy = canvas.ids[row].tolist(), canvas.noisy[row].tolist()
        order, due = canvas.order[row].tolist(), canvas.due[row].tolist()
        clean = self._heads + [
            Piece(token, self._positions[i], order[i], i) for i, token in enumerate(ids) if not noisy[i]
        ]
        asked = []
        for i, now in enumerate(due):
            if now:
                carried = self._firsts.get(i, self._mask_id if i and noisy[i - 1] else ids[i - 1])
                asked.append(Piece(carried, self._positions[i] - 1, order[i], i))
        return clean, sorted(asked, key=lambda p: p.rank)

    def _forget(self, rows: list[tuple[list[Piece], list[Piece]]]) -> None:
        """Begin anew where something that was kept is no longer so."""
        if len(self._kept) != len(rows) or any(
            set(kept) - set(clean) for kept, (clean, _) in zip(self._kept, rows, strict=True)
        ):
            self._kept, self._layers, self._valid = [[] for _ in rows], None, None

    def _padded(self, size: int) -> list[list[Piece]]:
        """The kept contents of every row in the places of their keys."""
        if self._valid is None:
            return [[] for _ in self._kept]
        blank = Piece(self._mask_id, 0, HEAD, -1)
        padded = []
        for kept, valid in zip(self._kept, self._valid.tolist(), strict=True):
            waiting = iter(kept)
            padded.append([next(waiting) if there else blank for there in valid])
        return padded

    def _there(self, pieces: list[list[Piece]], size: int, device: torch.device) -> Tensor:
        counts = torch.tensor([len(row) for row in pieces], device=device)
        return torch.arange(size, device=device) < counts[:, None]

    def _visible(self, kept: Tensor, ranks: Tensor, there: Tensor, width: int) -> Tensor:
        """(N, C + D, S + C + D) bool."""
        n, q = ranks.shape
        s = kept.shape[1]
        keys = torch.cat([kept, ranks], 1)
        valid = there if self._valid is None else torch.cat([self._valid, there], 1)
        earlier = keys[:, None, :] <= ranks[:, :, None]
        is_content = torch.arange(s + q, device=ranks.device) < s + width
        by_content = torch.arange(q, device=ranks.device) < width
        all_clean = torch.ones_like(earlier) if not self._keep else earlier
        content = is_content & torch.where(by_content[:, None], all_clean, torch.ones_like(earlier))
        masks = ~is_content & ~by_content[:, None] & earlier
        visible = (content | masks) & valid[:, None, :]
        own = torch.zeros(q, s + q, dtype=torch.bool, device=ranks.device)
        own[:, s:] = torch.eye(q, dtype=torch.bool, device=ranks.device)
        return visible | own

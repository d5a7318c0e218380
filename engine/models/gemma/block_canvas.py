"""A canvas as a block: the slots of all spans, the fixed text between them, and as much of the text behind as fits.

The fixed text is put there anew in every pass, so it stands as it is whatever was written beside it. A slot that holds NULL for
good is left out. Shapes: B rows, L slots, C places, S slots that are there, over all rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.canvas import Canvas
from engine.errors import SpanTooLong
from engine.text.context import Context


@dataclass(frozen=True, slots=True, eq=False)
class CanvasBlock:
    """One forward pass over a canvas."""

    ids: Tensor
    """(B, C); 0 where a row has no token"""
    present: Tensor
    """(B, C) bool: where a row has a token"""
    row: Tensor
    slot: Tensor
    place: Tensor
    """(S,) each: slot ``slot[i]`` of row ``row[i]`` stands at ``place[i]``"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a block holds, in order: ("slot", its number) or ("text", a token)."""

    entries: tuple[tuple[str, int], ...]
    length: int
    """the most places"""

    @classmethod
    def of(cls, context: Context, length: int) -> Plan:
        """Raises SpanTooLong where the spans and the text between them are longer than the block."""
        entries: list[tuple[str, int]] = []
        for (start, end), segment in zip(context.ranges(), context.segments[1:], strict=True):
            entries += [("slot", slot) for slot in range(start, end)]
            entries += [("text", token) for token in segment]
        needed = len(entries) - len(context.segments[-1]) if context.gaps else 0
        if needed > length:
            raise SpanTooLong(
                f"the selections and the text between them take {needed} tokens, and this model writes {length} at once; "
                "select less, or one place after the other"
            )
        return cls(tuple(entries), length)

    def block(self, canvas: Canvas, null_id: int, size: int, noise: Tensor) -> CanvasBlock:
        """Lay out a canvas.

        Args:
            size: V, the tokens that the network knows.
            noise: (C,) what stands on noisy slots that hold another, as where only lengths are probed.
        """
        ids, noisy = canvas.ids.tolist(), canvas.noisy.tolist()
        rows: list[list[int]] = []
        found: list[tuple[int, int, int]] = []
        for row, (tokens, hidden) in enumerate(zip(ids, noisy, strict=True)):
            line: list[int] = []
            for kind, value in self.entries:
                if len(line) == self.length:
                    break
                if kind == "text":
                    line.append(value)
                elif hidden[value] or tokens[value] != null_id:
                    found.append((row, value, len(line)))
                    line.append(tokens[value])
            rows.append(line)
        width = max(map(len, rows), default=0)
        device = canvas.ids.device
        laid = torch.tensor([line + [0] * (width - len(line)) for line in rows], dtype=torch.long, device=device)
        laid = laid.view(len(rows), width)
        present = torch.tensor([[i < len(line) for i in range(width)] for line in rows], device=device)
        at = torch.tensor(found, dtype=torch.long, device=device).view(-1, 3).unbind(1)
        laid = torch.where(laid >= size, noise[:width].to(device), laid)
        return CanvasBlock(laid, present.view(laid.shape), *at)

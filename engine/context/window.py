"""How much of the text before a span is read."""

from __future__ import annotations

WINDOW = 2048
"""tokens"""
STRIDE = 512


def window(ids: tuple[int, ...], size: int = WINDOW, stride: int | None = None) -> tuple[int, ...]:
    """The last ``size`` tokens at most. The start moves in strides, so that selections near one another share a cache."""
    over, stride = len(ids) - size, stride or min(STRIDE, max(1, size // 4))
    return ids if over <= 0 else ids[-(-over // stride) * stride :]

"""Spans such as people select."""

from __future__ import annotations

import re

import numpy as np

from engine.text.spans import Span


def choose(text: str, rng: np.random.Generator, most: int, longest: bool = False) -> Span | None:
    """A span a person might select: some words, a sentence, a line, a block of lines, what is in brackets."""
    kind = 0.5 if longest else rng.random()
    if kind < 0.35:
        found = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
        if not found:
            return None
        first = int(rng.integers(len(found)))
        last = min(first + int(rng.integers(4)), len(found) - 1)
        candidates = [(found[first][0], found[last][1])]
    elif kind < 0.55:
        candidates = [(m.start(), m.end()) for m in re.finditer(r"[^\s.!?][^.!?\n]{8,}[.!?]|[^\n]{12,}", text)]
    elif kind < 0.75:
        candidates = [(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", text)]
    elif kind < 0.87:
        candidates = [m.span(1) for m in re.finditer(r"(?m)^[^\S\n]*+(\S[^\n]*+(?:\n[^\n]++){1,4})", text)]
    else:
        candidates = [
            (m.start() + 1, m.end() - 1)
            for m in re.finditer(r"\([^()\n]{2,}\)|\[[^\[\]\n]{2,}\]|\"[^\"\n]{2,}\"", text)
        ]
    fitting = [(a, b) for a, b in candidates if b - a <= most and text[a:b].strip()]
    if not fitting:
        return None
    start, end = fitting[int(rng.integers(len(fitting)))]
    old = text[start:end]
    return Span(start + len(old) - len(old.lstrip()), start + len(old.rstrip()))

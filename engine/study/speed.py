"""Runs with a stopwatch: how long the systems take on the words at hand, on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Generator as Gen
from dataclasses import dataclass

from engine.denoising.denoiser import Denoiser
from engine.edits.ahead import level
from engine.edits.infilling import infill
from engine.study.guess import Progress
from engine.text.spans import Span
from engine.text.wishes import Wish


@dataclass(frozen=True, slots=True)
class Measured:
    """One run."""

    system: str
    tokens: int
    """that were written"""
    nfe: int
    """forward passes"""
    seconds: float
    first_word: float
    """seconds until something was written that people can see"""
    text: str
    timeline: tuple[tuple[float, int], ...] = ()
    """(seconds, tokens that can be seen), whenever there were more than before"""

    @property
    def speed(self) -> float:
        """Tokens a second."""
        return self.tokens / self.seconds if self.seconds else 0.0


def measured(
    denoiser: Denoiser,
    text: str,
    span: Span,
    system: str,
    *,
    seed: int = 0,
    clock: Callable[[], float] = time.perf_counter,
    steps: int | None = None,
    length: Wish | str = "auto",
) -> Gen[Progress, None, Measured]:
    """One run of a system on a span, in ``steps`` where it has such a setting and of a ``length`` as in ``infill``, from a level
    start: the text is read before the watch is started. Yields between forward passes. Raises InvalidRequest."""
    settings = {} if steps is None else {"steps": steps}
    run = infill(denoiser, text, [span], system=system, seed=seed, length=length, **settings)  # type: ignore[arg-type]
    level(denoiser, text, [span], seed=seed, length=length)
    start, last = clock(), None
    timeline: list[tuple[float, int]] = []
    try:
        for step in run:
            last = step
            seen = sum(slot.state in ("n", "s") for slot in step.spans[0].slots)
            if seen > (timeline[-1][1] if timeline else 0):
                timeline.append((clock() - start, seen))
            yield step.index, step.steps
    finally:
        run.close()
    seconds = clock() - start
    assert last is not None
    state = last.spans[0]
    first = timeline[0][0] if timeline else seconds
    return Measured(system, state.tokens, last.nfe, seconds, first, state.text, tuple(timeline))

"""Runs of the engine: one at a time, in the order they were asked for, each in a thread of its own.

A run goes on in its thread whoever listens, so a hung client cannot hold the engine; it ends between two forward passes
when it is cancelled.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence

from editor.errors import EditorError
from editor.limits import WAITING
from editor.runs.frames import Frame, frames, written
from engine import EditStep, SpanState


class Turns:
    """A fair lock: first come, first served. Background work gives way to whoever waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._waiting: deque[Turn] = deque()
        self._busy = False

    def queue(self) -> Turn:
        """A place behind those who wait already. Raises EditorError("busy") when too many do."""
        turn = Turn(self)
        with self._changed:
            if len(self._waiting) >= WAITING:
                raise EditorError("busy", f"{WAITING} runs are waiting already; try again in a moment", 503)
            self._waiting.append(turn)
        return turn

    def enter(self, cancelled: Callable[[], bool]) -> bool:
        """Wait for the engine; False when cancelled meanwhile. Raises EditorError("busy") when too many wait."""
        return self.queue().come(cancelled)

    def wait(self, turn: Turn, cancelled: Callable[[], bool]) -> bool:
        """Until the engine is free and ``turn`` is the first; False when cancelled meanwhile."""
        with self._changed:
            try:
                while self._busy or self._waiting[0] is not turn:
                    if cancelled():
                        return False
                    self._changed.wait(0.05)
                self._busy = True
                return True
            finally:
                self.drop(turn)

    def drop(self, turn: Turn) -> None:
        """Give a place up."""
        with self._changed:
            if turn in self._waiting:
                self._waiting.remove(turn)
            self._changed.notify_all()

    def try_enter(self) -> bool:
        with self._changed:
            if self._busy or self._waiting:
                return False
            self._busy = True
            return True

    def leave(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()

    @property
    def wanted(self) -> bool:
        return bool(self._waiting)


class Turn:
    """A place among those who wait for the engine."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def come(self, cancelled: Callable[[], bool]) -> bool:
        """As ``Turns.wait``."""
        return self.turns.wait(self, cancelled)

    def leave(self) -> None:
        """Let the next one have the engine."""
        self.turns.leave()

    def drop(self) -> None:
        """Give the place up, if it is still held."""
        self.turns.drop(self)


class Job:
    """One run. ``stream`` gives its frames as they come, after those of ``before``; ``done`` is called once with all of them when
    it completes, before the last ones are given: who sees that a run is done finds it kept."""

    def __init__(
        self,
        run: str,
        steps: Generator[EditStep, None, None],
        turn: Turn,
        done: Callable[[Job], None],
        session: str = "",
        before: Sequence[Frame] = (),
        fill: Callable[[SpanState], str] = written,
    ) -> None:
        self.run = run
        self.session = session
        self.frames: list[Frame] = list(before)
        self._given = len(self.frames)
        """frames that may be given already"""
        self.result: list[str] = []
        self.seconds = 0.0
        self.error: Exception | None = None
        self._fill = fill
        self._steps = steps
        self._turn = turn
        self._done = done
        self._cancelled = threading.Event()
        self._finished = threading.Event()
        self._new: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"run-{run}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def active(self) -> bool:
        return not self._finished.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._finished.wait(timeout)

    def _work(self) -> None:
        try:
            self._take(next(self._steps))  # the bare masks: no forward pass, so nobody waits for the engine to see them
            if self._turn.come(self._cancelled.is_set):
                try:
                    self._engine()
                finally:
                    self._turn.leave()
            if self.result and not self.cancelled:
                self._done(self)
        except Exception as error:  # handed to whoever listens
            self.error = error
        finally:
            self._turn.drop()
            self._steps.close()
            self._finished.set()
            self._new.put(True)

    def _engine(self) -> None:
        start = time.perf_counter()
        for step in self._steps:
            self.seconds = time.perf_counter() - start
            if self.cancelled:
                return
            self._take(step)

    def _take(self, step: EditStep) -> None:
        self.frames.extend(frames(step, self.run, self.seconds, self._fill))
        if step.done:
            self.result = [self._fill(span) for span in step.spans]
        else:
            self._given = len(self.frames)
            self._new.put(True)

    def stream(self) -> Iterator[tuple[int, list[Frame]]]:
        """(index of the first, frames) as they come, until the run ends. Raises what ended it."""
        seen = 0
        while True:
            over = self._finished.is_set()
            count = len(self.frames) if over else self._given
            if count > seen:
                yield seen, self.frames[seen:count]
                seen = count
            elif over:
                break
            else:
                self._new.get()
        if self.error is not None:
            raise self.error

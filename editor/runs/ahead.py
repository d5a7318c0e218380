"""Work done while nobody waits: a document's text is read, and what a run would begin with is drawn, before it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from editor.runs.jobs import Turns

Work = Callable[[Callable[[], bool]], None]
"""Does something until it is done, or until the given function says to stop."""


class Ahead:
    """One piece of work at a time, in a thread of its own. It gives way to runs, and to newer work."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._lock = threading.Lock()
        self._work: Work | None = None

    def ask(self, work: Work) -> None:
        """Do ``work`` in the background. It replaces what still waits."""
        with self._lock:
            idle, self._work = self._work is None, work
        if idle:
            threading.Thread(target=self._go, name="ahead", daemon=True).start()

    def _gives_way(self, work: Work) -> bool:
        return self._turns.wanted or self._work is not work

    def _go(self) -> None:
        while True:
            with self._lock:
                work: Any = self._work
            if self._turns.try_enter():
                try:
                    work(partial(self._gives_way, work))
                finally:
                    self._turns.leave()
            with self._lock:
                if self._work is work:  # nothing newer came; a run that took over does what it needs itself
                    self._work = None
                    return

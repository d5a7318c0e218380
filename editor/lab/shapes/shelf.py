"""Models that readers trained: they can be asked in any lesson, as long as the program runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from editor.errors import EditorError
from editor.payload import Payload
from engine import Ways, shown
from engine.training.letters.training import LetterTraining

MOST = 4
"""models that are kept: the newest"""


@dataclass(frozen=True, slots=True)
class KeptModel:
    number: int
    training: LetterTraining
    samples: list[tuple[float, str]]
    """(seconds, what it wrote then); more while it is trained"""

    @property
    def name(self) -> str:
        return f"own-{self.number}"

    @property
    def title(self) -> str:
        return f"your model {self.number} ({self.training.weights:,} weights, {self.training.spent:.0f} s)"

    @property
    def ways(self) -> Ways:
        return Ways.only(self.training.model(self.title), "mdlm")


class Shelf:
    def __init__(self) -> None:
        self._kept: dict[str, KeptModel] = {}
        self._count = 0
        self._training = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One training at a time. Raises EditorError("busy") while there is another."""
        if not self._training.acquire(blocking=False):
            raise EditorError("busy", "a model is being trained already; stop it, or wait until it is done", 409)
        try:
            yield
        finally:
            self._training.release()

    def keep(self, training: LetterTraining, samples: list[tuple[float, str]]) -> KeptModel:
        """Put a model with the others, once; of more than MOST the oldest goes."""
        for model in self._kept.values():
            if model.training is training:
                return model
        self._count += 1
        model = KeptModel(self._count, training, samples)
        self._kept = dict([*self._kept.items(), (model.name, model)][-MOST:])
        return model

    @property
    def latest(self) -> KeptModel | None:
        return next(reversed(self._kept.values()), None)

    def named(self, name: str) -> KeptModel:
        """Raises EditorError."""
        if name not in self._kept:
            known = ", ".join(self._kept) or "none yet: train one in the lesson Train one"
            raise EditorError("model_not_found", f"there is no model {shown(name)}; there are {known}", 404)
        return self._kept[name]

    def told(self) -> list[Payload]:
        return [{"name": model.name, "title": model.title} for model in self._kept.values()]

"""A run made again from its recipe: the same words where everything is as it was, and the reasons where they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from editor.errors import EditorError
from editor.payload import Payload
from storage import Run, Store

FACTS = ("nfe", "seconds", "spans", "pins", "model", "fingerprint", "version")
"""what is noted of a run beside what it was told"""
NAMES = ("system", "way", "style", "instruction", "length", "seed", "candidates")


@dataclass(frozen=True, slots=True)
class Again:
    """What came of it."""

    was: list[str]
    now: list[str]
    reasons: list[str]

    @property
    def same(self) -> bool:
        return self.was == self.now

    def told(self) -> Payload:
        return {**asdict(self), "same": self.same}


def again(store: Store, run_id: str, here: dict[str, Any], make: Callable[[Payload], list[str]]) -> Again:
    """Make a run again by ``make``. Raises EditorError("no_recipe"), RunNotFound."""
    run = store.runs.get(run_id)
    if store.runs.summary(run_id).step is not None:
        raise EditorError("no_recipe", "this run goes on from a step of another one; replay it instead")
    try:
        return Again(run.result, make(recipe(run)), reasons(run, here))
    except ValueError as error:
        raise EditorError("no_recipe", f"this run cannot be made again: {error}") from error


def recipe(run: Run) -> Payload:
    """The request that a run was, as the page sends one. Raises ValueError where it cannot be made again."""
    told = run.settings
    if "spans" not in told or not run.text:
        raise ValueError("what it was told is not kept")
    own = {name: value for name, value in told.items() if name not in (*FACTS, *NAMES)}
    return {
        **{name: told[name] for name in NAMES if name in told}, "document": run.document_id, "text": run.text,
        "spans": told["spans"], "pins": told.get("pins") or [], "settings": own,
    }  # fmt: skip


def reasons(run: Run, here: dict[str, Any]) -> list[str]:
    """In what this program differs from the one that made a run."""
    found = []
    for name, title in (("model", "the model"), ("fingerprint", "its weights"), ("version", "Palimpsest")):
        was = run.settings.get(name)
        if was is None:
            found.append(f"it was not noted which {title.removeprefix('the ')} it was made with")
        elif was != here[name]:
            found.append(f"{title} was {was} and is {here[name]}")
    return found

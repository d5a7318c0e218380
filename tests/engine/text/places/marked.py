"""Places of texts that are written with their span between ⟦ and ⟧."""

from __future__ import annotations

from engine.evaluation.worth import marked
from engine.text.places.frame import inner
from engine.text.places.place import Place


def at(text: str) -> Place:
    """The place between the marks, without what stays at its ends."""
    whole, span = marked(text)
    return Place.of(whole, *inner(whole, span.start, span.end))

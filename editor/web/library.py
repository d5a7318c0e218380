"""Gradio, imported here and nowhere else.

Whenever it is imported it parses every component's source and writes a type stub beside it, for people who write programs with
it: more than half of its import. It leaves out what has no file, so for that long its components have none.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_stubs() -> Iterator[None]:
    """``inspect.getfile`` finds no file of Gradio's classes."""
    found = inspect.getfile

    def getfile(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError(f"{thing.__qualname__} gets no stub")
        return found(thing)

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = found


with without_stubs():
    import gradio as gr
    from gradio.routes import App

__all__ = ["App", "gr", "without_stubs"]

"""Asking for an edit in words: a chat turn whose answer is the canvas."""

from __future__ import annotations

from engine.canvas import Context, Gap
from engine.tokenizer import Vocabulary


def edit_context(vocabulary: Vocabulary, instruction: str, source: str, slots: int, *, roomy: bool = False) -> Context:
    """The turn that asks for ``source`` to be edited, and a canvas of ``slots`` for the answer.

    Training and use share it: what a writer was taught is what it is asked.
    """
    encode = vocabulary.tokenizer.encode
    begin, end = vocabulary.begin_id, vocabulary.end_id
    asked = [begin, *encode(f"user\n{instruction}\n\n{source}"), end, *encode("\n"), begin, *encode("assistant\n")]
    return Context((tuple(asked), (end,)), (Gap(slots, multiline="\n" in source, roomy=roomy),))

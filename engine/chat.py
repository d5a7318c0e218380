"""Asking for an edit in words: a chat turn whose answer is the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.canvas import Context, Gap
from engine.tokenizer import Vocabulary


class Chat(Protocol):
    """How a model is told what to do."""

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(tokens before the answer, tokens after it)."""
        ...


@dataclass(frozen=True, slots=True)
class ChatTurns:
    """The turns of the embedded model. Training and use share them: what a writer was taught is what it is asked."""

    vocabulary: Vocabulary

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        encode, begin, end = self.vocabulary.tokenizer.encode, self.vocabulary.begin_id, self.vocabulary.end_id
        asked = [begin, *encode(f"user\n{instruction}\n\n{source}"), end, *encode("\n"), begin, *encode("assistant\n")]
        return tuple(asked), (end,)


def edit_context(chat: Chat, instruction: str, source: str, slots: int, *, roomy: bool = False) -> Context:
    """The turn that asks for ``source`` to be edited, and a canvas of ``slots`` for the answer."""
    return Context(chat.turn(instruction, source), (Gap(slots, multiline="\n" in source, roomy=roomy),))

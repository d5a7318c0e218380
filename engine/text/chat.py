"""Asking for an edit in words: a chat turn whose answer is the canvas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from engine.text.context import Context, Gap
from engine.text.tokenizer import Tokenizer, Vocabulary, readable


class Chat(Protocol):
    """How a model is told what to do."""

    @property
    def follows(self) -> bool:
        """Whether it does, by and large, what it is told: such a model was tuned for it by others, or measured here."""
        ...

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(tokens before the answer, tokens after it)."""
        ...


@dataclass(frozen=True, slots=True)
class ChatTurns:
    """The turns of the embedded model. Training and use share them: what a writer was taught is what it is asked."""

    vocabulary: Vocabulary
    follows: bool = False
    """measured: told to change a text, it gains nothing (assets/model/MODEL_CARD.md)"""

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        encode, begin, end = self.vocabulary.tokenizer.encode, self.vocabulary.begin_id, self.vocabulary.end_id
        asked = [begin, *encode(f"user\n{instruction}\n\n{source}"), end, *encode("\n"), begin, *encode("assistant\n")]
        return tuple(asked), (end,)


def edit_context(chat: Chat, instruction: str, source: str, slots: int, *, roomy: bool = False) -> Context:
    """The turn that asks for ``source`` to be edited, and a canvas of ``slots`` for the answer."""
    return Context(chat.turn(instruction, source), (Gap(slots, multiline="\n" in source, roomy=roomy),))


BEFORE = 2000
"""characters of the text before a caret that are told"""


def going_on(chat: Chat, instruction: str, before: str, slots: int) -> Context:
    """The turn that asks for something to be put in where ``before`` ends, and a canvas of ``slots`` for it."""
    told = (
        f"{instruction}\n\nIt is put in behind this text; write only what comes next:"
        if before.strip()
        else instruction
    )
    return Context(chat.turn(told, before[-BEFORE:]), (Gap(slots, multiline=True),))


ASKED, ANSWERED = "thewordsoftheuser", "thewordsoftheanswer"
"""stand in a rendered template where texts will be; no template changes words like these"""


class TemplateChat:
    """Turns as a checkpoint's own chat template writes them.

    The template is rendered once, with placeholders. What it wrote itself may be control tokens; what the user wrote is encoded
    as text, together with the plain text the template puts around it, because words and white space there share tokens.
    """

    follows = True

    def __init__(
        self, tokenizer: Tokenizer, asked: str, answered: str, end_id: int | None, *, keep_bos: bool = True
    ) -> None:
        """
        Args:
            asked: the template rendered with ASKED as what the user says, up to where the assistant begins.
            answered: rendered with ANSWERED as the reply besides.
            end_id: ends the assistant's turn where the template says nothing of it.
            keep_bos: whether the beginning-of-text token stays in front, where the template writes it; False for denoisers that
                put one there themselves.
        """
        head, _, tail = asked.partition(ASKED)
        after = answered.partition(ANSWERED)[2]
        added = tokenizer.backend.get_added_tokens_decoder().values()
        control = [token.content for token in added if token.special or token.content in asked + answered]
        self._tokenizer = tokenizer
        self._control = _any_of(control)
        # The tokenizer takes special tokens for text whatever the user writes, so only the others have to be broken up.
        self._guarded = _any_of([token.content for token in added if not token.special and token.content in control])
        cut = max((match.end() for match in self._control.finditer(head)), default=0)
        first = self._control.search(tail)
        start = first.start() if first else len(tail)
        self._head, self._before = self._read(head[:cut]), head[cut:]
        self._after, self._tail = tail[:start], self._read(tail[start:])
        if not keep_bos and self._head[:1] == (tokenizer.bos_id,):
            self._head = self._head[1:]
        ends = self._control.search(after)
        self.end = self._read(after[: ends.end()] if ends else after.strip()) or (() if end_id is None else (end_id,))
        """the tokens behind an answer"""

    @classmethod
    def of(cls, loaded: Any, tokenizer: Tokenizer, *, keep_bos: bool = True) -> TemplateChat | None:
        """From a tokenizer of transformers; None where it has no template, or one that does not just repeat what is said."""
        if not getattr(loaded, "chat_template", None):
            return None
        asks: list[dict[str, str]] = [{"role": "user", "content": ASKED}]

        def rendered(messages: list[dict[str, str]], prompt: bool) -> str:
            # Models that can think aloud first are told not to: the answer has to be on the canvas.
            return str(
                loaded.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=prompt, enable_thinking=False
                )
            )

        try:
            asked = rendered(asks, True)
            answered = rendered([*asks, {"role": "assistant", "content": ANSWERED}], False)
        except Exception:  # a template may raise whatever it likes
            return None
        if asked.count(ASKED) != 1 or answered.count(ANSWERED) != 1:
            return None
        return cls(tokenizer, asked, answered, loaded.eos_token_id, keep_bos=keep_bos)

    def turn(self, instruction: str, source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The tokens before and after the answer to ``instruction`` on ``source``."""
        said = self._plain(f"{self._before}{instruction}\n\n{source}{self._after}")
        return self._head + said + self._tail, self.end

    def _read(self, text: str) -> tuple[int, ...]:
        """Encode what the template wrote, control tokens and all."""
        backend = self._tokenizer.backend
        backend.encode_special_tokens = False
        try:
            return tuple(backend.encode(readable(text), add_special_tokens=False).ids)
        finally:
            backend.encode_special_tokens = True

    def _plain(self, text: str) -> tuple[int, ...]:
        """Encode text that may hold anything; a control token spelt out in it is cut in two, so that it stays text."""
        ids: list[int] = []
        while found := self._guarded.search(text):
            ids += self._tokenizer.encode(text[: found.start() + 1])
            text = text[found.start() + 1 :]
        return (*ids, *self._tokenizer.encode(text))


def ends_of(chat: TemplateChat | None, end_id: int | None, special: frozenset[int]) -> tuple[int, ...]:
    """The tokens with which a model that was taught turns ends its answer: the end of text, and the token that its template puts
    behind an answer."""
    if chat is None:
        return ()
    marks = [token for token in chat.end if token in special]
    return tuple(dict.fromkeys([*marks[:1], *([] if end_id is None else [end_id])]))


def _any_of(tokens: list[str]) -> re.Pattern[str]:
    """Matches any of them, longer ones first; nothing where there are none."""
    return re.compile("|".join(map(re.escape, sorted(tokens, key=len, reverse=True))) or r"(?!)")

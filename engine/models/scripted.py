"""A tiny denoiser with a known answer, for tests and for trying the page without weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from string import ascii_lowercase

import torch
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers
from torch import Generator, Tensor

from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Absorbing, Corruption
from engine.text.chat import Chat, ChatTurns
from engine.text.context import Context, Gap
from engine.text.slots import over
from engine.text.tokenizer import Tokenizer, Vocabulary
from engine.text.wishes import LengthBy

TARGET = " the words that were written over"


@cache
def byte_tokenizer() -> Tokenizer:
    """Byte-level, one token per byte, with three special ids in front: end of text, NULL and MASK. One for all, with what was
    found out of it."""
    special = ["<|endoftext|>", "<null>", "<mask>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(special + letters)}
    backend = Backend(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(special)
    return Tokenizer(backend, frozenset(range(3)), 0)


class ScriptedDenoiser:
    """Knows what every gap should hold: ``target``, cut or padded with NULL. Surer of some slots than of others. A text that it
    is to revise stands as it is but for ``corrections``, where there are any."""

    name = "scripted"
    device = "cpu"
    mask_id = 2
    null_id = 1
    max_slots = 256
    after = 400
    revises = True
    length_by: LengthBy = "null"
    end_ids: tuple[int, ...] = ()
    # It knows what to write whatever it reads, so it can stand in for any.
    facts = Facts(reads_noise=True, self_conditions=True, orders=("eso-a", "eso-b"))
    expand_id: int | None = None
    delete_id: int | None = None

    def __init__(
        self,
        target: str | None = None,
        delay: Callable[[], None] | None = None,
        corrections: Mapping[str, str] | None = None,
    ) -> None:
        self.tokenizer = byte_tokenizer()
        # It answers the same whatever it is told, so its turns need no marks of their own.
        self.chat: Chat | None = ChatTurns(Vocabulary(self.tokenizer, self.mask_id, self.null_id, 0, 0))
        self.corruption: Corruption = Absorbing(self.mask_id)
        self.target = TARGET if target is None else target
        # What it might write instead. Without them any of the 256 bytes would be next, and most of them are parts of a letter.
        self.letters = self.tokenizer.encode(ascii_lowercase)
        self.delay = delay
        self.corrections = dict(corrections or {})
        self.nfe = 0

    def condition(self, context: Context, how: Conditions = USUAL) -> ScriptedConditioned:
        return ScriptedConditioned(self, context)

    def unconditional(self, context: Context) -> Context:
        return replace(context, segments=((),) * len(context.segments))

    def nll(self, context: Context, fills: Sequence[tuple[int, ...]]) -> float:
        """0 where it would write the same, 1 for every token that it would not."""
        found = [token for fill in fills for token in fill]
        wanted = [token for gap in context.gaps for token in self.answer(gap) if token != self.null_id]
        return sum(a != b for a, b in zip(found, wanted, strict=False)) / max(1, len(found))

    def answer(self, gap: Gap) -> list[int]:
        """What the slots of a gap should hold."""
        text = self.target if gap.leading_space else self.target.strip()
        ids = self.tokenizer.encode(text)[: gap.slots]
        return ids + [self.null_id] * (gap.slots - len(ids))

    def corrected(self, slots: list[int]) -> list[int]:
        """What the slots of a text should hold: a word that is longer than before takes the room behind it."""
        for old, new in self.corrections.items():
            places = [at for at, token in enumerate(slots) if token != self.null_id]
            plain, wrong, right = [slots[at] for at in places], self.tokenizer.encode(old), self.tokenizer.encode(new)
            for at in range(len(plain) - len(wrong) + 1):
                if plain[at : at + len(wrong)] == wrong:
                    start, end = places[at], places[at + len(wrong) - 1] + 1
                    end += len(right) > end - start
                    slots = [*slots[:start], *over(slots[start:end], right, self.null_id), *slots[end:]]
        return slots

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        """There is nothing to encode."""

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        """There is nothing to draw."""


class ScriptedConditioned:
    judge: Judge | None = None
    normalised = True
    divergence: float | None = None
    timeless = False  # every step of it costs what one of a network would
    grid: Tensor | None = None

    def __init__(self, denoiser: ScriptedDenoiser, context: Context) -> None:
        self._d = denoiser
        self._start = denoiser.nfe
        self._roomy = all(gap.roomy for gap in context.gaps)
        self._revising = bool(denoiser.corrections) and self._roomy
        self._answer = torch.tensor([token for gap in context.gaps for token in denoiser.answer(gap)])

    @property
    def nfe(self) -> int:
        return self._d.nfe - self._start

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        return iter(())

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        if self._d.delay is not None:
            self._d.delay()
        self._d.nfe += 1
        if self._revising:
            return self._standing(torch.tensor([self._d.corrected(row) for row in canvas.ids.tolist()]))
        sureness = 7 + 3 * torch.rand(len(self._answer), 1, generator=Generator().manual_seed(7))
        row = torch.nn.functional.one_hot(self._answer, self._d.tokenizer.size) * sureness
        row[:, self._d.letters] += 0.01
        row[:, self._d.mask_id] = -torch.inf
        if not self._roomy:
            return row.expand(canvas.ids.shape[0], -1, -1)
        return torch.stack([self._standing(ids) if self._right(ids) else row for ids in canvas.ids.cpu()])

    def _right(self, ids: Tensor) -> bool:
        """Whether it stands as it should, with room elsewhere."""
        null = self._d.null_id
        return torch.equal(ids[ids != null], self._answer[self._answer != null])

    def _standing(self, ids: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(ids, self._d.tokenizer.size) * 12.0


def scripted(
    target: str | None = None,
    delay: Callable[[], None] | None = None,
    corrections: Mapping[str, str] | None = None,
) -> ScriptedDenoiser:
    """The scripted denoiser. ``delay`` is called before every forward pass, for tests of cancelling."""
    return ScriptedDenoiser(target, delay, corrections)

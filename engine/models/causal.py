"""A denoiser from any causal language model: no training, both sides read.

Fills are drawn left to right as one batch on the exact context cache; every cut of every drawn row is a particle, judged
by the text after it (see particles.py). The marginals of the particles answer the Denoiser protocol, so every system
runs on it. Length is chosen by the judge: unused slots are NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Generator, Tensor
from transformers import PreTrainedModel

from engine.attention import Attention
from engine.cache import Reader
from engine.canvas import Canvas, Context
from engine.correction import Judge
from engine.corruption import Absorbing, Corruption
from engine.denoiser import Draft
from engine.judge import judge
from engine.models.drawing import Drawing, draw
from engine.models.particles import Fill, Pool, Written, length_prior
from engine.tokenizer import Tokenizer, Vocabulary

WINDOW = 2048
STRIDE = 512
MAX_SPAN = 128
ROOM = 2 * MAX_SPAN
"""positions kept free for the fill and the text after it"""


def window(ids: tuple[int, ...], size: int = WINDOW) -> tuple[int, ...]:
    """The last ``size`` tokens at most. The start moves in strides, so that selections near one another share a cache."""
    over = len(ids) - size
    return ids if over <= 0 else ids[-(-over // STRIDE) * STRIDE :]


class CausalDenoiser:
    """Any causal checkpoint of transformers behind the Denoiser protocol."""

    max_slots = MAX_SPAN
    revises = False  # its particles agree with whatever is written
    vocabulary: Vocabulary | None = None

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: Tokenizer,
        name: str,
        *,
        mask_id: int | None = None,
        null_id: int | None = None,
        drawing: Drawing | None = None,
        cached: bool = True,
    ) -> None:
        self.name = name
        self.device = str(model.device)
        self.tokenizer = tokenizer
        self.reader = Reader(model, cached=cached)
        self.drawing = drawing or Drawing()
        vocabulary = int(model.config.get_text_config().vocab_size)
        # A checkpoint without spare ids gets two beyond its vocabulary: they never enter the network.
        self.mask_id = vocabulary if mask_id is None else mask_id
        self.null_id = vocabulary + 1 if null_id is None else null_id
        self.width = max(vocabulary, self.mask_id + 1, self.null_id + 1)
        self.size = vocabulary
        self.corruption: Corruption = Absorbing(self.mask_id)
        longest = getattr(model.config.get_text_config(), "max_position_embeddings", None) or WINDOW + ROOM
        self.window = min(WINDOW, longest - ROOM)
        self._bans: dict[str, Tensor] = {}

    def condition(
        self,
        context: Context,
        rng: Generator,
        attention: Attention = "bidirectional",
        reading: Context | None = None,
    ) -> CausalConditioned:
        return CausalConditioned(self, context, rng)

    def before(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """The tokens that are read before a gap: a window with the beginning-of-text token in front."""
        return (self.tokenizer.bos_id, *window(ids, self.window))

    def warm(self, text: str, should_stop: Callable[[], bool]) -> None:
        ids = self.tokenizer.encode(text)
        for _ in self.reader.read((self.tokenizer.bos_id, *ids[: self.window])):
            if should_stop():
                return

    def banned(self, what: str) -> Tensor:
        """(V,) bool of tokens that a rule keeps out of a fill: see ``rules``."""
        rules: dict[str, Callable[[str], bool]] = {
            "always": lambda piece: piece == "",
            "line break": lambda piece: "\n" in piece or "\r" in piece,
            "no space": lambda piece: not piece.startswith(" "),
            "space": lambda piece: piece[:1].isspace(),
            "blank": lambda piece: not piece.strip(),
            "fence": lambda piece: "```" in piece,
        }
        if what not in self._bans:
            mask = torch.zeros(self.size, dtype=torch.bool)
            found = self.tokenizer.where(rules[what])
            mask[: len(found)] = found[: self.size]
            if what == "always":
                mask[len(found) :] = True
                mask[[i for i in self.tokenizer.special_ids if i < self.size]] = True
            self._bans[what] = mask.to(self.reader.model.device)
        return self._bans[what]


class CausalConditioned:
    """The denoiser bound to one text: pools of particles, one per gap and per fill of the gaps before it."""

    judge: Judge | None = None  # its particles are judged already

    def __init__(self, denoiser: CausalDenoiser, context: Context, rng: Generator) -> None:
        self._d = denoiser
        self._context = context
        self._rng = rng
        self._pools: dict[tuple[int, tuple[Fill, ...]], Pool] = {}
        self._start = denoiser.reader.nfe

    @property
    def nfe(self) -> int:
        return self._d.reader.nfe - self._start

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        for row in range(canvas.ids.shape[0]):
            settled = False
            while not settled:
                settled = True
                fills: tuple[Fill, ...] = ()
                for index in range(len(self._context.gaps)):
                    written = self._written(canvas, row, index)
                    pool = self._pools.setdefault((index, fills), Pool(self._context.gaps[index].slots))
                    if pool.spent(written):
                        yield from self._draw(pool, index, fills, written)
                    fills = (*fills, pool.best(written))
                for index in range(len(fills) - 1):
                    pool = self._pools[(index, fills[:index])]
                    if not pool.swept and self._touches(index):
                        self._sweep(pool, index, fills)
                        settled = False
                        break

    def logits(self, canvas: Canvas, t: float) -> Tensor:
        rows = []
        for row in range(canvas.ids.shape[0]):
            fills: tuple[Fill, ...] = ()
            parts = []
            for index in range(len(self._context.gaps)):
                written = self._written(canvas, row, index)
                pool = self._pools[(index, fills)]
                parts.append(pool.marginals(written, self._d.width))
                fills = (*fills, pool.best(written))
            rows.append(torch.cat(parts))
        return torch.stack(rows).to(canvas.ids.device)

    def _written(self, canvas: Canvas, row: int, index: int) -> Written:
        start, end = self._context.ranges()[index]
        ids, noisy = canvas.ids[row, start:end].tolist(), canvas.noisy[row, start:end].tolist()
        return tuple(None if hidden else token for token, hidden in zip(ids, noisy, strict=True))

    def _plain(self, fill: Fill) -> Fill:
        return tuple(i for i in fill if i != self._d.null_id)

    def _prompt(self, index: int, fills: tuple[Fill, ...]) -> Fill:
        before = self._context.segments[0]
        for fill, segment in zip(fills[:index], self._context.segments[1:], strict=False):
            before += self._plain(fill) + segment
        return self._d.before(before)

    def _draw(self, pool: Pool, index: int, fills: tuple[Fill, ...], written: Written) -> Iterator[Draft]:
        """Draw and judge particles for one gap, clamped to what is written."""
        prompt = self._prompt(index, fills)
        for done, total in self._d.reader.read(prompt[:-1]):
            yield Draft("read", done, total)
        offset = self._context.ranges()[index][0]
        for draft in draw(self._d, self._context, index, prompt, pool, written, self._rng):
            padded = None if draft.guesses is None else ((),) * offset + draft.guesses
            if padded is not None:
                padded += ((),) * (self._context.slots - len(padded))
            yield Draft(draft.phase, draft.done, draft.total, padded)

    def _touches(self, index: int) -> bool:
        """Whether the judge, reading on from this gap, runs into the next one."""
        return len(self._context.segments[index + 1]) < self._d.drawing.judged

    def _sweep(self, pool: Pool, index: int, fills: tuple[Fill, ...]) -> None:
        """Judge a gap's particles again with all gaps filled (two forward passes)."""
        after = self._context.segments[index + 1]
        for fill, segment in zip(fills[index + 1 :], self._context.segments[index + 2 :], strict=True):
            after += self._plain(fill) + segment
        ranked = sorted(pool.fills, key=lambda fill: -pool.fills[fill])[: self._d.drawing.kept]
        plain = [self._plain(fill) for fill in ranked]
        prompt = self._prompt(index, fills)
        branch = self._d.reader.branch(prompt[:-1], len(plain))
        scores = judge(branch, prompt[-1], plain, after[: self._d.drawing.judged])
        expected = self._context.gaps[index].expected
        pool.fills = {
            fill: score + length_prior(len(short), expected)
            for fill, short, score in zip(ranked, plain, scores, strict=True)
        }
        pool.swept = True

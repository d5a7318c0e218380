"""A denoiser from any causal language model: no training, both sides read.

Fills are drawn left to right as one batch on the exact context cache; every cut of every drawn row is a particle, judged
by the text after it (see particles.py). The marginals of the particles answer the Denoiser protocol, so every system
runs on it. Length is chosen by the judge: unused slots are NULL.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from types import MappingProxyType

import torch
from torch import Generator, Tensor

from engine.context.network import CausalNetwork
from engine.context.reader import Reader
from engine.context.window import WINDOW, window
from engine.denoising.correction import Judge
from engine.denoising.denoiser import USUAL, Conditions, Draft
from engine.denoising.facts import Facts
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Absorbing, Corruption
from engine.judging.healing import Healing
from engine.judging.judge import judge
from engine.models.causal.cuts import placed
from engine.models.causal.drawing import Drawing, draw
from engine.models.causal.particles import Drawn, Fill, Pool, Written
from engine.models.causal.prompt import prompt_of
from engine.models.causal.sureness import Signs, assured
from engine.text.allowed import Bans
from engine.text.chat import Chat
from engine.text.context import Context
from engine.text.spans import AFTER_CHARACTERS
from engine.text.tokenizer import Tokenizer
from engine.text.wishes import LengthBy

Experts = Callable[[int, int, Tensor], Tensor]
"""What another model says of fills of the slots from the first number to the second: (particles, slots) ids to as many nats."""
NONE: Mapping[int, Experts] = MappingProxyType({})
MAX_SPAN, ROOM = 128, 256
"""positions kept free for the fill and the text after it"""


class CausalDenoiser:
    """Any causal checkpoint of transformers behind the Denoiser protocol."""

    max_slots = MAX_SPAN
    after = AFTER_CHARACTERS
    revises = False  # its particles are drawn to agree with what is written
    chat: Chat | None = None
    length_by: LengthBy = "judge"
    end_ids: tuple[int, ...] = ()
    facts = Facts(at_once=True)
    expand_id: int | None = None
    delete_id: int | None = None
    calibration: Callable[[Signs], float] | None = None
    """of what it says of its words"""

    def __init__(
        self,
        model: CausalNetwork,
        tokenizer: Tokenizer,
        name: str,
        *,
        mask_id: int | None = None,
        null_id: int | None = None,
        drawing: Drawing | None = None,
        cached: bool = True,
        window: int = WINDOW,
    ) -> None:
        self.name = name
        self.device = str(model.device)
        self.tokenizer = tokenizer
        self.reader = Reader(model, cached=cached, keep=4)
        self.drawing = drawing or Drawing()
        vocabulary = int(model.config.get_text_config().vocab_size)
        # A checkpoint without spare ids gets two beyond its vocabulary: they never enter the network.
        self.mask_id = vocabulary if mask_id is None else mask_id
        self.null_id = vocabulary + 1 if null_id is None else null_id
        self.width = max(vocabulary, self.mask_id + 1, self.null_id + 1)
        self.size = vocabulary
        self.corruption: Corruption = Absorbing(self.mask_id)
        longest = getattr(model.config.get_text_config(), "max_position_embeddings", None) or window + ROOM
        self.window = min(window, longest - ROOM)
        self.bans = Bans(tokenizer, vocabulary, model.device)
        self.aside = Reader(model, cached=cached, keep=6)
        """reads what is no document, such as examples of a style: it pushes no document out"""
        self.healing = Healing(tokenizer, vocabulary)
        self._ahead: tuple[Context, int, Drawn] | None = None

    def condition(self, context: Context, how: Conditions = USUAL) -> CausalConditioned:
        ahead, drawn = self._ahead, Drawn()
        if ahead is not None and ahead[:2] == (context, how.seed):
            drawn, self._ahead = ahead[2], None
        return CausalConditioned(self, context, how.seed, drawn)

    def unconditional(self, context: Context) -> Context:
        return replace(context, segments=((),) * len(context.segments))

    def nll(self, context: Context, fills: Sequence[Fill]) -> float:
        """Nats per token of the fills and of the first tokens behind each, so that both sides count."""
        reader, total, count, text = self.reader.session(), 0.0, 0, context.segments[0]
        for fill, segment in zip(fills, context.segments[1:], strict=True):
            prompt, after = self.before(text), segment[: self.drawing.judged]
            for _ in reader.read(prompt[:-1]):
                pass
            total -= judge(reader.branch(prompt[:-1], 1), prompt[-1], [tuple(fill)], after)[0]
            count += len(fill) + len(after)
            text += tuple(fill) + segment
        return total / max(1, count)

    def before(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """The tokens that are read before a gap: a window with the beginning-of-text token in front."""
        return (self.tokenizer.bos_id, *window(ids, self.window))

    def behind(self, after: tuple[int, ...], more: bool = False) -> tuple[tuple[int, ...], Tensor | None]:
        """What is judged of the text after a gap, and (V,) bool of the tokens with which the text may end there: None where it
        goes on, with ``more`` gaps or words, and where it ended its last line itself. Without them "so Mr." reads better than
        "so we waited."."""
        judged = after[: self.drawing.judged]
        open_ended = more or judged != after or bool(after) and bool(self.bans("line break")[after[-1]])
        return judged, None if open_ended else self.ends

    @cached_property
    def ends(self) -> Tensor:
        """(V,) bool: line breaks and special tokens."""
        ends = self.bans("line break").clone()
        ends[[i for i in self.tokenizer.special_ids if i < self.size]] = True
        return ends

    def warm(self, text: str, should_stop: Callable[[], bool], position: int | None = None) -> None:
        """Without a position, the beginning of the text."""
        ids = tuple(self.tokenizer.encode(text) if position is None else self.tokenizer.encode_before(text[:position]))
        read = (self.tokenizer.bos_id, *ids[: self.window]) if position is None else self.before(ids)
        for _ in self.reader.read(read):
            if should_stop():
                return

    def prepare(self, context: Context, seed: int, should_stop: Callable[[], bool]) -> None:
        drawn = Drawn()
        noisy = torch.ones(1, context.slots, dtype=torch.bool)
        canvas = Canvas(torch.full((1, context.slots), self.mask_id), noisy, ~noisy)
        for _ in CausalConditioned(self, context, seed, drawn).draft(canvas):
            if should_stop():
                return
        self._ahead = (context, seed, drawn)


class CausalConditioned:
    """The denoiser bound to one text: for every row, pools of particles, one per gap and per fill of the gaps before it."""

    judge: Judge | None = None  # its particles are judged already
    normalised = True
    divergence: float | None = None
    timeless = True
    grid: Tensor | None = None

    def __init__(self, denoiser: CausalDenoiser, context: Context, seed: int, drawn: Drawn) -> None:
        self._d = denoiser
        self._context = context
        self._seed = seed
        self._reader = denoiser.reader.session()
        self._drawn = drawn
        self._pools: dict[tuple[int, int, tuple[Fill, ...]], Pool] = {}
        self._weighed: dict[tuple[int, int], Callable[[], list[tuple[Fill, float]]]] = {}

    @property
    def nfe(self) -> int:
        return self._reader.nfe

    def draft(self, canvas: Canvas) -> Iterator[Draft]:
        taken = self._taken()
        for row in range(canvas.ids.shape[0]):
            settled = False
            while not settled:
                settled = True
                fills: tuple[Fill, ...] = ()
                for index in range(len(self._context.gaps)):
                    written = self._written(canvas, row, index)
                    pool = self._pools.setdefault((row, index, fills), Pool.of(self._context.gaps[index]))
                    if pool.spent(written, taken[index]):
                        yield from self._draw(pool, index, fills, written)
                    fills = (*fills, pool.best(written, taken[index]))
                for index in range(len(fills) - 1):
                    pool = self._pools[(row, index, fills[:index])]
                    # The judge, reading on from this gap, may run into the next one.
                    if not pool.swept and len(self._context.segments[index + 1]) < self._d.drawing.judged:
                        self._sweep(pool, index, fills)
                        settled = False
                        break
            self._take(taken, row, fills)

    def _taken(self) -> list[list[str]]:
        """For each gap what the rows say that came before: a row leaves it to them."""
        return [[] for _ in self._context.gaps]

    def _take(self, taken: list[list[str]], row: int, fills: tuple[Fill, ...]) -> None:
        for index, fill in enumerate(fills):
            taken[index].append(self._pools[(row, index, fills[:index])].said[fill])

    def logits(self, canvas: Canvas, t: float, experts: Mapping[int, Experts] = NONE) -> Tensor:
        """``experts``: for some of the rows, what another model says of them."""
        rows: list[list[Tensor]] = [[] for _ in canvas.ids]
        for row, index, pool, written, taken in self._gaps(canvas):
            start, end = self._context.ranges()[index]
            expert = partial(experts[row], start, end) if row in experts else None
            self._weighed[row, index] = partial(pool.wholes, written, taken, expert)
            rows[row].append(pool.marginals(written, self._d.width, taken, expert))
        return torch.stack([torch.cat(parts) for parts in rows]).to(canvas.ids.device)

    def open(self, canvas: Canvas) -> set[int]:
        """The rows in which there is anything to choose: what another model says of the others changes nothing."""
        gaps = self._gaps(canvas)
        return {row for row, _, pool, written, taken in gaps if pool.open(written, taken, revises=canvas.weighed)}

    def _gaps(self, canvas: Canvas) -> Iterator[tuple[int, int, Pool, Written, list[str]]]:
        """(row, gap, its particles, what is written on it, what the rows before say there) of every row and gap."""
        taken = self._taken()
        for row in range(canvas.ids.shape[0]):
            fills: tuple[Fill, ...] = ()
            for index in range(len(self._context.gaps)):
                written, pool = self._written(canvas, row, index), self._pools[(row, index, fills)]
                yield row, index, pool, written, list(taken[index])
                fills = (*fills, pool.best(written, taken[index]))
            self._take(taken, row, fills)

    def wholes(self, canvas: Canvas, row: int, gap: int) -> list[tuple[Fill, float]]:
        return self._weighed[row, gap]()  # as for the last scores

    def assured(self, canvas: Canvas) -> Tensor | None:
        """(B, L) chance that what was written is right, where all of it is a fill that was weighed; None without calibration."""
        calibration = self._d.calibration
        if calibration is None or canvas.noisy.any():
            return None
        ranges, ids = self._context.ranges(), canvas.ids
        return assured(self._pools, ranges, ids, self._d.tokenizer, self._d.null_id, calibration)

    def particles(self, index: int = 0) -> list[tuple[Fill, float]]:
        """Everything that was drawn for one gap with the earlier ones as they are best, and its score: the best first."""
        pools = [pool for (row, at, _), pool in self._pools.items() if row == 0 and at == index]
        return sorted(pools[-1].fills.items(), key=lambda particle: -particle[1]) if pools else []

    def _written(self, canvas: Canvas, row: int, index: int) -> Written:
        start, end = self._context.ranges()[index]
        ids, noisy = canvas.ids[row, start:end].tolist(), canvas.noisy[row, start:end].tolist()
        return tuple(None if hidden else token for token, hidden in zip(ids, noisy, strict=True))

    def _plain(self, fill: Fill) -> Fill:
        return tuple(i for i in fill if i != self._d.null_id)

    def _prompt(self, index: int, fills: tuple[Fill, ...]) -> Fill:
        plain = tuple(self._plain(fill) for fill in fills[:index])
        return self._d.before(prompt_of(self._context, index, plain, self._d.tokenizer))

    def _draw(self, pool: Pool, index: int, fills: tuple[Fill, ...], written: Written) -> Iterator[Draft]:
        """Draw and judge particles for one gap, clamped to what is written, unless that was done for another row."""
        key = (index, fills, written)
        if key not in self._drawn.pools:
            prompt = self._prompt(index, fills)
            for done, total in self._reader.read(prompt[:-1]):
                yield Draft("read", done, total)
            fresh = Pool(pool.slots, pool.prose)
            seed = zlib.crc32(repr((self._seed, key)).encode())
            offset = self._context.ranges()[index][0]
            how = Generator().manual_seed(seed), self._drawn.cost(self._reader, prompt)
            for draft in draw(self._d, self._reader, self._context, index, prompt, fresh, written, *how):
                padded = None if draft.guesses is None else ((),) * offset + draft.guesses
                if padded is not None:
                    padded += ((),) * (self._context.slots - len(padded))
                yield Draft(draft.phase, draft.done, draft.total, padded)
            self._drawn.pools[key] = fresh
        pool.absorb(self._drawn.pools[key])
        pool.drawn.add(written)

    def _sweep(self, pool: Pool, index: int, fills: tuple[Fill, ...]) -> None:
        """Judge a gap's particles again with all gaps filled (two forward passes)."""
        after = self._context.segments[index + 1]
        for fill, segment in zip(fills[index + 1 :], self._context.segments[index + 2 :], strict=True):
            after += self._plain(fill) + segment
        ranked = sorted(pool.fills, key=lambda fill: -pool.fills[fill])[: self._d.drawing.kept]
        plain = [self._plain(fill) for fill in ranked]
        prompt, (after, ends) = self._prompt(index, fills), self._d.behind(after)
        key = (index, prompt + after, tuple(token for fill in ranked for token in fill))
        if key not in self._drawn.scores:
            branch, cost = self._reader.branch(prompt[:-1], len(plain)), self._drawn.cost(self._reader, prompt)
            scores = judge(branch, prompt[-1], plain, after, ends, self._d.healing.after(after))
            self._drawn.scores[key] = placed(scores, plain, self._context.gaps[index], cost, self._d.tokenizer)
        pool.fills = dict(zip(ranked, self._drawn.scores[key], strict=True))
        pool.swept = True

"""Training on one text, in small steps that can be stopped and looked at."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

from engine.denoising.loop import denoise
from engine.diffusion import objectives
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.errors import TextTooShort
from engine.models.dit.mdlm import DitDenoiser
from engine.models.dit.network import Dit
from engine.samplers import Ancestral, FirstHitting
from engine.text.context import Context, Gap
from engine.training.letters.alphabet import alphabet
from engine.training.letters.counting import counted
from engine.training.letters.network import LENGTH, denoiser, fresh, log_p, sizes_of, weights_of

LEAST = 200
"""characters without which there is nothing to learn"""
MOST = 100_000
"""characters that are learnt from"""
BATCH = 16
RATE, TURN = 3e-3, 0.02
"""of Adam, and of Muon for the matrices of the blocks: in the same time 2.29 nats a letter where Adam alone came to 2.46"""
WARM = 40
"""steps in which the rate rises"""
KEPT = 0.98
"""how much of the mean of the weights is kept at each step"""
HELD = 0.1
"""share of a text that is kept back, at its end"""
WARMTH = 0.6
"""temperature of what it writes: at 1 letters that hardly fit are drawn often enough to spoil most words"""
HELD_FROM = 2_000
"""characters from which on anything is kept back"""
HELD_ROWS, HELD_LEVELS = 12, 4


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of a training at one moment. Nats for a letter; each loss is an estimate of the bound."""

    seconds: float
    steps: int
    loss: float
    """mean since the moment before"""
    held: float | None
    """on what was kept back, where anything was"""


class LetterTraining:
    """A training of one size on one text. Its model is usable at any moment: it has the mean of the latest weights."""

    def __init__(
        self, text: str, size: int, seconds: float, seed: int = 0, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Raises TextTooShort for fewer than LEAST characters; of more than MOST the first are taken."""
        if len(text) < LEAST:
            raise TextTooShort(
                f"the text has {len(text)} character{'s' * (len(text) != 1)}, and a model learns from at least {LEAST}; "
                "write or select more"
            )
        self.size, self.seconds, self.seed, self.clock = size, seconds, seed, clock
        self.text = text[:MOST]
        self.tokenizer = alphabet(self.text)
        self.mask = self.tokenizer.size
        ids = torch.tensor(self.tokenizer.encode(self.text))
        kept_back = int(HELD * len(ids)) if len(ids) >= HELD_FROM else 0
        self.learnt, self.held = ids[: len(ids) - kept_back], ids[len(ids) - kept_back :]
        self.by_counting = counted(self.learnt, self.held if kept_back else self.learnt, self.mask)
        """nats a letter for what is kept back by the letters' frequencies, and by those of pairs"""
        self.network = fresh(sizes_of(size, self.mask + 1), seed)
        self.mean = copy.deepcopy(self.network).requires_grad_(False)
        self.moments: list[Moment] = []
        self.steps, self.spent, self._looked = 0, 0.0, 0.0  # in seconds of work
        self._rng = Generator().manual_seed(seed)
        self._losses: list[float] = []

    @cached_property
    def _optimizers(self) -> list[tuple[torch.optim.Optimizer, float]]:
        """Made when something is learnt: the first of a process loads torch's compiler, which takes a second or two."""
        return _optimizers(self.network)

    @property
    def weights(self) -> int:
        return weights_of(self.network)

    @property
    def row(self) -> int:
        """letters of a row that is learnt from"""
        return min(LENGTH - 1, len(self.learnt))

    def model(self, name: str) -> DitDenoiser:
        """What it has learnt so far, as a model of its own that does not change any more."""
        return denoiser(copy.deepcopy(self.mean), self.tokenizer, name)

    def run(self, every: float) -> Iterator[Moment | None]:
        """Train for ``seconds`` of work, from where it was left: None after each step, and a Moment, kept in ``moments``,
        about every ``every`` seconds and at the end. What passes between two steps is not counted."""
        while self.spent < self.seconds:
            start = self.clock()
            self._losses.append(self._step())
            self.spent += self.clock() - start
            if self.spent - self._looked >= every or self.spent >= self.seconds:
                self._looked = self.spent
                yield self._look()
            else:
                yield None

    def _look(self) -> Moment:
        moment = Moment(self.spent, self.steps, sum(self._losses) / len(self._losses), self._held())
        self._losses.clear()
        self.moments.append(moment)
        return moment

    def _step(self) -> float:
        """One step on a batch of rows cut anywhere: the bound, by LLaDA's draws, which vary less than those of a schedule."""
        at = torch.randint(len(self.learnt) - self.row + 1, (BATCH,), generator=self._rng)
        ids = self.learnt[at[:, None] + torch.arange(self.row)]
        noisy = objectives.mask_count(ids, objectives.times((BATCH,), self._rng), self._rng)
        found = log_p(self.network, ids.masked_fill(noisy, self.mask), self.tokenizer.bos_id)
        loss = objectives.any_order(found, ids, noisy).mean() / self.row
        self.network.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer, rate in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * self._share()
            optimizer.step()
        self.steps += 1
        kept = min(KEPT, 1 - 1 / self.steps)
        torch._foreach_lerp_(list(self.mean.parameters()), list(self.network.parameters()), 1 - kept)
        return float(loss.detach())

    def _share(self) -> float:
        """Of the rates: up over the first steps, then down with the time that is left, to a twentieth."""
        return min(1.0, (self.steps + 1) / WARM) * (0.05 + 0.95 * max(0.0, 1 - self.spent / self.seconds))

    @torch.no_grad()
    def _held(self) -> float | None:
        """The bound on what was kept back, at the same places with the same dice each time."""
        row = min(LENGTH - 1, len(self.held))
        if not row:
            return None
        rows = [self.held[at : at + row] for at in range(0, len(self.held) - row + 1, row)][:HELD_ROWS]
        ids = torch.stack(rows)

        def scores(masked: Tensor, _: Tensor) -> Tensor:
            return log_p(self.mean, masked, self.tokenizer.bos_id)

        rng = Generator().manual_seed(self.seed)
        return float(objectives.nelbo(scores, ids, self.mask, rng, HELD_LEVELS).mean()) / row


def _optimizers(network: Dit) -> list[tuple[torch.optim.Optimizer, float]]:
    """Each with its rate: Muon for the matrices of the blocks, AdamW for all else."""
    matrices = [weight for weight in network.blocks.parameters() if weight.ndim == 2]
    taken = set(map(id, matrices))
    others = [weight for weight in network.parameters() if id(weight) not in taken]
    return [
        (torch.optim.Muon(matrices, lr=TURN, weight_decay=0.0), TURN),
        (torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01), RATE),
    ]


def written(model: DitDenoiser, letters: int, seed: int, steps: int | None = None) -> Iterator[str]:
    """A text out of nothing, one letter a step in random order (or in ``steps``, several in one), drawn at WARMTH: what there is
    of it after each step."""
    context = Context(((), ()), (Gap(letters, multiline=True, exact=True),))
    ids = torch.full((1, letters), model.mask_id)
    canvas = Canvas(ids, torch.ones_like(ids, dtype=torch.bool), torch.zeros_like(ids, dtype=torch.bool))
    bound = model.condition(context)
    warm = Temperature(WARMTH, WARMTH)
    rule = FirstHitting() if steps is None else Ancestral()
    for step in denoise(bound, model.corruption, canvas, rule, steps or letters, Dice([seed]), temperature=warm):
        shown = step.canvas.ids[0].masked_fill(step.canvas.noisy[0], model.null_id).tolist()
        yield "".join(model.tokenizer.shown(shown, model.null_id))

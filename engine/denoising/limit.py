"""What the slots of one gap may hold: a regular language, and sums over all that is in it.

The scores of all slots and the language are a chain, so what a model says of a slot given the language is exact (forward and
backward sums), and so is a joint draw of all slots, or the likeliest whole (Viterbi; DINGO, arXiv 2505.23061).

Shapes: m slots of the gap, S states, C kinds of tokens, n tokens that may be written at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from engine.text.context import Gap
from engine.text.only.tokens import TokenMachine
from engine.text.permitted import machine_of
from engine.text.tokenizer import Tokenizer

FAINT = 1e-30
"""the least weight of a token that may be written, beside the likeliest"""
LOST = 1e-200
"""the same of a state"""
Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chain:
    """What one row says of the slots of a gap: weights (m, n) of every token that may be written at all, and (m,) bool which
    slots are ``free``: undecided, and nobody was asked for their scores."""

    weights: Tensor
    free: Tensor


class _Arrows:
    """From state ``here`` to state ``there`` with a token of a kind, in the order of ``here``."""

    def __init__(self, here: Numbers, there: Numbers, kind: Numbers) -> None:
        self.here, self.there, self.kind = here, there, kind
        self._first = np.flatnonzero(np.diff(here, prepend=-1))
        self._heads = here[self._first]

    def gathered(self, each: Weights, states: int, best: bool) -> Weights:
        """(S,) the sums, or the largest, of what belongs to each state; 0 where nothing does."""
        found = np.zeros(states)
        if len(self._first):
            found[self._heads] = (np.maximum if best else np.add).reduceat(each, self._first)
        return found


class Limit:
    """What the slots of one gap may hold. NULL is one more token, behind a whole only unless there is room everywhere."""

    def __init__(
        self, machine: TokenMachine, null_id: int, *, exact: bool = False, roomy: bool = False, choice: bool = False
    ) -> None:
        """``exact``: there is no NULL; ``roomy``: it may stand anywhere; ``choice``: it is one of some texts."""
        self.choice = choice
        states, kinds = machine.step.shape
        self.tokens, self.kind, self.step, self.accepting = (
            machine.tokens,
            machine.kind,
            machine.step,
            machine.accepting,
        )
        if roomy:
            self._with_null(null_id, torch.arange(states)[:, None])
        elif not exact:  # state S is now the end, and S + 1 is dead
            step = self.step.masked_fill(self.step == states, states + 1)
            self.step = torch.cat([step, torch.full((1, kinds), states + 1)])
            self.accepting = torch.cat([self.accepting, torch.ones(1, dtype=torch.bool)])
            self._with_null(
                null_id, torch.full((states + 1, 1), states + 1).masked_fill(self.accepting[:, None], states)
            )

    def _with_null(self, null_id: int, after: Tensor) -> None:
        """One more token. ``after`` (S, 1): the state behind it."""
        self.kind = torch.cat([self.kind, torch.tensor([self.step.shape[1]])])
        self.step = torch.cat([self.step, after], 1)
        self.tokens = torch.cat([self.tokens, torch.tensor([null_id])])

    @classmethod
    def of(cls, gap: Gap, tokenizer: Tokenizer, null_id: int) -> Limit:
        """What a gap may be and nothing else."""
        assert gap.only is not None
        machine = machine_of(tokenizer, gap.only, gap.leading_space)
        return cls(machine, null_id, exact=gap.exact, choice=bool(gap.only.choices))

    def known(self, ids: Sequence[int], open_: Sequence[bool]) -> Chain:
        """Slots of which nothing is said but what is written."""
        weights = torch.ones(len(ids), len(self.tokens), dtype=torch.float64)
        for slot, (token, free) in enumerate(zip(ids, open_, strict=True)):
            if not free:
                weights[slot] = 0.0
                if token in self.column:
                    weights[slot, self.column[token]] = 1.0
        return Chain(weights, torch.tensor(open_))

    def said(self, chain: Chain, scores: Tensor, asked: Tensor, open_: Tensor) -> Chain:
        """With what a model says (m, V) of the open slots that were asked."""
        here = asked & open_
        own = torch.where(here[:, None], self.own(scores), chain.weights)
        return Chain(own, chain.free & ~here)

    def own(self, scores: Tensor) -> Tensor:
        """(m, n) what a model says, whatever is written."""
        mine = scores[:, self.tokens].double()
        return (mine - mine.amax(-1, keepdim=True)).exp() + FAINT

    # ---- sums over all wholes --------------------------------------------------------------------------------------
    @cached_property
    def _arrows(self) -> _Arrows:
        """All that does not lead nowhere, in the order of states. Most of the table does: a letter that has begun has few ways to
        go on."""
        step = self.step.numpy()
        here, kind = (step != len(step)).nonzero()
        return _Arrows(here, step[here, kind], kind)

    @cached_property
    def _edges(self) -> _Arrows:
        """From which state any token leads to which, each pair once, in the order of states."""
        here, there = np.divmod(np.unique(self._arrows.here * len(self.step) + self._arrows.there), len(self.step))
        return _Arrows(here, there, np.zeros_like(here))

    @cached_property
    def _back(self) -> _Arrows:
        """The arrows turned round."""
        order = self._arrows.there.argsort(kind="stable")
        return _Arrows(self._arrows.there[order], self._arrows.here[order], self._arrows.kind[order])

    @cached_property
    def column(self) -> dict[int, int]:
        return {token: i for i, token in enumerate(self.tokens.tolist())}

    def _of_kinds(self, weights: Tensor, best: Tensor) -> Tensor:
        """(m, C) the weights of the tokens of each kind: their sum, or the largest where the ``best`` (m,) is looked for."""
        empty, kinds = weights.new_zeros(len(weights), self.step.shape[1]), self.kind.expand_as(weights)
        if best.all():
            return empty.scatter_reduce(1, kinds, weights, "amax")
        summed = empty.scatter_add(1, kinds, weights)
        if not best.any():
            return summed
        return torch.where(best[:, None], empty.scatter_reduce(1, kinds, weights, "amax"), summed)

    def behind(self, chain: Chain, best: Tensor) -> Tensor:
        """(m + 1, S + 1) what can follow on each slot in each state; the last column is dead."""
        m, states = len(chain.weights), len(self.step)
        kinds, looked = self._of_kinds(chain.weights, best).numpy(), best.tolist()
        found = np.zeros((m + 1, states + 1))
        found[m, :states] = self.accepting.numpy()
        for slot in range(m - 1, -1, -1):
            found[slot, :states] = _scaled(self._led(found[slot + 1], kinds[slot], looked[slot]))
        return torch.from_numpy(found)

    def _led(self, after: Weights, kinds: Weights, best: bool) -> Weights:
        """(S,) what each state leads to, ``after`` (S + 1,) being what follows on the states behind it. Not every step is looked
        at for a slot that is written, nor for one of which nothing is said."""
        live = kinds.nonzero()[0]
        if len(live) == 1:
            led: Weights = after[self.step.numpy()[:, live[0]]] * kinds[live]
            return led
        if best and (kinds == 1).all():
            return self._edges.gathered(after.take(self._edges.there), len(self.step), best)
        each = after.take(self._arrows.there) * kinds.take(self._arrows.kind)
        return self._arrows.gathered(each, len(self.step), best)

    def before(self, chain: Chain, best: Tensor) -> Tensor:
        """(m, S) how each state can be reached on each slot."""
        m, states = len(chain.weights), len(self.step)
        kinds, looked = self._of_kinds(chain.weights, best).numpy(), best.tolist()
        found = np.zeros((m, states))
        found[:1, 0] = 1.0
        for slot in range(m - 1):
            each = found[slot].take(self._back.there) * kinds[slot].take(self._back.kind)
            found[slot + 1] = _scaled(self._back.gathered(each, states, looked[slot]))
        return torch.from_numpy(found)

    def fits(self, ids: Sequence[int], open_: Sequence[bool]) -> bool:
        """Whether something that may stand there agrees with what is written."""
        step, kind, edges = self.step.numpy(), self.kind.numpy(), self._edges
        able = np.zeros(len(step) + 1, dtype=bool)  # where one may be
        able[0] = True
        for token, free in zip(ids, open_, strict=True):
            after = np.zeros_like(able)
            if free:
                after[edges.there[able[edges.here]]] = True
            elif token in self.column:
                after[step[able[:-1], kind[self.column[token]]]] = True
            after[-1] = False
            able = after
        return bool((able[:-1] & self.accepting.numpy()).any())

    def marginals(self, chain: Chain, own: Tensor) -> Tensor:
        """(m, n) what stands on each slot, given the language and what is written elsewhere, where a model says ``own`` of it."""
        before, behind = self.before(chain, chain.free).numpy(), self.behind(chain, chain.free).numpy()
        if not len(before):
            return own
        arrows, pairs = self._arrows, zip(before, behind[1:], strict=True)
        each = (now.take(arrows.here) * then.take(arrows.there) for now, then in pairs)
        ways = torch.from_numpy(np.stack([np.bincount(arrows.kind, one, self.step.shape[1]) for one in each]))  # (m, C)
        found = own * ways[:, self.kind]
        able = ways.gt(0)[:, self.kind]
        # Nothing that can be written is lost to rounding.
        found = torch.where(able, found.clamp_min(LOST), 0.0)
        return found / found.sum(-1, keepdim=True).clamp_min(LOST)

    def whole(self, chain: Chain, rng: Generator | None) -> list[int]:
        """The tokens of all slots: the likeliest whole, or one that is drawn."""
        best = chain.free if rng is not None else torch.ones_like(chain.free)
        behind, state, made, looked = self.behind(chain, best), 0, [], best.tolist()
        for slot, weights in enumerate(chain.weights):
            ways = weights * behind[slot + 1][self.step[state]][self.kind]
            if looked[slot]:
                at = int(ways.argmax())
            else:
                at = int(torch.multinomial(ways / ways.sum(), 1, generator=rng))
            made.append(int(self.tokens[at]))
            state = int(self.step[state, self.kind[at]])
        return made


def _scaled(values: Weights) -> Weights:
    """Values beside the largest; none that is possible becomes 0."""
    most = values.max(initial=0.0)
    return np.where(values > 0, np.maximum(values / most, LOST), 0.0) if most > 0 else values

"""What the slots of one gap may hold: a regular language, and sums over all that is in it.

The scores of all slots and the language are a chain, so what a model says of a slot given the language is exact (forward and
backward sums), and so is a joint draw of all slots, or the likeliest whole (Viterbi; DINGO, arXiv 2505.23061).

Shapes: m slots of the gap, S states, C kinds of tokens, n tokens that may be written at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

from engine.text.context import Gap
from engine.text.only.tokens import TokenMachine
from engine.text.permitted import machine_of
from engine.text.tokenizer import Tokenizer

FAINT = 1e-30
"""the least weight of a token that may be written, beside the likeliest"""
LOST = 1e-200
"""the same of a state"""


@dataclass(frozen=True, slots=True)
class Chain:
    """What one row says of the slots of a gap: weights (m, n) of every token that may be written at all, and (m,) bool which
    slots are ``free``: undecided, and nobody was asked for their scores."""

    weights: Tensor
    free: Tensor


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
        self.column = {int(token): i for i, token in enumerate(self.tokens)}

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
    def _of_kinds(self, weights: Tensor, best: Tensor) -> Tensor:
        """(m, C) the weights of the tokens of each kind: their sum, or the largest where the ``best`` (m,) is looked for."""
        empty = weights.new_zeros(len(weights), self.step.shape[1])
        kinds = self.kind.expand_as(weights)
        summed = empty.scatter_add(1, kinds, weights)
        return torch.where(best[:, None], empty.scatter_reduce(1, kinds, weights, "amax"), summed)

    def behind(self, chain: Chain, best: Tensor) -> Tensor:
        """(m + 1, S + 1) what can follow on each slot in each state; the last column is dead."""
        m, states = len(chain.weights), len(self.step)
        kinds = self._of_kinds(chain.weights, best)
        found = kinds.new_zeros(m + 1, states + 1)
        found[m, :states] = self.accepting.double()
        for slot in range(m - 1, -1, -1):
            total = self._led(found[slot + 1], kinds[slot], bool(best[slot]))
            found[slot, :states] = _scaled(total, total > 0)
        return found

    def _led(self, after: Tensor, kinds: Tensor, best: bool) -> Tensor:
        """(S,) what each state leads to, ``after`` (S + 1,) being what follows on the states behind it. Not every step is looked
        at for a slot that is written, nor for one of which nothing is said."""
        live = kinds.nonzero().flatten()
        if len(live) == 1:
            return after[self.step[:, live[0]]] * kinds[live]
        if best and bool((kinds == 1).all()):
            here, there = self._edges
            return kinds.new_zeros(len(self.step)).scatter_reduce(0, here, after[there], "amax")
        each = after[self.step] * kinds  # (S, C)
        return each.amax(1) if best else each.sum(1)

    @cached_property
    def _edges(self) -> tuple[Tensor, Tensor]:
        """From which state any token leads to which, each pair once."""
        states = len(self.step)
        pairs = (self.step + torch.arange(states)[:, None] * (states + 1)).unique()
        return pairs // (states + 1), pairs % (states + 1)

    def before(self, chain: Chain, best: Tensor) -> Tensor:
        """(m, S) how each state can be reached on each slot."""
        m, states = len(chain.weights), len(self.step)
        kinds = self._of_kinds(chain.weights, best)
        found = kinds.new_zeros(m, states)
        if m:
            found[0, 0] = 1.0
        for slot in range(m - 1):
            each = (found[slot][:, None] * kinds[slot]).flatten()
            how = "amax" if bool(best[slot]) else "sum"
            total = kinds.new_zeros(states + 1).scatter_reduce(0, self.step.flatten(), each, how)[:states]
            found[slot + 1] = _scaled(total, total > 0)
        return found

    def fits(self, chain: Chain) -> bool:
        """Whether something that may stand there agrees with what is written."""
        return bool(self.behind(chain, torch.ones_like(chain.free))[0, 0] > 0)

    def marginals(self, chain: Chain, own: Tensor) -> Tensor:
        """(m, n) what stands on each slot, given the language and what is written elsewhere, where a model says ``own`` of it."""
        before, behind = self.before(chain, chain.free), self.behind(chain, chain.free)
        if not len(before):
            return own
        ways = torch.stack([states @ behind[slot][self.step] for slot, states in enumerate(before, 1)])  # (m, C)
        found = own * ways[:, self.kind]
        able = ways.gt(0)[:, self.kind]
        # Nothing that can be written is lost to rounding.
        found = torch.where(able, found.clamp_min(LOST), 0.0)
        return found / found.sum(-1, keepdim=True).clamp_min(LOST)

    def whole(self, chain: Chain, rng: Generator | None) -> list[int]:
        """The tokens of all slots: the likeliest whole, or one that is drawn."""
        best = chain.free if rng is not None else torch.ones_like(chain.free)
        behind, state, made = self.behind(chain, best), 0, []
        for slot, weights in enumerate(chain.weights):
            ways = weights * behind[slot + 1][self.step[state]][self.kind]
            if bool(best[slot]):
                at = int(ways.argmax())
            else:
                at = int(torch.multinomial(ways / ways.sum(), 1, generator=rng))
            made.append(int(self.tokens[at]))
            state = int(self.step[state, self.kind[at]])
        return made


def _scaled(values: Tensor, able: Tensor) -> Tensor:
    """Values beside the largest; none that is possible becomes 0."""
    most = values.max()
    return torch.where(able, (values / most).clamp_min(LOST), 0.0) if most > 0 else values

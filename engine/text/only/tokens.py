"""What a span may be as a machine that reads tokens.

Shapes: S states, C kinds of tokens that no state tells apart, n tokens that some state reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.text.only.characters import CharacterMachine

WIDEST = 32
"""characters of a token at the most: longer ones are runs of one character, which shorter ones write as well"""
TOGETHER = 64
"""states that are followed through a token at once"""


@dataclass(frozen=True, slots=True, eq=False)
class TokenMachine:
    """Begins in state 0; state S is dead: nothing can be finished from there."""

    tokens: Tensor
    """(n,) ids"""
    kind: Tensor
    """(n,) which of the C each is of"""
    step: Tensor
    """(S, C) the state after a token"""
    accepting: Tensor
    """(S,) bool: what was read is whole"""

    @classmethod
    def of(cls, tokens: Tensor, step: Tensor, accepting: Tensor) -> TokenMachine | None:
        """From a table (S, n) without what leads nowhere. None where nothing can be written at all."""
        states = len(step)
        able = torch.cat([accepting, torch.zeros(1, dtype=torch.bool)])
        while True:
            more = able.clone()
            more[:states] |= able[step].any(1)
            if torch.equal(more, able):
                break
            able = more
        if not states or not able[0]:
            return None
        step = step.masked_fill(~able[step], states)
        live = (step < states).any(0)
        tokens, step = tokens[live], step[:, live]
        # Equal columns have equal sums whatever numbers the states are given; others have not, but for one case in 2^60.
        numbers = torch.randint(1 << 62, (states, 1), generator=torch.Generator().manual_seed(0))
        _, kind = ((step + 1) * numbers).sum(0).unique(return_inverse=True)
        first = torch.zeros(int(kind.max()) + 1 if len(kind) else 0, dtype=torch.long)
        first[kind] = torch.arange(len(kind))
        return cls(tokens, kind, step[:, first], accepting)

    def lengths(self, most: int) -> list[int]:
        """How many tokens what it reads may have, up to ``most``."""
        states, found = len(self.step), []
        here = torch.zeros(states + 1, dtype=torch.bool)
        here[0] = True
        for count in range(most + 1):
            if (here[:states] & self.accepting).any():
                found.append(count)
            after = torch.zeros_like(here)
            after[self.step[here[:states]].flatten()] = True
            after[states] = False
            here = after
        return found


def of_choices(choices: Sequence[Sequence[int]]) -> TokenMachine | None:
    """One of some lists of tokens."""
    tokens = torch.tensor(sorted({token for choice in choices for token in choice}))
    column = {int(token): i for i, token in enumerate(tokens)}
    table: list[list[int]] = [[-1] * len(tokens)]
    whole = [False]
    for choice in choices:
        state = 0
        for token in choice:
            if table[state][column[token]] < 0:
                table[state][column[token]] = len(table)
                table.append([-1] * len(tokens))
                whole.append(False)
            state = table[state][column[token]]
        whole[state] = True
    step = torch.tensor(table)
    return TokenMachine.of(tokens, step.where(step >= 0, len(table)), torch.tensor(whole))


def of_characters(machine: CharacterMachine, pieces: Tensor, barred: Tensor) -> TokenMachine | None:
    """What is made of tokens whose characters the machine reads.

    Args:
        pieces: (V, WIDEST or less) the number of each character of a token in the machine's alphabet, -1 behind the last.
        barred: (V,) bool: tokens that are not read.
    """
    step, dead = torch.from_numpy(machine.step), machine.dead
    kinds = step.shape[1]
    stay = torch.arange(dead)[:, None]
    whole = torch.cat([torch.cat([step, stay], 1), torch.full((1, kinds + 1), dead)])  # (S + 1, kinds + 1)
    (tokens,) = (~barred).nonzero(as_tuple=True)
    read = torch.tensor([*machine.kind, kinds])[pieces[tokens]]  # -1: the last, which stays
    # No state tells tokens apart whose characters are of the same kinds, and they are most of a vocabulary.
    numbers = torch.randint(1 << 62, (pieces.shape[1],), generator=torch.Generator().manual_seed(0))
    _, alike = (read * numbers).sum(1).unique(return_inverse=True)
    one = torch.zeros(int(alike.max()) + 1 if len(alike) else 0, dtype=torch.long)
    one[alike] = torch.arange(len(alike))
    table = []
    for states in torch.arange(dead).split(TOGETHER):
        at = states[:, None].expand(-1, len(one))
        for column in read[one].T:
            at = whole[at, column]
        table.append(at)
    made = TokenMachine.of(torch.arange(len(one)), torch.cat(table), torch.tensor(machine.accepting))
    if made is None:
        return None
    kind = torch.full((len(one),), -1)
    kind[made.tokens] = made.kind
    live = kind[alike] >= 0
    return replace(made, tokens=tokens[live], kind=kind[alike][live])


def numbered(pieces: Sequence[str], known: dict[str, int]) -> tuple[Tensor, Tensor]:
    """(characters of every token as ``of_characters`` takes them, (V,) bool: those that are too long or hold others)."""
    rows, barred = [], []
    for piece in pieces:
        read = [known.get(character, -1) for character in piece]
        barred.append(not 0 < len(read) <= WIDEST or -1 in read)
        rows.append([-1] * WIDEST if barred[-1] else read + [-1] * (WIDEST - len(read)))
    return torch.tensor(rows), torch.tensor(barred)

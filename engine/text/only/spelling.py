"""A pattern as a machine that reads tokens where a character may take several of them: it reads bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from engine.text.only.characters import CharacterMachine, characters_of, ranges_of
from engine.text.only.letters import node_of
from engine.text.only.tokens import WIDEST, TokenMachine, of_characters

Nodes = dict[tuple[tuple[int, int], ...], int]
"""how far a character has come: (byte, node behind it, or -1 - kind of the whole character), numbered"""


def of_spelling(pattern: str, lead: bool, tokens: Sequence[bytes | None]) -> TokenMachine | None:
    """What is made of tokens, those that are None are not read. The pattern names its characters, by themselves or in ranges.
    Raises OnlyUnfit."""
    ranges = ranges_of(pattern) + [(32, 33)] * lead
    cuts = sorted({edge for both in ranges for edge in both})
    # Between two cuts no set of the pattern tells characters apart, so one of each stands for all.
    machine = characters_of(pattern, [chr(code) for code in cuts], lead)
    codes = sorted({code for start, end in ranges for code in range(start, end)})
    kinds = {chr(code).encode(): machine.kind[bisect_right(cuts, code) - 1] for code in codes}
    nodes: Nodes = {}
    root = node_of(kinds, nodes)
    made = _of_bytes(machine, nodes, root)
    used = {byte for node in nodes for byte, _ in node}
    ids = [i for i, token in enumerate(tokens) if token and len(token) <= WIDEST and used.issuperset(token)]
    if not ids:
        return None
    width = max(len(tokens[i] or b"") for i in ids)
    rows = [[*(tokens[i] or b""), *[-1] * (width - len(tokens[i] or b""))] for i in ids]
    found = of_characters(made, torch.tensor(rows), torch.zeros(len(ids), dtype=torch.bool))
    return None if found is None else replace(found, tokens=torch.tensor(ids)[found.tokens])


def _of_bytes(machine: CharacterMachine, nodes: Nodes, root: int) -> CharacterMachine:
    """The machine as it reads the bytes of its characters: where it stands, and how far the next one has come."""
    inner = {number: node for node, number in nodes.items()}
    swap = {0: root, root: 0}  # between two characters comes first
    count, dead = len(nodes), machine.dead * len(nodes)
    step = np.full((machine.dead * count, 256), dead)
    for state in range(machine.dead):
        for at in range(count):
            row = step[state * count + at]
            for byte, to in inner[swap.get(at, at)]:
                after = state if to >= 0 else machine.step[state][-1 - to]
                row[byte] = dead if after == machine.dead else after * count + (swap.get(to, to) if to >= 0 else 0)
    accepting = [at == 0 and machine.accepting[state] for state in range(machine.dead) for at in range(count)]
    return CharacterMachine(list(range(256)), step, accepting)

"""Letters as people see them, as a machine that reads tokens: a character may be written in several tokens and none is left
half; no mark stands where it has nothing to stand on, and nothing that joins two characters stands without both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from engine.text.only.characters import CharacterMachine
from engine.text.only.tokens import WIDEST, TokenMachine, of_characters

BASE, OTHER, MARK, JOINER, FLAG = range(5)
"""what a character is: a letter or a sign, white space or punctuation, a mark on a letter, what joins two, half a flag"""
START, LETTER, JOINED, HALF = range(4)
"""what stands last: nothing that a mark can stand on, a letter, a letter and a joiner, half a flag"""
DEAD = -1
NEXT = (
    (LETTER, START, DEAD, DEAD, HALF),
    (LETTER, START, LETTER, JOINED, HALF),
    (LETTER, DEAD, DEAD, DEAD, DEAD),
    (DEAD, DEAD, DEAD, DEAD, LETTER),
)
"""what stands last behind a character of each kind"""
WHOLE = frozenset({START, LETTER})
SYMBOLS = 256 + 5
"""what the machine reads: bytes of characters that several tokens make, and whole characters by their kind"""
Symbols = tuple[int, ...]
_SIZES = ((4, 0xF0), (3, 0xE0), (2, 0xC0), (0, 0x80), (1, 0x00))
"""bytes of a character, and the least byte that one of them begins with; none begins with those of 0x80 and more"""


def kind_of(character: str) -> int:
    """What a character is among letters."""
    code, category = ord(character), unicodedata.category(character)
    if code == 0x200D:
        return JOINER
    if 0x1F1E6 <= code <= 0x1F1FF:
        return FLAG
    if category[0] == "M" or code == 0x200C or 0x1F3FB <= code <= 0x1F3FF:
        return MARK
    return OTHER if category[0] in "ZPC" else BASE


def cut(text: str) -> bool:
    """Whether a text begins or ends within a letter, or holds a mark that stands on nothing."""
    state = START
    for character in text:
        state = NEXT[state][kind_of(character)]
        if state == DEAD:
            return True
    return state not in WHOLE


def symbols(token: bytes) -> Symbols:
    """A token as the machine reads it: what is whole in it by its kinds, several alike as one, and the bytes of what is not."""
    if token.strip(b" ").isalnum():  # most of them
        return (256 + OTHER,) * token.startswith(b" ") + (256 + BASE,) + (256 + OTHER,) * token.endswith(b" ")
    found: list[int] = []
    at = 0
    while at < len(token):
        character = _character(token, at)
        at += len(character.encode()) or 1
        if not character:
            found.append(token[at - 1])
        elif (symbol := 256 + kind_of(character)) not in (256 + BASE, 256 + OTHER) or found[-1:] != [symbol]:
            found.append(symbol)
    return tuple(found)


def _character(token: bytes, at: int) -> str:
    """The whole character that begins at a byte; "" where none does."""
    size = next(size for size, least in _SIZES if token[at] >= least)
    try:
        return token[at : at + size].decode()
    except UnicodeDecodeError:
        return ""


def of_letters(tokens: Sequence[bytes | None], characters: Collection[str]) -> TokenMachine | None:
    """What is made of tokens, the characters that several of them make being among ``characters``. Tokens that are None are not
    read."""
    read = [() if token is None else symbols(token) for token in tokens]
    keys = {key: i for i, key in enumerate(dict.fromkeys(key for key in read if 0 < len(key) <= WIDEST))}
    width = max(map(len, keys), default=1)
    pieces = torch.tensor([[*key, *[-1] * (width - len(key))] for key in keys]).reshape(-1, width)
    made = of_characters(_machine(frozenset(characters)), pieces, torch.zeros(len(keys), dtype=torch.bool))
    if made is None:
        return None
    place = torch.full((len(keys) + 1,), -1)
    place[made.tokens] = made.kind
    kinds = place[torch.tensor([keys.get(key, len(keys)) for key in read])]
    able = (kinds >= 0).nonzero().flatten()
    return TokenMachine(able, kinds[able], made.step, made.accepting)


@lru_cache(maxsize=4)
def _machine(characters: frozenset[str]) -> CharacterMachine:
    """States: what stands last, and how far a character has come."""
    nodes: dict[tuple[tuple[int, int], ...], int] = {}
    root = node_of({character.encode(): kind_of(character) for character in characters}, nodes)
    inner, count = {number: node for node, number in nodes.items()}, len(nodes)
    dead = len(NEXT) * count
    step = np.full((dead, SYMBOLS), dead)
    for last in range(len(NEXT)):
        for number in range(count):
            row = step[last * count + number]
            for byte, to in inner[number]:
                state = NEXT[last][-1 - to] if to < 0 else DEAD
                row[byte] = last * count + to if to >= 0 else dead if state == DEAD else state * count + root
            if number == root:
                for kind in range(5):
                    row[256 + kind] = dead if NEXT[last][kind] == DEAD else NEXT[last][kind] * count + root
    first = START * count + root
    accepting = [state % count == root and state // count in WHOLE for state in range(dead)]
    return CharacterMachine(list(range(SYMBOLS)), *_led(step, accepting, first))


def _led(step: NDArray[np.int64], accepting: list[bool], first: int) -> tuple[NDArray[np.int64], list[bool]]:
    """The same machine beginning in state 0."""
    swap = np.arange(len(step) + 1)
    swap[[0, first]] = first, 0
    return swap[step[swap[:-1]]], [accepting[state] for state in swap[:-1]]


def node_of(items: dict[bytes, int], nodes: dict[tuple[tuple[int, int], ...], int]) -> int:
    """The number of a node from which these bytes lead to these kinds; equal nodes are one. Kinds are told as -1 - kind."""
    behind: dict[int, dict[bytes, int]] = {}
    found: list[tuple[int, int]] = []
    for raw, kind in items.items():
        if len(raw) == 1:
            found.append((raw[0], -1 - kind))
        else:
            behind.setdefault(raw[0], {})[raw[1:]] = kind
    found += [(byte, node_of(rest, nodes)) for byte, rest in behind.items()]
    return nodes.setdefault(tuple(sorted(found)), len(nodes))

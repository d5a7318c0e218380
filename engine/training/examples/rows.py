"""Noisy views of a canvas: what stands on it, and which slots count in the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.diffusion.objectives import bound_weight
from engine.diffusion.schedules import Linear
from engine.text.tokenizer import Vocabulary
from engine.training.examples.mistakes import spoil

Rng = np.random.Generator

LIGHT = 0.1
"""weight of a slot that is right already, in revision"""
HEARD = 0.4
"""share of those slots that are in the loss at all, with their weight raised to match: the head is a third of the work"""
SAMPLED = -1
"""stands for a token that the trainer draws from the untouched model: a mistake that reads well"""
CLIP = 4.0
"""the bound's weight, 1/t, grows without end; beyond this it only adds variance"""


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One noisy view of the canvas, L slots."""

    shown: tuple[int, ...]
    weight: tuple[float, ...]
    """of each slot in the loss"""
    noisy: tuple[bool, ...]
    """the slots that are MASK"""
    order: tuple[int, ...]
    """rank of generation"""


def masked(target: Sequence[int], t: float, mask_id: int, rng: Rng) -> ExampleRow:
    """Each slot a mask with probability t (at least one), in an order that fits: clean slots first."""
    size = len(target)
    hidden = rng.random(size) < max(t, 1 / size)
    if not hidden.any():
        hidden[int(rng.integers(size))] = True
    drawn = rng.permutation(size)
    # Half of the orders end left to right: the sequential phase of Eso-LM.
    tail = np.sort(drawn[int(rng.integers(size + 1)) :]) if rng.random() < 0.5 else drawn[:0]
    sequence = np.concatenate([drawn[: size - len(tail)], tail])
    sequence = np.concatenate([sequence[~hidden[sequence]], sequence[hidden[sequence]]])
    order = np.empty(size, int)
    order[sequence] = np.arange(size)
    level = torch.tensor(max(t, 1e-3), dtype=torch.float64)
    weight = min(float(bound_weight(Linear(), level)), CLIP)
    return ExampleRow(
        tuple(mask_id if h else i for i, h in zip(target, hidden, strict=True)),
        tuple(weight if h else 0.0 for h in hidden),
        tuple(bool(h) for h in hidden),
        tuple(int(i) for i in order),
    )


def mistaken(target: Sequence[int], t: float, vocabulary: Vocabulary, rng: Rng) -> ExampleRow:
    """Each slot wrong with probability t (at least one), and nothing says which: most are any token at all (uniform noise, D3PM,
    arXiv 2107.03006), some read well, some are masks. Slots that are right are heard lightly."""
    size = len(target)
    wrong = rng.random(size) < t
    wrong[int(rng.integers(size))] = True
    kind = rng.random(size)
    other = rng.integers(17, vocabulary.tokenizer.size, size)
    masks = wrong & (kind < 0.15)
    shown = np.where(wrong, np.where(kind < 0.35, SAMPLED, other), np.asarray(target))
    heard = rng.random(size) < HEARD
    weight = np.where(wrong, 1.0, np.where(heard, LIGHT / HEARD, 0.0))
    return ExampleRow(
        tuple(int(i) for i in np.where(masks, vocabulary.mask_id, shown)),
        tuple(float(w) for w in weight),
        tuple(bool(h) for h in masks),
        tuple(range(size)),
    )


def started(shown: Sequence[int], target: Sequence[int], t: float, mask_id: int, rng: Rng) -> ExampleRow:
    """A canvas that starts as a text with mistakes, a share t of it scraped to masks. Every slot is in the loss, those that
    are right already lightly."""
    size = len(target)
    hidden = rng.random(size) < t
    heard = rng.random(size) < HEARD
    standing = tuple(mask_id if h else i for i, h in zip(shown, hidden, strict=True))
    weight = tuple(
        1.0 if a != b else LIGHT / HEARD if h else 0.0 for a, b, h in zip(standing, target, heard, strict=True)
    )
    if not any(weight):
        weight = (LIGHT,) * size
    return ExampleRow(standing, weight, tuple(bool(h) for h in hidden), tuple(range(size)))


def corrupted(target: Sequence[int], vocabulary: Vocabulary, rng: Rng) -> list[int]:
    """Some slots replaced by other tokens, swapped, dropped, or doubled into a NULL."""
    shown = list(target)
    share = rng.random() ** 2 * 0.3
    for i, token in enumerate(target):
        if rng.random() >= share:
            continue
        kind = rng.random()
        if token == vocabulary.null_id:
            shown[i] = target[i - 1] if i and kind < 0.3 else token  # a token typed twice
        elif kind < 0.2:
            shown[i] = vocabulary.null_id  # a token left out
        elif kind < 0.3 and i + 1 < len(target):
            shown[i], shown[i + 1] = shown[i + 1], shown[i]
        elif kind < 0.6:
            shown[i] = _slip(token, vocabulary, rng)
        elif kind < 0.85:
            shown[i] = SAMPLED
        else:
            shown[i] = int(rng.integers(17, vocabulary.tokenizer.size))
    return shown


def _slip(token: int, vocabulary: Vocabulary, rng: Rng) -> int:
    """A token that looks like this one: what a misspelt or mistaken word begins with."""
    ids = vocabulary.tokenizer.encode(spoil(vocabulary.tokenizer.decode([token]), 1, rng)[0])
    return ids[0] if ids and ids[0] != token else int(rng.integers(17, vocabulary.tokenizer.size))

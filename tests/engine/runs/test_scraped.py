"""A strength below 1 scrapes that share of the words, in stretches, and each word as often as another."""

from __future__ import annotations

import pytest
import torch

from engine.diffusion.dice import Dice
from engine.runs.run import scraped
from engine.text.slots import Start

ROWS = 2000


def start_of(*counts: int) -> Start:
    """Parts of some words, of which each has two slots."""
    return Start.joined([Start([0] * 2 * count, [word for word in range(count) for _ in "ab"]) for count in counts])


def words(counts: tuple[int, ...], strengths: tuple[float, ...]) -> torch.Tensor:
    """(B, words) which words of the rows are scraped; no half of one is."""
    noisy = scraped(start_of(*counts), strengths, Dice(range(ROWS))).view(ROWS, -1, 2)
    assert (noisy[..., 0] == noisy[..., 1]).all()
    return noisy[..., 0]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 40])
@pytest.mark.parametrize("strength", [0.0, 0.01, 0.3, 0.5, 0.9, 1.0])
def test_the_share_of_words_is_scraped_and_at_least_one_unless_it_is_nothing(count: int, strength: float) -> None:
    least = max(1, round(strength * count)) if strength else 0
    assert (words((count,), (strength,)).sum(-1) == least).all()


def test_each_part_has_its_own_share() -> None:
    found = words((10, 20), (0.5, 0.2))
    assert (found[:, :10].sum(-1) == 5).all() and (found[:, 10:].sum(-1) == 4).all()


@pytest.mark.parametrize("count", [3, 8, 21])
def test_each_word_is_scraped_as_often_as_another(count: int) -> None:
    share = words((count,), (0.34,)).double().mean(0)
    assert (share - round(0.34 * count) / count).abs().max() < 0.05


def test_what_is_scraped_lies_together() -> None:
    found = words((40,), (0.5,)).int()
    stretches = (found.diff(dim=-1) == 1).sum(-1) + found[:, 0]
    assert stretches.double().mean() < 6, "by chance alone there are ten"


def test_rows_differ() -> None:
    assert len(words((12,), (0.5,)).unique(dim=0)) > 50

"""The forward process on a text and its posterior, against Bayes by hand and against what the samplers do."""

from __future__ import annotations

import math

import pytest
import torch

from engine.diffusion.posterior import MASKS, UNIFORM, forward, posterior
from engine.diffusion.quota import share
from engine.diffusion.schedules import Cosine, DrawnCurve, Linear
from engine.errors import ParameterOutOfRange, TextTooShort
from engine.models.scripted import byte_tokenizer
from engine.study import noise
from engine.study.sample import sample

TOKENIZER = byte_tokenizer()
POINTS = (1.0, 0.9, 0.3, 0.0)


@pytest.mark.parametrize("kind", [MASKS, UNIFORM])
@pytest.mark.parametrize("start", range(3))
def test_a_step_to_s_and_back_again_is_the_forward_process(kind: str, start: int) -> None:
    """The mean of the posterior over what is seen at t is q(x_s | x_0)."""
    size, alpha_t, alpha_s = 3, 0.3, 0.7
    seen = forward(kind, start, alpha_t, size)
    mean = sum(seen[x] * posterior(kind, alpha_t, alpha_s, x, start, size) for x in range(size + 1))
    assert torch.allclose(torch.as_tensor(mean), forward(kind, start, alpha_s, size))


def test_the_posterior_of_a_mask_is_the_share_that_samplers_write() -> None:
    q = posterior(MASKS, 0.25, 0.75, 5, 2, 5)
    assert float(q[2]) == pytest.approx(share(Linear(), 0.75, 0.25)) == pytest.approx(2 / 3)  # (0.75 - 0.25) / 0.75
    assert float(q[5]) == pytest.approx(1 / 3) and float(q.sum()) == pytest.approx(1)


def test_a_uniform_posterior_worked_by_hand() -> None:
    """Four tokens, alpha_t = 0.25, alpha_s = 0.5, so half is kept on the way: the true token is seen. From it: (0.5 + 0.125)
    onward times (0.5 + 0.125) before; from each other one 0.125 times 0.125."""
    q = posterior(UNIFORM, 0.25, 0.5, 0, 0, 4)
    right, wrong = 0.625 * 0.625, 0.125 * 0.125
    assert q.tolist() == pytest.approx([right / (right + 3 * wrong), *[wrong / (right + 3 * wrong)] * 3, 0])


def test_a_drawn_schedule_passes_its_points_and_its_slope_is_that_of_autograd() -> None:
    schedule = DrawnCurve(POINTS)
    t = torch.tensor([0.0, 1 / 3, 2 / 3, 1.0], dtype=torch.float64)
    assert schedule.alpha(t).tolist() == pytest.approx(POINTS)
    at = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(schedule.alpha(at).sum(), at)
    assert schedule.alpha_dot(at).tolist() == pytest.approx(slope.tolist())


@pytest.mark.parametrize(
    "points", [(1.0,), (0.9, 0.0), (1.0, 0.1), (1.0, 0.2, 0.3, 0.0), (1.0, math.nan, 0.0), (1.0, 2.0, 0.0)]
)
def test_what_is_no_schedule_is_refused(points: tuple[float, ...]) -> None:
    with pytest.raises(ParameterOutOfRange, match="begins at 1, never rises and ends at 0"):
        DrawnCurve(points)


@pytest.mark.parametrize("kind", [MASKS, UNIFORM])
def test_more_noise_covers_what_less_covered(kind: str) -> None:
    text = sample(TOKENIZER, "One two three four five six.", 40)
    levels = [noise.noised(text, TOKENIZER, Cosine(), t, kind, 3).noisy for t in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert not any(levels[0]) and all(levels[-1])
    for less, more in zip(levels, levels[1:], strict=False):
        assert all(b for a, b in zip(less, more, strict=True) if a)


def test_a_text_is_cut_without_reading_all_of_it_and_one_that_is_too_short_is_refused() -> None:
    asked: list[int] = []
    tokenizer = byte_tokenizer()
    encode = tokenizer.encode
    tokenizer.encode = lambda text: (asked.append(len(text)), encode(text))[1]  # type: ignore[method-assign]
    taken = sample(tokenizer, "word " * 100_000, 40)
    assert len(taken) == 40 and taken.cut and max(asked) < 1000
    assert not sample(tokenizer, "word", 40).cut
    with pytest.raises(TextTooShort, match="is empty, and at least 1 token is needed"):
        sample(tokenizer, " \n", 40)
    with pytest.raises(TextTooShort, match="has 1 token, and at least 2 are needed"):
        sample(tokenizer, "a", 40, least=2)

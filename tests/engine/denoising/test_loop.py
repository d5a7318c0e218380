"""Laws of the loop, for every sampler."""

from __future__ import annotations

from itertools import islice

import pytest
import torch

from engine.denoising.loop import denoise, propose
from engine.diffusion.canvas import Canvas, Decision
from engine.diffusion.corruption import Absorbing, Uniform
from engine.diffusion.dice import Dice
from engine.diffusion.quota import quota
from engine.diffusion.schedules import Cosine, Geometric, Linear, LogLinear
from engine.diffusion.temperature import Temperature
from engine.models.scripted import scripted
from engine.samplers import SAMPLERS, Sampler
from engine.text.context import Context, Gap
from tests.conftest import some

L = 24
ONE_EACH = {"left_to_right", "eso", "first_hitting"}
"""rules that may need more steps than were asked for: some slots are written one by one"""


def start(frozen: int = 0, corruption=None, rows: int = 1):
    d = scripted("abcdefghijklmnopqrstuvwxyz")
    dice = Dice(range(3, 3 + rows))
    ids = torch.full((rows, L), 99)
    noisy = torch.ones(rows, L, dtype=torch.bool)
    noisy[:, :frozen] = False
    corruption = corruption or d.corruption
    canvas = Canvas(torch.where(noisy, corruption.noise(ids, dice), ids), noisy, ~noisy)
    return d, d.condition(Context(((), ()), (Gap(L),))), corruption, canvas, dice


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("steps", some([1, 3, 8, 24, 50], 3))
def test_a_run_ends_within_its_steps_with_nothing_noisy_and_fixed_text_untouched(name: str, steps: int) -> None:
    d, conditioned, corruption, canvas, dice = start(frozen=6)
    made = list(denoise(conditioned, corruption, canvas, SAMPLERS[name](), steps, dice))
    assert len(made) == conditioned.nfe <= made[0].steps <= (steps + L if name in ONE_EACH else steps)
    assert not made[-1].canvas.noisy.any()
    for step in made:
        assert step.canvas.ids[0, :6].tolist() == [99] * 6
        assert not (step.canvas.noisy & step.canvas.frozen).any()
    assert d.tokenizer.decode(made[-1].canvas.ids[0, 6:].tolist()) == "ghijklmnopqrstuvwx"


@pytest.mark.parametrize("name", some(SAMPLERS, "low_confidence", "remdm", "eso", "blocks", "uniform_reverse"))
@pytest.mark.parametrize("temperature", some([0.0, 1.0], 1.0))
def test_a_seed_repeats_every_step_on_any_batch_size(name: str, temperature: float) -> None:
    def trace(rows: int, row: int):
        _, conditioned, corruption, canvas, dice = start(rows=rows)
        heat = Temperature(temperature, temperature)
        made = denoise(conditioned, corruption, canvas, SAMPLERS[name](), 9, dice, temperature=heat)
        return [s.canvas.ids[row].tolist() for s in made]

    alone = trace(1, 0)
    assert alone == trace(1, 0)
    among = trace(3, 0)
    assert among[: len(alone)] == alone and all(ids == alone[-1] for ids in among[len(alone) :])


@pytest.mark.parametrize("name", SAMPLERS)
def test_closing_after_k_steps_leaves_k_forward_passes(name: str) -> None:
    for k in (1, 3):
        _, conditioned, corruption, canvas, dice = start()
        loop = denoise(conditioned, corruption, canvas, SAMPLERS[name](), 24, dice)
        made = list(islice(loop, k))
        loop.close()
        assert conditioned.nfe == k or len(made) < k and made[-1].done


def test_left_to_right_writes_one_slot_a_step() -> None:
    _, conditioned, corruption, canvas, dice = start()
    for step in denoise(conditioned, corruption, canvas, SAMPLERS["left_to_right"](), 7, dice):
        assert step.canvas.noisy[0].tolist() == [False] * step.index + [True] * (L - step.index)


def test_uniform_noise_is_recognised_by_the_canvas_alone() -> None:
    _, conditioned, corruption, canvas, dice = start(corruption=Uniform(torch.arange(3, 200)))
    *_, last = denoise(conditioned, corruption, canvas, SAMPLERS["low_confidence"](), 6, dice)
    assert not last.canvas.noisy.any()


def test_a_sampler_may_scrape_and_revise_written_slots_but_not_the_last_step_or_frozen_ones() -> None:
    class Restless(Sampler):
        revises = True

        def ends(self, canvas, changed):
            return torch.zeros_like(canvas.noisy)

        def decide(self, canvas, proposal, t, s, dice):
            place = torch.arange(L).expand(1, L)
            return Decision(place < 12, place % 2 == 0, torch.ones_like(canvas.noisy))

    _, conditioned, corruption, canvas, dice = start(frozen=4)
    made = list(denoise(conditioned, corruption, canvas, Restless(), 4, dice))
    assert made[1].canvas.noisy[0, 4] and not made[1].canvas.noisy[0, 5]
    assert made[1].canvas.scraped is not None and made[1].canvas.scraped[0, :6].tolist() == [0, 0, 0, 0, 1, 0]
    assert made[-1].canvas.ids[0, :4].tolist() == [99] * 4 and not made[-1].canvas.noisy.any()


@pytest.mark.parametrize(("masked", "steps"), [(10, 4), (7, 7), (9, 2), (3, 8), (128, 16)])
def test_low_confidence_quota_is_the_published_rule(masked: int, steps: int) -> None:
    """masked // steps each, the remainder over the first steps, written again from the paper's description."""
    left, ours = masked, []
    for k in range(steps):
        if left:
            ours.append(quota(Linear(), left, 1 - k / steps, 1 - (k + 1) / steps))
            left -= ours[-1]
    published = [masked // steps + (k < masked % steps) for k in range(steps)]
    assert ours == [n for n in published if n] and left == 0


@pytest.mark.parametrize("schedule", [Linear(), Cosine(), LogLinear(), Geometric()])
def test_schedules_fall_from_one_and_their_derivative_is_autograds(schedule) -> None:
    t = torch.linspace(0, 1, 101, dtype=torch.float64, requires_grad=True)
    alpha = schedule.alpha(t)
    assert float(alpha[0].detach()) == pytest.approx(1) and float(alpha[-1].detach()) <= 1.1e-3
    assert (alpha.detach().diff() < 0).all()
    (slope,) = torch.autograd.grad(alpha.sum(), t, allow_unused=True)
    torch.testing.assert_close(slope, schedule.alpha_dot(t).detach())


def test_proposal_confidence_and_entropy_by_hand() -> None:
    logits = torch.tensor([[[0.0, torch.log(torch.tensor(3.0))]]])
    blank = torch.zeros(1, 1, dtype=torch.long)
    canvas = Canvas(blank, blank.bool(), blank.bool())
    proposal, guesses = propose(logits, canvas, 0.0, Dice([0]))
    assert proposal.ids.item() == 1 and proposal.confidence.item() == pytest.approx(0.75)
    assert proposal.entropy.item() == pytest.approx(0.5623, abs=1e-4)
    assert guesses[0][0][0] == (1, pytest.approx(0.75))


def test_temperature_samples_by_probability() -> None:
    logits = torch.log(torch.tensor([0.7, 0.3])).expand(1, 4000, 2)
    blank = torch.zeros(1, 4000, dtype=torch.long)
    proposal, _ = propose(logits, Canvas(blank, blank.bool(), blank.bool()), 1.0, Dice([0]))
    assert float((proposal.ids == 0).float().mean()) == pytest.approx(0.7, abs=0.03)


def test_absorbing_noise_is_the_mask() -> None:
    assert Absorbing(5).noise(torch.zeros(2, 3, dtype=torch.long), Dice([0, 1])).unique().tolist() == [5]


def test_top_p_and_top_k_leave_the_rest_out_and_confidence_as_it_was() -> None:
    p = torch.tensor([0.5, 0.3, 0.15, 0.05])
    logits = p.log().expand(1, 3000, 4)
    blank = torch.zeros(1, 3000, dtype=torch.long)
    canvas = Canvas(blank, blank.bool(), blank.bool())

    def drawn(heat: float, **draws: float) -> list[float]:
        made, _ = propose(logits, canvas, heat, Dice([0]), draws=Temperature(**draws))
        assert torch.allclose(made.confidence, p.double()[made.ids[0]][None], atol=1e-6)
        return (torch.bincount(made.ids[0], minlength=4) / 3000).tolist()

    assert drawn(1.0, top_p=0.79) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03), (
        "the share reached is with the second"
    )
    assert drawn(1.0, top_p=0.81) == pytest.approx([0.526, 0.316, 0.158, 0], abs=0.03)
    assert drawn(1.0, top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert drawn(1.0, top_p=0.01) == [1, 0, 0, 0] and drawn(0.0, top_k=3) == [1, 0, 0, 0]
    assert drawn(1.0) == pytest.approx(p.tolist(), abs=0.03)
    flat = (p**2).tolist()  # temperature first, then what is left of it
    assert drawn(0.5, top_p=0.6) == [1, 0, 0, 0] and sum(flat[:1]) / sum(flat) > 0.6

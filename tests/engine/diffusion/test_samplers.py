"""Each rule by hand, and against its formula written again."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from engine.denoising.loop import denoise
from engine.diffusion.canvas import Canvas, Proposal
from engine.diffusion.corruption import Uniform
from engine.diffusion.dice import Dice
from engine.diffusion.schedules import Cosine, Geometric, Linear, LogLinear, alpha_at
from engine.diffusion.temperature import Temperature
from engine.models.scripted import scripted
from engine.samplers import (
    Analytic,
    Ancestral,
    Blocks,
    Correcting,
    EntropyBound,
    Eso,
    Factor,
    LowConfidence,
    RandomOrder,
    Remasking,
    Remdm,
    RenoisingEntropyBound,
    Threshold,
    TokenEditing,
)
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine.denoising.test_loop import start


def canvas(noisy: list[bool], **more) -> Canvas:
    hidden = torch.tensor([noisy])
    return Canvas(torch.zeros_like(hidden, dtype=torch.long), hidden, torch.zeros_like(hidden), **more)


def proposal(slots: int, **given) -> Proposal:
    of = lambda value: torch.as_tensor(value, dtype=torch.float64).expand(1, slots).clone()  # noqa: E731
    values = {
        "confidence": 0.5,
        "entropy": 1.0,
        "current": 0.5,
        "top": 0.5,
        "standing": 0.5,
        "mass": 1.0,
        "gap": 1.0,
    } | given
    tensors = {name: of(value) for name, value in values.items() if name not in ("ids", "best", "stable")}
    ids = {name: torch.tensor([given.get(name, [1] * slots)]) for name in ("ids", "best")}
    return Proposal(**tensors, **ids, stable=torch.full((1, slots), given.get("stable", False)))


def accepted(sampler, noisy: list[bool], t=1.0, s=0.9, dice=None, **given) -> list[bool]:
    made = sampler.decide(canvas(noisy), proposal(len(noisy), **given), t, s, dice or Dice([0]))
    return (made.accept & torch.tensor([noisy]))[0].tolist()


ALL = [True] * 5


def test_factor_accepts_while_confidence_stays_above_its_bound() -> None:
    confidence = [
        0.5,
        0.9,
        0.1,
        0.75,
        0.7,
    ]  # ranked 0.9, 0.75, 0.7, 0.5, 0.1 against 1 - f/2, 1 - f/3, 1 - f/4, 1 - f/5
    assert accepted(Factor(0.5), ALL, confidence=confidence) == [False, True, False, False, False]  # 0.75 < 1 - 0.5/3
    assert accepted(Factor(0.8), ALL, confidence=confidence) == [False, True, False, True, False]  # 0.7 < 1 - 0.8/4
    assert accepted(Factor(0.01), ALL, confidence=confidence) == [False, True, False, False, False], "at least the best"


def test_entropy_bound_counts_what_is_surer_than_the_slot_itself() -> None:
    entropy = [0.3, 0.05, 2.0, 0.06, 0.1]  # ranked 0.05, 0.06, 0.1, 0.3: sums before 0, 0.05, 0.11, 0.21
    assert accepted(EntropyBound(0.1), ALL, entropy=entropy) == [False, True, False, True, False]
    assert accepted(EntropyBound(0.11001), ALL, entropy=entropy) == [False, True, False, True, True]
    assert accepted(EntropyBound(0.0), ALL, entropy=entropy) == [False, True, False, False, False]
    assert accepted(EntropyBound(0.0), [True, False, True, False, False], entropy=entropy)[0], (
        "written slots do not count"
    )


def test_renoising_decides_afresh_and_stops_when_stable_and_sure() -> None:
    rule = RenoisingEntropyBound(bound=0.1, confident=0.5)
    at = canvas([True, False, True, False, True])
    entropy = [0.3, 0.05, 2.0, 3.0, 0.06]
    made = rule.decide(at, proposal(5, entropy=entropy), 1.0, 0.9, Dice([0]))
    assert made.accept[0].tolist() == [False, True, False, False, True]
    assert made.remask[0].tolist() == [True, False, True, True, False], "slot 3 was written and is noise again"
    assert made.final is not None and not made.final.any()
    calm = proposal(5, entropy=[0.4] * 5, best=[1, 2, 3, 4, 5], stable=True)
    over = rule.decide(at, calm, 0.5, 0.4, Dice([0]))
    assert over.final.all() and over.accept.all() and not over.remask.any() and over.ids.tolist() == [[1, 2, 3, 4, 5]]
    assert not rule.decide(at, proposal(5, entropy=[0.4] * 5), 0.5, 0.4, Dice([0])).final.any(), "not stable yet"
    assert rule.decide(at, proposal(5), 0.1, 0.0, Dice([0])).final.all(), "the last step"


def test_ancestral_and_analytic_are_one_process_on_a_masked_model() -> None:
    """With ratios s = p / (e^sigma - 1), (e^d - 1) sum s is the share that the reverse process of MDLM writes."""
    noisy = [True] * 4000
    for t, s in ((1.0, 0.75), (0.5, 0.25), (0.25, 0.1)):
        a_t, a_s = (1 - (1 - 1e-3) * u for u in (t, s))
        share = (a_s - a_t) / (1 - a_t)
        rates = []
        for rule in (Ancestral(LogLinear()), Analytic()):
            rates.append(sum(accepted(rule, noisy, t, s, Dice([1]))))
        assert rates[0] == rates[1] == pytest.approx(4000 * share, abs=130)
    half = sum(accepted(Analytic(), noisy, 0.5, 0.25, Dice([1]), mass=0.5))
    assert half == pytest.approx(4000 * share_of(0.5, 0.25) / 2, abs=130), "half the mass leaves half as often"


def share_of(t: float, s: float) -> float:
    a_t, a_s = (1 - (1 - 1e-3) * u for u in (t, s))
    return (a_s - a_t) / (1 - a_t)


@pytest.mark.parametrize("remasking", ["cap", "rescale", "conf", "loop"])
def test_remdm_keeps_the_marginals_of_masked_diffusion(remasking: str) -> None:
    """The share that is noisy at s is 1 - alpha_s, whatever is scraped (arXiv 2503.00307, theorem 3.1)."""
    size, t, s = 20_000, 0.5, 0.4
    rule = Remdm(remasking=remasking, eta=0.2, loop_from=0.9)
    slowed = (rule._slowed(t), rule._slowed(s)) if remasking == "loop" else (t, s)
    noisy = torch.rand(1, size, generator=torch.Generator().manual_seed(0)) < slowed[0]
    at = Canvas(torch.zeros(1, size, dtype=torch.long), noisy, torch.zeros_like(noisy))
    made = rule.decide(at, proposal(size), t, s, Dice([2]))
    after = (noisy & ~made.accept) | made.remask
    assert float(after.double().mean()) == pytest.approx(slowed[1], abs=0.015)
    assert (made.remask.sum() > 100) == (remasking != "conf"), "conf shares one token's rate out over all"


@pytest.mark.slow
def test_remdm_conf_scrapes_what_was_written_with_little_confidence() -> None:
    sure = [0.99] * 6 + [0.01] * 2
    counts = torch.zeros(8)
    dice = Dice([0])
    for _ in range(3000):
        made = Remdm("conf").decide(canvas([False] * 8), proposal(8, standing=sure), 0.5, 0.45, dice)
        counts += made.remask[0]
    doubt = torch.softmax(-torch.tensor(sure), 0)
    torch.testing.assert_close(counts / 3000, doubt * (0.45 / 0.5), atol=0.02, rtol=0)


def test_remdm_loop_scrapes_inside_its_window_only() -> None:
    rule = Remdm("loop", eta=0.5, loop_from=0.6, loop_to=0.2)
    scraped = [
        int(rule.decide(canvas([False] * 500), proposal(500), t, t - 0.1, Dice([1])).remask.sum())
        for t in (1.0, 0.8, 0.6, 0.4, 0.2)
    ]
    # Only sigma_max = (1 - 0.9) / 0.9 of the clean ones may be scraped while 0.9 of them are kept.
    assert scraped[0] == scraped[1] == scraped[4] == 0 and all(30 < n < 90 for n in scraped[2:4])


def test_doubted_words_are_scraped_so_often_and_no_more() -> None:
    rule = Correcting(floor=0.1, tau=0.8, most=2, inner=Threshold(0.9))
    given = {"current": [0.05, 0.05, 0.5, 0.05], "top": [0.9, 0.5, 0.9, 0.9], "best": [7, 7, 7, 0]}
    at = canvas([False] * 4)
    assert rule.decide(at, proposal(4, **given), 0.5, 0.4, Dice([0])).remask[0].tolist() == [True, False, False, False]
    spent = canvas([False] * 4, scraped=torch.tensor([[2, 0, 0, 0]]))
    assert not rule.decide(spent, proposal(4, **given), 0.5, 0.4, Dice([0])).remask.any()


@pytest.mark.parametrize("inner", [LowConfidence(), RandomOrder(), Threshold(), Ancestral(), Eso(0.5), EntropyBound()])
@pytest.mark.parametrize("length", some([1, 5, 8, 24, 100], 5))
@pytest.mark.parametrize("steps", some([2, 8, 24], 8))
def test_a_block_is_finished_before_the_next_one_begins(inner, length: int, steps: int) -> None:
    _, conditioned, corruption, first, dice = start()
    rule = Blocks(length=length, inner=inner)
    fitting = max(length, math.ceil(24 / steps))
    for step in denoise(conditioned, corruption, first, rule, steps, dice):
        noisy = step.canvas.noisy[0].tolist()
        if any(noisy):
            block = noisy.index(True) // fitting
            assert all(noisy[(block + 1) * fitting :]), "later blocks are untouched"
    assert not step.canvas.noisy.any() and step.index <= step.steps


def test_eso_writes_its_share_by_diffusion_and_the_rest_one_by_one() -> None:
    size, steps = 4000, 10
    noisy = torch.ones(1, size, dtype=torch.bool)
    planned, needed = Eso(0.7).plan(Canvas(noisy.long(), noisy, ~noisy), steps, Dice([0]))
    counts = torch.bincount(planned.turn[0])
    drafted, left = counts[:steps], counts[steps:]
    assert (left == 1).all() and needed == len(counts)
    assert float(drafted.sum()) / size == pytest.approx(0.7, abs=0.03)
    # Each step takes Binomial(remaining, (alpha_s - alpha_t) / (1 - alpha_t)): on average alpha_0 / steps of all.
    torch.testing.assert_close(drafted / size, torch.full((steps,), 0.07), atol=0.02, rtol=0)
    order = planned.order[0]
    assert sorted(order.tolist()) == list(range(size))
    rest = (planned.turn[0] >= steps).nonzero().flatten()
    assert (order[rest].diff() > 0).all(), "what is left goes from left to right"


def test_eso_drops_empty_steps() -> None:
    noisy = torch.ones(1, 3, dtype=torch.bool)
    planned, needed = Eso(1.0).plan(Canvas(noisy.long(), noisy, ~noisy), 50, Dice([0]))
    assert needed == int(planned.turn.max()) + 1 <= 3


def test_ancestral_follows_its_schedule() -> None:
    assert math.isclose(sum(accepted(Ancestral(Linear()), [True] * 5000, 0.5, 0.25)) / 5000, 0.5, abs_tol=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "slots", "steps"),
    [
        (Remdm("cap", eta=0.05), 8, 64),
        (Remdm("rescale", eta=0.2), 8, 64),
        (Remdm("loop", eta=0.05), 8, 64),
        (Remdm("loop", eta=0.05), 24, 64),
        (Remdm("loop", eta=0.05, schedule=Cosine()), 8, 64),
    ],
)
def test_remdm_runs_to_its_last_step(rule: Remdm, slots: int, steps: int) -> None:
    """Scrapes of a whole run, against their number by the published process: at every step a share alpha is clean, of which sigma
    is scraped. A canvas that was full on the way is scraped on."""
    expected = 0.0
    for k in range(steps - 1):
        t, s = 1 - k / steps, 1 - (k + 1) / steps
        sigma, a_t, _ = rule._rates(t, s)
        expected += sigma * slots * a_t
    d = scripted("abcdefghijklmnopqrstuvwxyz")
    noisy = torch.ones(64, slots, dtype=torch.bool)
    first = Canvas(torch.full((64, slots), d.mask_id), noisy, ~noisy)
    conditioned = d.condition(Context(((), ()), (Gap(slots),)))
    made = list(denoise(conditioned, d.corruption, first, rule, steps, Dice(range(64))))
    assert made[-1].index == steps and not made[-1].canvas.noisy.any()
    counts = made[-1].canvas.scraped.sum(-1).double()
    assert float(counts.mean()) == pytest.approx(expected, abs=4 * float(counts.std()) / 8 + 0.05 * expected)


@pytest.mark.parametrize("schedule", [Linear(), Cosine(), LogLinear(), Geometric()])
def test_remdms_loop_holds_the_level_it_is_told_under_every_schedule(schedule) -> None:
    rule = Remdm("loop", held=0.9, schedule=schedule)
    for t in (0.5, 0.3, 0.1):
        assert alpha_at(schedule, rule._slowed(t)) == pytest.approx(0.9, abs=1e-6)
    assert rule._slowed(1.0) == pytest.approx(1.0) and rule._slowed(0.0) == 0.0


def test_the_rule_says_when_a_run_ends() -> None:
    """Full is the end for a rule that leaves what is written; one that looks at it again goes on until a step changes nothing;
    ReMDM's and Gemini's go on whatever the canvas looks like."""
    full, half = canvas([False] * 3), canvas([False, True, False])
    still, moved = torch.zeros(1, 3, dtype=torch.bool), torch.tensor([[True, False, False]])
    for rule in (LowConfidence(), RandomOrder(), Threshold(), Ancestral(), Eso()):
        assert rule.ends(full, moved).all() and rule.ends(half, moved).tolist() == [[True, False, True]]
    for rule in (Correcting(), TokenEditing()):
        assert rule.ends(full, still).all() and not rule.ends(full, moved).any() and not rule.ends(half, still).any()
    for rule in (Remdm(), RenoisingEntropyBound()):
        assert not rule.ends(full, still).any()
    assert Remasking().ends(full, moved).all() and not Remasking().ends(half, still).any()


def test_a_block_of_a_rule_that_decides_afresh_is_settled_before_the_next_begins() -> None:
    """Its result is the likeliest canvas, and later steps cannot change it."""
    d = scripted("abcdefghijklmnopqrstuvwxyz")
    words = d.tokenizer.ordinary
    dice = Dice([1])
    noisy = torch.ones(1, 12, dtype=torch.bool)
    first = Canvas(Uniform(words).noise(torch.zeros(1, 12, dtype=torch.long), dice), noisy, ~noisy)
    conditioned = d.condition(Context(((), ()), (Gap(12),)))
    rule = Blocks(length=4, inner=RenoisingEntropyBound(bound=0.1, confident=0.0))
    heat = Temperature(3.0, 3.0)
    made = list(denoise(conditioned, Uniform(words), first, rule, 12, dice, temperature=heat))
    text = d.tokenizer.encode("abcdefghijkl")
    assert len(made) == 12 and made[-1].canvas.ids[0].tolist() == text, "the likeliest, not what was drawn last"
    for block, end in enumerate((4, 8, 12)):
        for step in made[end - 1 :]:
            assert step.canvas.ids[0, block * 4 : end].tolist() == text[block * 4 : end]
        assert all(step.canvas.noisy[0, end:].all() for step in made[: end - 1]), "later blocks are untouched"
    calm = list(
        denoise(
            conditioned, Uniform(words), first, replace(rule, inner=RenoisingEntropyBound(confident=2.0)), 48, Dice([1])
        )
    )
    assert len(calm) < 12 and calm[-1].canvas.ids[0].tolist() == text, "blocks end early too"

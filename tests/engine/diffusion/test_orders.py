"""Orders and step savers, by hand and against their formula."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from engine.denoising.loop import denoise, propose
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.diffusion.schedules import LogLinear
from engine.samplers import Analytic, Ancestral, Anchors, EarlyCommit, FirstHitting, LowConfidence
from engine.samplers.low_confidence import sureness
from tests.engine.denoising.test_loop import start
from tests.engine.diffusion.test_samplers import accepted, canvas, proposal

ALL = [True] * 4


def test_dreams_orders() -> None:
    """Its ``sample_tokens``: maskgit_plus by the drawn token's probability, topk_margin by p1 - p2, entropy by sum p log p."""
    p = torch.tensor([[0.50, 0.49, 0.01], [0.45, 0.05, 0.50], [0.48, 0.26, 0.26], [0.40, 0.35, 0.25]])
    blank = torch.zeros(1, 4, dtype=torch.long)
    made, _ = propose(p.log()[None], Canvas(blank, blank.bool() | True, blank.bool()), 0.0, Dice([0]))
    ranked = p.sort(-1, descending=True).values
    margin, entropy = ranked[:, 0] - ranked[:, 1], -(p * p.log()).sum(-1)
    for by, wanted in (("confidence", ranked[:, 0]), ("margin", margin), ("entropy", -entropy)):
        torch.testing.assert_close(sureness(made, by)[0].float(), wanted, atol=1e-6, rtol=1e-5)
        rule = LowConfidence(by=by)
        chosen = rule.decide(canvas(ALL), made, 1.0, 0.75, Dice([0])).accept[0]
        if by != "confidence":  # two are equal there
            assert chosen.nonzero().flatten().tolist() == [int(wanted.argmax())]


def test_a_slot_that_is_surely_left_empty_counts_for_nothing() -> None:
    confidence = [0.6, 0.99, 0.95, 0.5, 0.89, 0.97]
    noisy = [True, True, True, True, True, False]
    empty = torch.tensor([[False, True, True, False, True, True]])
    made = replace(proposal(6, confidence=confidence), empty=empty)
    for t, words in ((1.0, [4]), (0.5, [0, 4])):  # slot 4 is not sure enough to come for nothing
        chosen = LowConfidence().decide(canvas(noisy), made, t, t - 0.3, Dice([0])).accept[0]
        assert chosen.nonzero().flatten().tolist() == sorted([1, 2, *words])
    only = LowConfidence().decide(canvas([False, True, True, False, False, False]), made, 1.0, 0.9, Dice([0]))
    assert only.accept[0].tolist() == [False, True, True, False, False, False], "nothing else is left"
    usual = LowConfidence().decide(canvas(noisy), replace(made, empty=None), 1.0, 0.7, Dice([0])).accept[0]
    assert usual.tolist() == [False, True, True, False, False, False], "a model that cannot leave one empty"


def test_anchors_relax_the_bound_around_them() -> None:
    confidence = [0.8, 0.95, 0.8, 0.7, 0.8, 0.8]
    got = accepted(Anchors(0.9, 0.75, 2), [True] * 6, confidence=confidence)
    assert got == [True, True, True, False, False, False], "within two slots of the anchor, and sure enough for that"
    assert accepted(Anchors(0.9, 0.75, 2), [True] * 3, confidence=[0.8, 0.7, 0.8]) == [True, False, False], "the best"
    written = accepted(Anchors(0.9, 0.75, 2), [False, True, True], confidence=[0.99, 0.8, 0.85])
    assert written == [False, False, True], "what is written is no anchor"


def test_all_is_written_once_the_lead_is_clear_enough_for_the_time() -> None:
    rule = EarlyCommit((7.5, 5.0, 2.5), LowConfidence())
    noisy = canvas([True, True, True, False])
    for t, gap, wanted in ((1.0, 7.6, 3), (1.0, 7.4, 1), (0.6, 5.1, 3), (0.6, 4.9, 1), (0.3, 2.6, 3), (0.3, 2.4, 1)):
        gaps = [gap, gap, gap, 99.0]  # that of a written slot does not count
        made = rule.decide(noisy, proposal(4, gap=gaps), t, t - 0.1, Dice([0]))
        assert int(made.accept.sum()) == wanted, (t, gap)


def test_first_hitting_writes_one_slot_a_step_any_of_them_alike() -> None:
    counts = torch.zeros(6)
    noisy = torch.tensor([[True, False, True, True, True, True]])
    for seed in range(600):
        planned, steps = FirstHitting().plan(Canvas(noisy.long(), noisy, ~noisy & False), 3, Dice([seed]))
        assert steps == 5 and sorted(planned.turn[0].tolist()) == [-1, 0, 1, 2, 3, 4] and planned.turn[0, 1] == -1
        counts[int((planned.turn[0] == 0).nonzero())] += 1
    torch.testing.assert_close(counts[noisy[0]] / 600, torch.full((5,), 0.2), atol=0.06, rtol=0)
    _, conditioned, corruption, first, dice = start()
    made = list(denoise(conditioned, corruption, first, FirstHitting(), 3, dice))
    assert [int(step.changed.sum()) for step in made] == [1] * 24


def test_eulers_step_is_the_analytic_one_where_steps_are_small() -> None:
    """(t - s) sigma'(t) against e^(sigma(t) - sigma(s)) - 1; a large step of Euler's writes less where the rate rises."""
    schedule = LogLinear()
    for t, s in ((0.5, 0.49), (0.9, 0.899)):
        sizes = [sum(accepted(rule, [True] * 20_000, t, s, Dice([3]))) for rule in (Analytic(), Analytic(euler=True))]
        assert sizes[1] == pytest.approx(sizes[0], rel=0.05, abs=3)
    t, s, noisy = 0.5, 0.25, [True] * 20_000
    rate = 0.25 * 0.999 / (1 - 0.999 * t)
    share = rate / math.expm1(-math.log(1 - 0.999 * t))
    assert sum(accepted(Analytic(euler=True), noisy, t, s, Dice([3]))) == pytest.approx(20_000 * share, abs=300)
    assert Ancestral(schedule).level(t) == pytest.approx(t) == Analytic().level(t)

"""Particles weighed by the writer in every step: the product of both, by hand; passes that are really made."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.models.writer import joint
from engine.models.writer.joint import JointConditioned, JointDenoiser
from engine.systems.fitting import note
from engine.text.context import Context, Gap
from tests.engine.families import family

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."


@pytest.fixture(scope="module")
def both() -> JointDenoiser:
    denoiser = family("joint")
    assert isinstance(denoiser, JointDenoiser)
    return denoiser


def bound(both: JointDenoiser, slots: int = 4) -> JointConditioned:
    encode = both.tokenizer.encode
    context = Context((tuple(encode("Once there was")), tuple(encode(" the end.!"))), (Gap(slots, 2),))
    return both.condition(context, Conditions(seed=1))


def canvas(both: JointDenoiser, written: dict[int, int], slots: int = 4) -> Canvas:
    ids, noisy = torch.full((1, slots), both.mask_id), torch.ones(1, slots, dtype=torch.bool)
    for slot, token in written.items():
        ids[0, slot], noisy[0, slot] = token, False
    return Canvas(ids, noisy, torch.zeros_like(noisy))


def test_the_marginals_are_those_of_the_product_of_both(both: JointDenoiser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.causal.particles.SMOOTHING", 0.0)
    conditioned = bound(both)
    bare = canvas(both, {})
    list(conditioned.draft(bare))
    particles = conditioned._particles.particles()
    first = particles[0][0][0]
    here = canvas(both, {0: first})
    list(conditioned.draft(here))
    said = conditioned._writer.logits(here, 0.5)[0].double().log_softmax(-1).clamp_min(joint.FLOOR)
    share = joint.WEIGHT / 4  # one slot of four is written
    by_hand = torch.full((4, said.shape[-1]), 0.0, dtype=torch.float64)
    agreeing = [(fill, score) for fill, score in conditioned._particles.particles() if fill[0] == first]
    weights = torch.tensor(
        [score + share * sum(float(said[slot, fill[slot]]) for slot in (1, 2, 3)) for fill, score in agreeing]
    ).softmax(0)
    for (fill, _), weight in zip(agreeing, weights.tolist(), strict=True):
        for slot in (1, 2, 3):
            by_hand[slot, fill[slot]] += weight
    found = conditioned.logits(here, 0.5)[0].exp()
    assert torch.allclose(found[1:].double(), by_hand[1:], atol=1e-6)


def test_a_bare_canvas_is_the_particles_own_and_asks_nobody(both: JointDenoiser) -> None:
    conditioned = bound(both)
    bare = canvas(both, {})
    list(conditioned.draft(bare))
    before = conditioned.nfe
    assert torch.equal(conditioned.logits(bare, 1.0), conditioned._particles.logits(bare, 1.0))
    assert conditioned.nfe == before


@pytest.mark.slow
@pytest.mark.parametrize("system", ["llada", "mercury", "gemini", "mdlm", "eso-a", "eso-b", "autoregressive"])
def test_every_decision_behind_the_first_makes_a_pass_where_the_canvas_has_changed(
    both: JointDenoiser, system: str
) -> None:
    steps = list(engine.infill(both, TEXT, [Span(4, 25)], system=system, seed=3))
    decisions = [step for step in steps if step.phase == "denoise"]
    drawn = {step.index for step in steps if step.phase == "draft"}

    def stands(step: engine.EditStep) -> list[tuple[int, bool]]:
        return [(slot.token, slot.noisy) for span in step.spans for slot in span.slots]

    passes = 0
    for before, one, two in zip(decisions, decisions[1:], decisions[2:], strict=False):
        if two.index - 1 not in drawn:
            changed = stands(before) != stands(one)  # or the scores are those of the step before
            assert two.nfe == one.nfe + changed, system
            passes += changed
    assert len(decisions) > 2 and passes > 0


def test_what_the_writer_finds_decides_a_word_that_is_open(both: JointDenoiser) -> None:
    """A writer that is sure of another particle's words turns the posterior, but only once something is written."""
    conditioned = bound(both)
    list(conditioned.draft(canvas(both, {})))
    best, *others = [fill for fill, _ in conditioned._particles.particles()]
    slot, rival = next((slot, fill) for fill in others for slot in range(4) if fill[slot] == best[slot])
    open_ = [at for at in range(4) if at != slot and rival[at] != best[at]]
    sure = torch.full((1, 4, both.causal.width), -50.0)
    for at, token in enumerate(rival):
        sure[0, at, token] = 0.0
    conditioned._writer.logits = lambda canvas, t: sure  # type: ignore[method-assign]
    there = canvas(both, {slot: best[slot]})
    plain, said = conditioned._particles.logits(there, 0.5)[0], conditioned.logits(there, 0.5)[0]
    assert open_ and all(said[at, rival[at]] > plain[at, rival[at]] + 0.1 for at in open_)


def test_the_writer_is_asked_only_of_rows_in_which_it_has_a_say(
    both: JointDenoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row behind others keeps to what is best of the rest; what comes out is the same as if it were asked of every row."""
    conditioned = bound(both)
    three = canvas(both, {})
    three = replace(three, **{name: getattr(three, name).expand(3, -1).clone() for name in ("ids", "noisy", "frozen")})
    list(conditioned.draft(three))
    taken: list[str] = []
    for row in range(3):
        pool = conditioned._particles._pools[row, 0, ()]
        best = pool.best((None,) * 4, taken)
        three.ids[row, 0], three.noisy[row, 0] = best[0], False
        taken.append(pool.said[best])
    list(conditioned.draft(three))
    asked: list[int] = []
    logits = conditioned._writer.logits

    def counted(canvas: Canvas, t: float) -> torch.Tensor:
        asked.append(len(canvas.ids))
        return logits(canvas, t)

    conditioned._writer.logits = counted  # type: ignore[method-assign]
    found = conditioned.logits(three, 0.5)
    monkeypatch.setattr(conditioned._particles, "open", lambda canvas: set(range(3)))
    assert torch.allclose(found, conditioned.logits(three, 0.5), atol=1e-5)
    assert asked[0] < 3 == asked[1]


@pytest.mark.parametrize("name", engine.SYSTEMS)
def test_it_says_that_its_steps_choose_among_what_was_drawn(both: JointDenoiser, name: str) -> None:
    said = note(engine.SYSTEMS[name], both)
    assert "every step looks at the canvas" in said and "drawn at once" not in said


def test_the_text_is_read_once_for_what_is_drawn_and_for_the_steps(both: JointDenoiser) -> None:
    conditioned = bound(both)
    bare = canvas(both, {})
    list(conditioned.draft(bare))
    before = conditioned.nfe
    assert [*conditioned.draft(bare)] == [] and conditioned.nfe == before

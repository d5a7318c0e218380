"""What a denoiser says of itself is measured on it; by these facts rules act, and what does nothing on a model is not offered."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.samplers import Blocks, Correcting, Remasking, Threshold
from engine.systems.fitting import inert, note
from engine.text.context import Context, Gap
from tests.engine.families import FAMILIES, everyone, family, options

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
NETWORKS = [name for name in FAMILIES if name != "scripted"]  # that one knows what to write


def asked(name: str, how: Conditions = Conditions(), **shown: list[int]):  # noqa: B008 - it is frozen
    """(scores of a canvas, the canvas, passes that they took): eight slots of which the first two are written."""
    d = family(name)
    context = Context(
        (tuple(d.tokenizer.encode("Once there")), tuple(d.tokenizer.encode(" end"))), (Gap(8, exact=True),)
    )
    noisy = torch.tensor([[False, False] + [True] * 6])
    ids = torch.tensor([shown.get("ids", [80, 81] + [90] * 6)])
    canvas = Canvas(ids, noisy, torch.zeros_like(noisy))
    conditioned = d.condition(context, how)
    for _ in conditioned.draft(canvas):
        pass
    before = conditioned.nfe
    return conditioned.logits(canvas, 0.5).float().log_softmax(-1), canvas, conditioned.nfe - before


@pytest.mark.parametrize("name", everyone(among=NETWORKS))
def test_it_reads_what_stands_on_an_undecided_slot(name: str) -> None:
    how = Conditions(raw=True)
    one, other = asked(name, how)[0], asked(name, how, ids=[80, 81, 100, 101, 102, 103, 104, 105])[0]
    reads = not torch.allclose(one[:, 2:], other[:, 2:], atol=1e-5)
    assert reads == family(name).facts.reads_noise


@pytest.mark.parametrize("name", everyone(among=NETWORKS))
def test_it_hears_how_much_is_noise(name: str) -> None:
    low, high = (asked(name, Conditions(level=lambda t, level=level: level))[0] for level in (0.2, 0.9))
    assert family(name).facts.hears_noise == (not torch.allclose(low[:, 2:], high[:, 2:], atol=1e-5))


@pytest.mark.parametrize("name", everyone(among=NETWORKS))
def test_its_steps_compute_something(name: str) -> None:
    assert family(name).facts.at_once == (asked(name)[2] == 0)


@pytest.mark.parametrize("name", everyone(among=NETWORKS))
def test_it_carries_written_words_over(name: str) -> None:
    """What it says of a written word is that word, or it is not asked to revise; particles drawn at once agree with it."""
    facts, (scores, canvas, _) = family(name).facts, asked(name)
    given = float(scores[0, 0, canvas.ids[0, 0]].exp()) > 0.999
    assert given <= (facts.carries_over or facts.at_once or facts.chooses)
    assert not facts.carries_over or not family(name).revises


@pytest.mark.parametrize(("name", "system"), everyone(tuple(engine.SYSTEMS), among=NETWORKS))
def test_what_is_not_offered_changes_nothing(name: str, system: str) -> None:
    """A setting that is hidden on a model gives the same steps whatever it is set to."""
    d, chosen = family(name), engine.SYSTEMS[system]
    hidden = inert(chosen, d)
    assert hidden.keys() <= {parameter.name for parameter in chosen.parameters}
    strength = {"strength": 0.5} if chosen.strength == 0 and not d.revises else {}

    def run(**more: object) -> list:
        given = options(system, steps=3) | strength | more
        return [
            [slot.token for slot in step.spans[0].slots]
            for step in engine.infill(d, TEXT, [Span(4, 15)], system=system, seed=3, length=9, **given)
            if step.phase == "denoise"
        ]

    ends = {parameter.name: extremes(parameter) for parameter in chosen.parameters if parameter.name in hidden}
    low, high = ({name: values[end] for name, values in ends.items()} for end in (0, 1))
    assert not ends or run(**low) == run(**high), f"one of these does something: {ends}"


def extremes(parameter: engine.Parameter) -> tuple[object, object]:
    """The values of a setting that lie farthest from one another."""
    if parameter.kind == "switch":
        return False, True
    values = [value for value, _ in parameter.choices] or [parameter.low, parameter.high]
    return type(parameter.default)(values[0]), type(parameter.default)(values[-1])


def test_rules_go_by_the_facts() -> None:
    mercury = engine.SYSTEMS["mercury"].recipe
    assert isinstance(mercury({}, family("mdlm").facts).sampler, Remasking)
    assert isinstance(mercury({}, family("writer").facts).sampler, Correcting)
    assert isinstance(mercury({}, family("causal").facts).sampler, Threshold)
    blocks = mercury({}, family("bd3lm").facts).sampler
    assert isinstance(blocks, Blocks) and blocks.length == family("bd3lm").facts.block
    gemini = engine.SYSTEMS["gemini"].recipe
    assert gemini({}, family("llada").facts).noise == "masks"
    assert gemini({}, family("diffusion_gemma").facts).noise == "uniform"
    assert gemini({}, family("diffusion_gemma").facts).steps == 48 and gemini({}, family("llada").facts).steps == 16
    assert gemini({"steps": 5}, family("diffusion_gemma").facts).steps == 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mdlm", "llada"])
def test_mercurys_errors_are_not_final_on_a_model_that_carries_words_over(name: str) -> None:
    scraped = 0
    for seed in range(6):
        steps = engine.infill(family(name), TEXT, [Span(4, 15)], system="mercury", seed=seed, length=8, scrapes=2)
        scraped += sum(slot.state == "r" for step in steps for slot in step.spans[0].slots)
    assert scraped > 0
    steps = engine.infill(family(name), TEXT, [Span(4, 15)], system="mercury", length=8, scrapes=0)
    assert not any(slot.state == "r" for step in steps for slot in step.spans[0].slots)


def test_what_a_system_is_on_a_model_is_said() -> None:
    llada, gemini = engine.SYSTEMS["llada"], engine.SYSTEMS["gemini"]
    assert "drawn at once" in note(llada, family("causal")) and not note(llada, family("writer"))
    assert "masks" in note(gemini, family("llada")) and not note(gemini, family("diffusion_gemma"))
    assert "blocks of 4" in note(llada, family("bd3lm"))
    assert "same" in note(engine.SYSTEMS["eso-a"], family("llada"))
    for name in FAMILIES:
        for system in engine.SYSTEMS.values():
            said = note(system, family(name))
            assert not said or said.endswith(".")


def test_random_words_are_shown_where_they_are_read_and_masks_elsewhere() -> None:
    for name in ("llada", "mdlm", "causal", "diffusion_gemma", "scripted"):
        bare = next(engine.infill(family(name), TEXT, [Span(4, 15)], system="gemini", length=6))
        assert {slot.state for slot in bare.spans[0].slots} == {"u" if family(name).facts.reads_noise else "m"}


def test_a_denoiser_may_be_asked_what_it_is_without_a_text() -> None:
    assert replace(family("mdlm").facts, block=4).block == 4

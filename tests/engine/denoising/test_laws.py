"""Laws that hold for every system on every family of models."""

from __future__ import annotations

import pytest
import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.denoising.loop import denoise
from engine.diffusion.canvas import Canvas
from engine.diffusion.corruption import Uniform
from engine.diffusion.dice import Dice
from engine.diffusion.temperature import Temperature
from engine.samplers import Ancestral, Eso, LeftToRight
from engine.text.context import Context, Gap
from tests.conftest import some, some_of
from tests.engine.families import FAMILIES, everyone, family, options

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
ALL = everyone(tuple(engine.SYSTEMS))


def usable(name: str, system: str, **wanted: object) -> dict:
    """The options of a run that the family can do at all."""
    chosen = options(system, **wanted)
    if engine.SYSTEMS[system].strength == 0 and not family(name).revises:
        chosen.setdefault("strength", 0.5)
    return chosen


def run(name: str, system: str, text: str = TEXT, spans: tuple[Span, ...] = (Span(4, 15),), seed: int = 3, **wanted):
    candidates = wanted.pop("candidates", 1)
    every = {
        option: wanted.pop(option) for option in ("begin", "pins", "length") if option in wanted
    }  # no system's own
    chosen = usable(name, system, **wanted) | every
    return list(engine.infill(family(name), text, spans, system=system, seed=seed, candidates=candidates, **chosen))


def seen(steps: list, row: int = 0) -> list:
    """What a run shows, without how many passes it took: a warm cache saves some."""
    return [
        [[(slot.text, slot.state) for slot in span.slots] for span in step.candidates[row]]
        for step in steps
        if step.phase == "denoise"
    ]


@pytest.mark.parametrize(("name", "system"), ALL)
def test_it_ends_within_its_steps_with_nothing_noisy_and_the_text_around_as_it_was(name: str, system: str) -> None:
    spans = (Span(4, 15), Span(31, 39))
    steps = run(name, system, spans=spans)
    last = steps[-1]
    assert last.done and not any(step.done for step in steps[:-1])
    assert max(step.index for step in steps) <= last.steps
    assert all(slot.state in "nsx" for span in last.spans for slot in span.slots)
    assert [(span.start, span.end) for span in last.spans] == [(4, 15), (31, 39)]
    assert all(span.why for span in last.spans)
    assert not any("\n" in span.text for span in last.spans)
    d = family(name)
    barred = {d.mask_id, d.null_id, *d.tokenizer.special_ids}
    written = [slot.token for span in last.spans for slot in span.slots if slot.state != "x"]
    assert all(token not in barred and token < len(d.tokenizer.pieces) for token in written), "words and nothing else"


@pytest.mark.parametrize(("name", "system"), everyone(tuple(engine.SYSTEMS), tried=("mercury", "gemini", "eso-a")))
def test_a_seed_gives_the_same_steps_alone_and_among_others(name: str, system: str) -> None:
    alone, again = run(name, system, steps=3), run(name, system, steps=3)
    assert seen(alone) == seen(again)
    three = run(name, system, steps=3, candidates=3)
    assert seen(three)[: len(seen(alone))] == seen(alone), "a row that is done waits for the others as it is"
    assert three[-1].candidates[0][0].text == alone[-1].spans[0].text
    if name not in ("causal", "joint"):  # their particles are drawn once for all rows, by the seed of the first
        warm = {
            "temperature": 0.8,
            "temperature_start": 0.8,
            "temperature_end": 0.8,
            "steps": 3,
        }  # at least VARIETY: the others keep it
        three, second = run(name, system, candidates=3, **warm), run(name, system, seed=4, **warm)
        assert seen(three, 1)[1 : len(seen(second))] == seen(second)[1:]


@pytest.mark.parametrize(("name", "system"), ALL)
def test_temperature_0_is_deterministic(name: str, system: str) -> None:
    """Whatever the seed, where nothing else is random: the order, the noise, or what is drawn to judge."""
    cold = {"temperature": 0.0, "temperature_start": 0.0, "temperature_end": 0.0, "steps": 3}
    random = isinstance(family(name).corruption, Uniform) or name in ("causal", "joint", "writer-judge")
    chance = system == "mercury" and family(name).facts.carries_over  # which doubtful words are scraped
    if system in ("mdlm", "eso-a", "eso-b", "gemini") or random or chance:
        assert seen(run(name, system, **cold)) == seen(run(name, system, **cold))
    else:
        one, two = (run(name, system, seed=seed, strength=1.0, **cold)[-1].spans[0].text for seed in (1, 2))
        assert one == two


@pytest.mark.parametrize(
    ("name", "system"), everyone(tuple(engine.SYSTEMS), among=[name for name in FAMILIES if name != "writer-judge"])
)
def test_cancelling_after_step_k_leaves_exactly_k_passes(name: str, system: str) -> None:
    """Besides those that look for a length, read the text and draw proposals, which are counted and shown as such. (A judge makes
    passes of its own between two steps.)"""
    d = family(name)
    for k in (1, 2):
        loop = engine.infill(family(name), TEXT, [Span(4, 15)], system=system, seed=3, **usable(name, system))
        ahead, decisions, last, shown = 0, 0, None, []
        bare = None
        for step in loop:
            if step.phase == "denoise" and step.index:
                decisions, last = step.index, step
                shown.append([(slot.token, slot.noisy) for slot in step.spans[0].slots])
                if step.index == k or step.done:
                    break
            else:
                ahead = max(ahead, step.nfe)
                bare = step if step.phase == "denoise" else bare
        loop.close()
        assert last is not None and (decisions == k or last.done)
        if name == "causal":
            assert last.nfe == ahead, "marginals of particles cost no pass"
        elif name in ("scripted", "sedd") or (name, system) == ("diffusion_gemma", "gemini"):
            assert last.nfe - ahead == decisions
        else:  # the same canvas has the same scores
            start = [(slot.token, slot.noisy) for slot in bare.spans[0].slots]
            if len(start) != len(shown[0]):  # its length was looked for
                start = [(d.mask_id, True)] * len(shown[0])
            # On a bare canvas the writer has nothing to add to the particles; words that stay are no part of it.
            first = 0 if name == "joint" and all(noisy for token, noisy in start if token >= 0) else 1
            assert last.nfe - ahead == first + sum(
                a != b for a, b in zip([start, *shown[:-1]], shown[:-1], strict=False)
            )
        assert next(loop, None) is None


@pytest.mark.parametrize(("name", "system"), ALL)
@pytest.mark.parametrize(
    ("text", "span"),
    some_of(
        [
            (TEXT, Span(0, 3)),
            (TEXT, Span(len(TEXT) - 7, len(TEXT))),
            ("alone", Span(0, 5)),
            ("x", Span(0, 1)),
            ("a b", Span(2, 3)),
        ],
        1,
        3,
    ),
    ids=["start", "end", "only the span", "one character", "one token at the end"],
)
def test_spans_at_the_edges(name: str, system: str, text: str, span: Span) -> None:
    last = run(name, system, text, (span,), steps=2)[-1]
    assert last.done and (last.spans[0].start, last.spans[0].end) == (span.start, span.end)


@pytest.mark.parametrize(("name", "system"), ALL)
@pytest.mark.parametrize("slots", [0, 1])
def test_a_canvas_of_no_slot_and_of_one(name: str, system: str, slots: int) -> None:
    d = family(name)
    context = Context((tuple(d.tokenizer.encode("Once")), tuple(d.tokenizer.encode(" upon"))), (Gap(slots),))
    recipe = engine.SYSTEMS[system].recipe(options(system))
    noisy = torch.ones(1, slots, dtype=torch.bool)
    noise = d.corruption.noise(torch.zeros(1, slots, dtype=torch.long), Dice([0]))
    canvas = Canvas(noise, noisy, torch.zeros_like(noisy))
    conditioned = d.condition(context, Conditions(attention=recipe.attention))
    made = [
        step
        for step in denoise(conditioned, d.corruption, canvas, recipe.sampler, 3, Dice([0]), judge=conditioned.judge)
        if step.phase == "denoise"
    ]
    assert not slots or made[-1].done and not made[-1].canvas.noisy.any()
    assert slots or not made


def writes(name: str, sampler, attention: str, steps: int) -> list[list[int]]:
    """For every step that wrote anything, the slots it wrote, and what stands there in the end."""
    d = family(name)
    context = Context((tuple(d.tokenizer.encode("Once there")), tuple(d.tokenizer.encode(" end"))), (Gap(8),))
    noisy = torch.ones(1, 8, dtype=torch.bool)
    canvas = Canvas(d.corruption.noise(torch.zeros(1, 8, dtype=torch.long), Dice([0])), noisy, torch.zeros_like(noisy))
    conditioned = d.condition(context, Conditions(attention=attention))
    loop = denoise(conditioned, d.corruption, canvas, sampler, steps, Dice([5]), temperature=Temperature())
    made = [step for step in loop if step.phase == "denoise"]
    written = [step.changed[0].nonzero().flatten().tolist() for step in made]
    return [*filter(None, written), made[-1].canvas.ids[0].tolist()]


@pytest.mark.parametrize("name", everyone())
@pytest.mark.parametrize("steps", some([4, 20]))
def test_eso_with_alpha_1_is_masked_diffusion_and_with_alpha_0_left_to_right(name: str, steps: int) -> None:
    order, left = (writes(name, sampler, "eso-b", steps) for sampler in (Eso(0.0), LeftToRight()))
    if not isinstance(family(name).corruption, Uniform):  # noise that is drawn moves the dice on
        assert order == left
        if name != "sedd":  # it hears the time, and an empty step that is dropped takes none
            assert writes(name, Eso(1.0), "bidirectional", steps) == writes(name, Ancestral(), "bidirectional", steps)
    assert order[:-1] == [[slot] for slot in range(8)]

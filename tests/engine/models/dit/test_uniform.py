"""UDLM and SEDD on the uniform graph: what their scores mean, and what a run does with them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer as Backend
from tokenizers.models import WordPiece

import engine
from engine import Pin, Span, only
from engine.denoising.denoiser import Conditions
from engine.diffusion import uniform
from engine.diffusion.canvas import Canvas
from engine.errors import ModelDamaged, UnsupportedModel
from engine.models import load
from engine.models.dit.mdlm import sigma_of
from engine.samplers import UniformReverse
from engine.systems.fitting import inert, note
from tests.conftest import some, some_of
from tests.engine import tiny_dit
from tests.engine.families import family
from tests.engine.reference_dit import answered, case, everything
from tests.engine.tiny_dit import WIDTH, WORDS

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
EOT = WORDS - 1
BOTH = ["udlm", "sedd-uniform"]
RULES = [("mdlm", {}), ("mercury", {"rule": "analytic"}), ("mercury", {"rule": "euler"})]
TIMED = Conditions(level=lambda t: t)


def noise(ids: list[int], written: tuple[int, ...] = ()) -> Canvas:
    noisy = torch.tensor([[i not in written for i in range(len(ids))]])
    return Canvas(torch.tensor([ids]), noisy, torch.zeros_like(noisy))


def published(d, row: list[int], sigma: float) -> torch.Tensor:
    """(S, V) of the network as it is published, whole."""
    places = torch.arange(len(row))
    return d.masked.network(torch.tensor([row]), places, sigma)[0][0]


def run(name: str, system: str = "mdlm", **more: object) -> list:
    spans = more.pop("spans", [Span(4, 15)])
    given = {"seed": 3, "length": 8, "steps": 6} | more
    return [s for s in engine.infill(family(name), TEXT, spans, system=system, **given) if s.phase == "denoise"]


def test_udlm_reads_the_noise_that_stands_and_hears_its_level() -> None:
    d = family("udlm")
    context, canvas, t = case(d, "ab", 4, "yz"), noise([80, 66, 90, 100], (1,)), 0.6
    scores = answered(d.condition(context, TIMED), canvas, t)[0]
    row = [EOT, *context.segments[0], 80, 66, 90, 100, *context.segments[1]]
    wanted = published(d, row, -math.log(1 - (1 - 1e-3) * t))[3:7]
    may = scores[:, : WORDS + 1] > -1e8
    assert may[0].sum() > 100 and not may[:, EOT].any() and not may[:, WORDS].any(), "words only"
    torch.testing.assert_close(
        scores[:, : WORDS + 1][may], wanted.masked_fill(~may, -torch.inf).log_softmax(-1)[may], atol=1e-4, rtol=1e-4
    )
    assert scores[1, 66] < 0, "what is written is weighed like the rest"


def test_udlms_network_is_that_of_mdlm() -> None:
    """The layout is the same; here it hears the noise. (The network itself is checked against its description elsewhere.)"""
    from tests.engine.reference_dit import reference

    row, sigma = [EOT, 3, 80, 66, 7], 0.8
    torch.testing.assert_close(
        published(family("udlm"), row, sigma).double(),
        reference(row, list(range(5)), everything(5), sigma),
        atol=1e-4,
        rtol=1e-4,
    )


def test_sedd_gives_the_published_ratios_and_clean_words_to_other_rules() -> None:
    """Its forward scatters 0 on the token that stands; what a slot was at first follows from the ratios at that level."""
    d = family("sedd-uniform")
    context, canvas, t = case(d, "ab", 3, "yz"), noise([80, 66, 90]), 0.6
    conditioned = d.condition(context, TIMED)
    scores = answered(conditioned, canvas, t)[0]
    row = [*context.segments[0], 80, 66, 90, *context.segments[1]]
    wanted = published(d, row, float(sigma_of(t)))[2:5]
    for slot, token in enumerate((80, 66, 90)):
        wanted[slot, token] = 0
    (said,) = conditioned.said
    assert said.ratios
    torch.testing.assert_close(said.scores[0], wanted)
    clean = uniform.at_level(wanted, 1 - (1 - 1e-3) * t).clamp_min(0)
    may = scores[:, :WORDS] > -1e8
    clean = (clean * may) / (clean * may).sum(-1, keepdim=True)
    torch.testing.assert_close(scores[:, :WORDS].exp().double() * may, clean, atol=1e-5, rtol=1e-4)


def test_geometric_noise_is_heard_up_to_its_own_end(tmp_path: Path) -> None:
    end = {"type": "geometric", "sigma_min": 1e-4, "sigma_max": 20}
    d = engine.load(tiny_dit.write(tmp_path, "sedd-uniform", noise=end))
    assert float(d.masked.sigma(1.0)) == pytest.approx(20, rel=1e-3)
    assert float(d.masked.sigma(0.5)) == pytest.approx(math.log(2), rel=1e-3)
    last = list(engine.infill(d, TEXT, [Span(4, 9)], system="mdlm", steps=3, length=4))[-1]
    assert last.done and last.spans[0].tokens == 4


@pytest.mark.parametrize("name", some(BOTH))
@pytest.mark.parametrize(("system", "more"), some_of(RULES, 0, 1))
def test_a_run_steps_to_its_end_and_what_stands_changes_until_then(name: str, system: str, more: dict) -> None:
    steps = run(name, system, **more)
    assert [s.index for s in steps] == list(range(7)) and steps[-1].nfe == 6, "no early end, and a pass a step"
    assert {slot.state for slot in steps[0].spans[0].slots} == {"u"}
    tokens = [[slot.token for slot in s.spans[0].slots] for s in steps]
    held = [a == b for one, two in zip(tokens, tokens[1:], strict=False) for a, b in zip(one, two, strict=True)]
    assert any(held), "noise is a part of the state: it is not drawn anew in every step"
    changed = [
        1
        for more_steps in (run(name, system, seed=seed, **more) for seed in range(4))
        for one, two in zip(more_steps, more_steps[1:], strict=False)
        for a, b in zip(one.spans[0].slots, two.spans[0].slots, strict=True)
        if a.state in "ns" and a.token != b.token
    ]
    assert changed, "written words change too"
    assert all(slot.state in "ns" and slot.token < EOT for slot in steps[-1].spans[0].slots)


@pytest.mark.slow
@pytest.mark.parametrize("name", some(BOTH))
@pytest.mark.parametrize(("system", "more"), RULES)
def test_pinned_and_kept_words_stay_and_limits_hold(name: str, system: str, more: dict) -> None:
    steps = run(name, system, pins=[Pin(0, "fox", 2)], **more)
    words = [slot.text for slot in steps[-1].spans[0].slots if slot.state == "p"]
    assert "".join(words).strip() == "fox"
    assert all([s.state for s in step.spans[0].slots].count("p") == len(words) for step in steps)
    kept = run(name, system, strength=0.4, spans=[Span(4, 19)], seed=5, length="auto", **more)
    stood = {i: slot.token for i, slot in enumerate(kept[0].spans[0].slots) if slot.state == "s"}
    assert stood and all(step.spans[0].slots[i].token == token for step in kept for i, token in stood.items())
    colour = [Span(4, 15, only=only({"one_of": ["red", "yellow", "green"]}))]
    assert run(name, system, spans=colour, length="auto", **more)[-1].spans[0].text in ("red", "yellow", "green")


@pytest.mark.parametrize("name", BOTH)
def test_what_means_nothing_here_is_not_offered_and_said(name: str) -> None:
    d, mdlm, mercury = family(name), engine.SYSTEMS["mdlm"], engine.SYSTEMS["mercury"]
    assert {"remasking", "first_hitting", "eta", "held"} <= inert(mdlm, d).keys() and not inert(mdlm, family("mdlm"))
    assert d.facts.uniform == len(d.corruption.ids) == d.masked.vocabulary and not family("mdlm").facts.uniform
    rules = [
        mdlm.recipe({"schedule": "cosine"}, d.facts),
        mercury.recipe({"rule": "euler", "early_commit": 1.0}, d.facts),
    ]
    assert all(isinstance(recipe.sampler, UniformReverse) and recipe.temperature.start == 1 for recipe in rules)
    for system in ("mdlm", "mercury"):
        said = note(engine.SYSTEMS[system], d)
        assert "random words" in said and "Pinned words" in said and "early end" in said
    assert "look like" in note(engine.SYSTEMS["llada"], d) and "random" not in note(mdlm, family("mdlm"))


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
def test_temperature_and_guidance(name: str) -> None:
    cold = [run(name, temperature=0.0, seed=seed)[-1].spans[0].text for seed in (3, 3, 4)]
    assert cold[0] == cold[1]
    guided = run(name, guidance=1.5)
    assert guided[-1].nfe == 12 and guided[-1].spans[0].text != run(name)[-1].spans[0].text
    # Guided by itself nothing changes: the other side reads the same, which is nothing.
    d = family(name)
    plain, other = (
        list(engine.infill(d, "quick", [Span(0, 5)], system="mdlm", seed=3, length=6, steps=5, guidance=w))[-1]
        .spans[0]
        .text
        for w in (0.0, 2.0)
    )
    assert name == "udlm" or plain == other, "SEDD reads no frame either"


def test_what_is_published_is_read_and_what_is_not_is_refused(tmp_path: Path) -> None:
    for name, kind in (("udlm", "udlm"), ("sedd-uniform", "sedd")):
        assert load.family(tiny_dit.write(tmp_path / name, name)) == kind
    model = {**tiny_dit.SEDD_MODEL, "scale_by_sigma": True}
    for i, (name, changes, says) in enumerate(
        [
            ("udlm", {"cfg": True}, "trained on labels"),
            ("sedd-uniform", {"model": model}, "scale_by_sigma"),
            ("sedd-uniform", {"graph": {"type": "star"}}, "absorb or uniform"),
        ]
    ):
        with pytest.raises(UnsupportedModel, match=says):
            engine.load(tiny_dit.write(tmp_path / f"no{i}", name, **changes))
    with pytest.raises(ModelDamaged, match="do not fit"):
        engine.load(tiny_dit.write(tmp_path / "width", "udlm", hidden_dim=2 * WIDTH))
    bert = tiny_dit.write(tmp_path / "bert", "udlm", vocab_size=30522)
    (bert / "tokenizer.json").unlink()
    with pytest.raises(UnsupportedModel, match="makes capital letters small"):
        engine.load(bert)
    words = Backend(WordPiece({"[UNK]": 0, "[CLS]": 1, "a": 2, "##b": 3}, unk_token="[UNK]"))
    words.add_special_tokens(["[CLS]"])
    words.save(str(tiny_dit.write(tmp_path / "pieces", "udlm") / "tokenizer.json"))
    with pytest.raises(UnsupportedModel, match="would change the text"):
        engine.load(tmp_path / "pieces")
    silent = engine.load(tiny_dit.write(tmp_path / "silent", "udlm", time_conditioning=False))
    assert not silent.facts.hears_noise

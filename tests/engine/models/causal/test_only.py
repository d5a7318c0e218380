"""Decisions and values by the embedded model, in the default way: the text around decides, before the span and behind it."""

from __future__ import annotations

import json
import re

import pytest

import engine
from engine import Span, only
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.drawing import judge
from engine.text.only.only import NUMBER

pytestmark = pytest.mark.model
GAP = "____"


@pytest.fixture(scope="module")
def ways() -> engine.Ways:
    return engine.load_ways(device="cpu")


def made(denoiser: engine.Denoiser, text: str, form: object, **more: object) -> str:
    start = text.index(GAP)
    steps = {} if more.get("system") == "autoregressive" else {"steps": 4}
    *_, last = engine.infill(denoiser, text, [Span(start, start + len(GAP), only=only(form))], **(steps | more))
    return str(last.spans[0].text)


@pytest.mark.parametrize(
    ("text", "form", "right"),
    [
        ("The soup was too ____, so I burnt my tongue.", {"one_of": ["cold", "hot", "salty"]}, "hot"),
        ("The soup was too ____, so I put it back on the stove to heat it up.", {"one_of": ["cold", "hot", "sweet"]}, "cold"),
        ("Is Paris the capital of France? ____, Paris is the capital of France.", "yes or no", "Yes"),
        ("Is the sun cold? ____, the sun is not cold at all.", "yes or no", "No"),
    ],
)  # fmt: skip
def test_a_choice_by_the_text_on_both_sides(ways: engine.Ways, text: str, form: object, right: str) -> None:
    for system in ("llada", "autoregressive"):
        assert made(ways.default, text, form, system=system) == right


def test_values_in_json(ways: engine.Ways) -> None:
    text = '{"name": "Anna", "age": ____, "adult": true}\n{"name": "Ben", "age": 7, "adult": false}\n'
    for name, denoiser in ways.denoisers.items():
        number, truth = (
            made(denoiser, text, "number", seed=2),
            made(denoiser, text.replace("true", GAP).replace(GAP, "34", 1), {"one_of": ["true", "false"]}),
        )
        assert re.fullmatch(NUMBER, number) and truth in ("true", "false"), name
        json.loads(text.splitlines()[0].replace(GAP, number))


def test_the_particles_are_the_choices_weighed_from_both_sides(embedded: CausalDenoiser) -> None:
    words = ["down", "up", "away for good", "out"]
    before, after = "We walked along the beach until the sun went", ", and then we drove home in the dark."
    encode = embedded.tokenizer.encode
    prompt = embedded.before(tuple(encode(before)))
    reader = embedded.reader.session()
    list(reader.read(prompt[:-1]))
    judged, ends = embedded.behind(tuple(encode(after)))
    fills = [tuple(encode(f" {word}")) for word in words]
    scores = judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], fills, judged, ends)
    best = words[max(range(len(words)), key=scores.__getitem__)]
    assert made(embedded, f"{before} {GAP}{after}", {"one_of": words}) == best

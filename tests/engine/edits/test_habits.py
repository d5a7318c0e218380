"""A mistake that somebody makes again and again is found each time."""

from __future__ import annotations

import re

import pytest

import engine
from engine import Span


@pytest.mark.model
def test_who_leaves_out_apostrophes_again_and_again_is_told_of_each() -> None:
    denoiser = engine.load_ways(device="cpu").choose("revise")[1]
    for text in (
        "I dont know why the train was late. They dont tell us anything. We dont want to wait. If you dont mind, call.",
        "We havent seen him since May. He didnt call, and he doesnt write. I wouldnt worry, but my mother isnt so calm.",
    ):
        without = [word for word in re.findall(r"\w+", text) if word.endswith("nt") and word != "want"]
        assert [spot.old for spot in engine.check(denoiser, text, Span(0, len(text)))] == without

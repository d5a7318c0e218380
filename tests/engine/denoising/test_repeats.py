"""No word and no mark twice running, also where both are written in one step; what stood so before stays."""

from __future__ import annotations

import re

import pytest
import torch
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers

import engine
from engine import Span
from engine.denoising.repeats import Repeats
from engine.diffusion.canvas import Canvas
from engine.models.scripted import ScriptedConditioned, ScriptedDenoiser
from engine.text.context import Context, Gap
from engine.text.places.place import Place
from engine.text.tokenizer import Tokenizer
from tests.engine.families import options

WORDS = ["<eos>", "<null>", "<mask>", "Ġthe", "Ġcat", "Ġthat", ",", ".", "Ġ=", "0", "lo"]
NULL = 1


def _tokenizer() -> Tokenizer:
    backend = Backend(models.BPE(vocab={word: i for i, word in enumerate(WORDS)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    return Tokenizer(backend, frozenset(range(3)), 0)


TOKENIZER = _tokenizer()
ID = {word.replace("Ġ", " "): i for i, word in enumerate(WORDS)}


def mended(tokens: list[str], written: str, *, before: str = "0", behind: str = "0", prose: bool = True) -> list[str]:
    """What comes of tokens of which some are written in this step ("w"), others stand ("s") and others are open ("o")."""
    place = Place.of("It is a day and ", 16, 16) if prose else Place.of("x = 1;\n", 7, 7, code=True)
    context = Context(((ID[before],), (ID[behind],)), (Gap(len(tokens), place=place),))
    ids = torch.tensor([[ID[token] for token in tokens]])
    scores = torch.zeros(1, len(tokens), len(WORDS))
    scores[..., ID[" cat"]], scores[..., ID["lo"]] = 2.0, 1.0
    scores[..., :3] = -1e9
    kinds = {kind: torch.tensor([[mark == kind for mark in written]]) for kind in "wso"}
    made = Repeats.of(context, TOKENIZER, NULL).mended(scores, ids, ~kinds["o"], kinds["w"])
    return [WORDS[i].replace("Ġ", " ") for i in made[0].tolist()]


@pytest.mark.parametrize(
    ("tokens", "written", "made"),
    [
        ([" the", " the"], "ww", [" the", " cat"]),
        ([" the", " the", " the"], "www", [" the", " cat", " the"]),
        ([" cat", " cat", " cat"], "www", [" cat", "lo", " cat"]),
        ([" the", " the"], "sw", [" the", " cat"]),
        ([" the", " the"], "ws", [" cat", " the"]),
        ([" the", " the"], "ss", [" the", " the"]),
        ([" the", " the"], "wo", [" the", " the"]),
        ([" the", " cat", " the"], "wow", [" the", " cat", " the"]),
        ([",", ","], "ww", [",", " cat"]),
        ([",", "."], "ww", [",", " cat"]),
        ([" that", " that"], "ww", [" that", " that"]),
        (["0", "0"], "ww", ["0", "0"]),
        (["lo", "lo"], "ww", ["lo", "lo"]),
    ],
)
def test_of_two_the_second_gives_way(tokens: list[str], written: str, made: list[str]) -> None:
    assert mended(tokens, written) == made


def test_the_words_of_the_text_count_too_and_marks_in_prose_only() -> None:
    assert mended([" the"], "w", before=" the") == [" cat"]
    assert mended(["lo", "."], "ww", behind=".") == ["lo", " cat"]
    assert mended(["lo", ".", "lo"], "wwo", behind=".") == ["lo", " cat", "lo"], "nothing may come of what is open"
    assert mended(["lo", ".", "lo"], "wws", behind=".") == ["lo", ".", "lo"]
    assert mended([",", ","], "ww", prose=False) == [",", ","]


class _Stutters(ScriptedDenoiser):
    """Says the same two marks on every slot, and never how long it is."""

    def condition(self, context: Context, how: object = None) -> ScriptedConditioned:
        return _Stuttering(self, context)


class _Stuttering(ScriptedConditioned):
    def logits(self, canvas: Canvas, t: float) -> torch.Tensor:
        scores = torch.zeros(*canvas.ids.shape, self._d.tokenizer.size)
        scores[..., : len(self._d.tokenizer.special_ids)] = -1e9
        for mark, sureness in ((",", 9.0), (".", 8.0), ("a", 7.0)):
            scores[..., self._d.tokenizer.encode(mark)[0]] = sureness
        return scores


@pytest.mark.parametrize("system", [name for name in engine.SYSTEMS if engine.task(name) == "infill"])
def test_no_system_writes_a_mark_twice_running(system: str) -> None:
    text = "It was a long day, and we went home."
    *_, last = engine.infill(_Stutters(), text, [Span(9, 17)], system=system, candidates=2, **options(system, steps=3))
    for (span,) in last.candidates:
        assert not re.search(r"[,.]{2}", span.text), span.text

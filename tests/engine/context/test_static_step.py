"""Fixed shapes change nothing: padding is seen by nobody, and buffers are shared between runs without mixing them up."""

from __future__ import annotations

import pytest
import torch

from engine.context.static_step import StaticStep, padded
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.models.writer.denoiser import WriterDenoiser
from engine.text.context import Context, Gap
from tests.engine.families import family

AROUND = ("Once there was a", " and so on", " to the end")


def both() -> tuple[WriterDenoiser, WriterDenoiser]:
    plain = family("writer")
    assert isinstance(plain, WriterDenoiser)
    return plain, WriterDenoiser(plain.causal, plain.model, static=True)


def masks(rows: int, slots: int) -> Canvas:
    ids = torch.full((rows, slots), 2)
    ids[:, 1] = 70 + torch.arange(rows)
    noisy = ids == 2
    return Canvas(ids, noisy, ~noisy)


def test_sizes_are_padded_to_buckets() -> None:
    assert [padded(n, 16) for n in (1, 16, 17, 40)] == [16, 16, 32, 48]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("attention", ["bidirectional", "causal"])
def test_static_scores_are_the_plain_ones(rows: int, attention) -> None:
    plain, static = both()
    encode = plain.tokenizer.encode
    context = Context(tuple(tuple(encode(part)) for part in AROUND), (Gap(5), Gap(6)))
    canvas = masks(rows, 11)
    scores = []
    for d in (plain, static):
        conditioned = d.condition(context, Conditions(attention=attention))
        list(conditioned.draft(canvas))
        scores.append(conditioned.logits(canvas, 0.5).log_softmax(-1))
    torch.testing.assert_close(scores[0], scores[1], atol=1e-4, rtol=1e-4)


def test_two_runs_at_once_keep_their_own_text() -> None:
    plain, static = both()
    canvas = masks(1, 6)
    contexts = [
        Context((tuple(plain.tokenizer.encode(text)), (90,)), (Gap(6),)) for text in ("one text", "another one!")
    ]
    runs = [static.condition(context) for context in contexts]
    alone = [plain.condition(context) for context in contexts]
    for conditioned in (*runs, *alone):
        list(conditioned.draft(canvas))
    for _ in range(2):
        for mine, wanted in zip(runs, alone, strict=True):
            found = mine.logits(canvas, 0.5).log_softmax(-1)
            torch.testing.assert_close(found, wanted.logits(canvas, 0.5).log_softmax(-1), atol=1e-4, rtol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="a CUDA graph needs a GPU")
def test_a_graph_says_what_the_pass_says() -> None:
    model = both()[0].model.cuda()
    layers = [(torch.randn(1, 4, 9, 8).cuda(), torch.randn(1, 4, 9, 8).cuda()) for _ in range(2)]
    steps = [StaticStep(model, 1, 16, layers, graph=graph) for graph in (False, True)]
    ids, positions = torch.arange(60, 70).cuda()[None], torch.arange(9, 19).cuda()[None]
    visible = torch.ones(1, 10, 10, dtype=torch.bool).cuda()
    outs = []
    for step in steps:
        step.load(layers)
        outs.append(step(ids, positions, visible).clone())
    torch.testing.assert_close(*outs, atol=1e-3, rtol=1e-3)

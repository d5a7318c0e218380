"""Eso-LM's passes run only what is due, and say what a pass over everything would."""

from __future__ import annotations

import pytest
import torch

from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.models.writer.denoiser import NEVER, WriterDenoiser
from engine.samplers import Blocks, Eso
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine.families import family, passes


def denoisers() -> tuple[WriterDenoiser, WriterDenoiser]:
    due = family("writer")
    assert isinstance(due, WriterDenoiser)
    return due, WriterDenoiser(due.causal, due.model, ordered=False)


def walk(attention, sampler, rows: int, known: dict[int, int], between: str = " and"):
    """Both denoisers along one order: (scores of the slots that are due by each, inputs run by the first)."""
    due, whole = denoisers()
    encode = due.tokenizer.encode
    context = Context(tuple(tuple(encode(part)) for part in ("Once there was", between, " end")), (Gap(7), Gap(4)))
    noisy = torch.ones(rows, 11, dtype=torch.bool)
    for slot in known:
        noisy[:, slot] = False
    ids = torch.full((rows, 11), 2)
    for slot, token in known.items():
        ids[:, slot] = token
    canvas, steps = sampler.plan(Canvas(ids, noisy, ~noisy), 4, Dice(range(rows)))
    ours, theirs = (d.condition(context, Conditions(attention=attention)) for d in (due, whole))
    for conditioned in (ours, theirs):
        list(conditioned.draft(canvas))
    for step in range(steps):
        now = canvas.due
        if not now.any():
            return
        yield tuple(c.logits(canvas, 0.5)[now].log_softmax(-1) for c in (ours, theirs))
        written = torch.where(now, (torch.arange(11) * 7 + step) % 90 + 60, canvas.ids)
        canvas = Canvas(written, canvas.noisy & ~now, canvas.frozen, canvas.order, canvas.turn)


@pytest.mark.parametrize("attention", ["eso-a", "eso-b"])
@pytest.mark.parametrize("alpha_0", some([0.0, 0.5, 1.0], 0.5))
@pytest.mark.parametrize("rows", some([1, 3], 3))
@pytest.mark.parametrize("known", [{}, {0: 70, 4: 71, 10: 72}], ids=["all masked", "some given"])
def test_what_is_due_scores_as_in_a_pass_over_everything(attention, alpha_0: float, rows: int, known: dict) -> None:
    compared = 0
    for ours, theirs in walk(attention, Eso(alpha_0), rows, known):
        allowed = theirs > NEVER / 2
        assert torch.equal(allowed, ours > NEVER / 2)
        torch.testing.assert_close(ours[allowed], theirs[allowed], atol=1e-4, rtol=1e-4)
        compared += len(ours)
    assert compared == rows * (11 - len(known))


@pytest.mark.slow
@pytest.mark.parametrize("attention", ["eso-a", "eso-b"])
def test_gaps_that_touch_are_told_apart(attention) -> None:
    """The second gap's head and the first gap's last slot are at one position."""
    for ours, theirs in walk(attention, Eso(0.5), 2, {6: 70}, between=""):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_blocks_keep_the_order_exact() -> None:
    for ours, theirs in walk("eso-b", Blocks(length=3, inner=Eso(0.5)), 2, {}):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_b_runs_every_clean_token_once_and_a_mask_only_when_it_is_due() -> None:
    due, _ = denoisers()
    context = Context(((70, 71), (72,)), (Gap(9),))
    noisy = torch.ones(1, 9, dtype=torch.bool)
    canvas, steps = Eso(0.0).plan(Canvas(torch.full((1, 9), 2), noisy, ~noisy), 4, Dice([0]))
    conditioned = due.condition(context, Conditions(attention="eso-b"))
    list(conditioned.draft(canvas))
    sizes: list[int] = []
    hook = due.model.base_model.register_forward_pre_hook(
        lambda module, args, kwargs: sizes.append(kwargs["input_ids"].shape[1]), with_kwargs=True
    )
    with passes(due.model) as made:
        for _ in range(steps):
            conditioned.logits(canvas, 0.5)
            now = canvas.due
            ids = torch.where(now, 80, canvas.ids)
            canvas = Canvas(ids, canvas.noisy & ~now, canvas.frozen, canvas.order, canvas.turn)
    hook.remove()
    assert len(made) == steps == 9 and sizes == [2] * 9, "the token of the last step and this step's mask"


def test_a_changed_word_is_not_remembered() -> None:
    due, whole = denoisers()
    context = Context(((70, 71), (72,)), (Gap(5),))
    noisy = torch.tensor([[False, False, True, True, True]])
    order, turn = torch.tensor([[-1, -1, 0, 1, 2]]), torch.tensor([[-1, -1, 0, 1, 2]])
    ours, theirs = (d.condition(context, Conditions(attention="eso-b")) for d in (due, whole))
    for ids in ([80, 81, 2, 2, 2], [80, 99, 2, 2, 2]):
        canvas = Canvas(torch.tensor([ids]), noisy, torch.zeros_like(noisy), order, turn)
        for conditioned in (ours, theirs):
            list(conditioned.draft(canvas))
        torch.testing.assert_close(
            ours.logits(canvas, 0.5)[0, 2], theirs.logits(canvas, 0.5)[0, 2], atol=1e-4, rtol=1e-4
        )


@pytest.mark.slow
@pytest.mark.parametrize("attention", ["eso-a", "eso-b"])
def test_whatever_becomes_of_a_canvas_its_scores_are_exact(attention) -> None:
    """Words written, changed and scraped in any order, in rows that differ."""
    due, whole = denoisers()
    context = Context(((70, 71), (), (72,)), (Gap(4), Gap(3)))
    ours, theirs = (d.condition(context, Conditions(attention=attention)) for d in (due, whole))
    rng = torch.Generator().manual_seed(0)
    order = torch.stack([torch.randperm(7, generator=rng) for _ in range(2)])
    ids, noisy = torch.full((2, 7), 80), torch.ones(2, 7, dtype=torch.bool)
    for conditioned in (ours, theirs):
        list(conditioned.draft(Canvas(ids, noisy, ~noisy, order, order)))
    for _ in range(25):
        touched = torch.rand(2, 7, generator=rng) < 0.25
        ids = torch.where(touched & (torch.rand(2, 7, generator=rng) < 0.5), ids + 1, ids)
        noisy = noisy ^ touched
        canvas = Canvas(ids, noisy, torch.zeros_like(noisy), order, order)
        asked = canvas.due
        torch.testing.assert_close(
            ours.logits(canvas, 0.5)[asked], theirs.logits(canvas, 0.5)[asked], atol=1e-4, rtol=1e-4
        )

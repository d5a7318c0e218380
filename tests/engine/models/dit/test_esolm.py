"""Eso-LM: attention by order of generation, and what is kept between steps."""

from __future__ import annotations

from functools import cache

import pytest
import torch

import engine
from engine.denoising.denoiser import Conditions
from engine.diffusion.attention import visibility
from engine.diffusion.canvas import Canvas
from engine.diffusion.dice import Dice
from engine.models.dit.esolm import EsoDenoiser
from engine.samplers import Eso
from engine.text.context import Context
from tests.engine import tiny, tiny_dit
from tests.engine.reference_dit import agrees, answered, canvas_of, case, reference
from tests.engine.tiny_dit import MASK, WORDS

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
EOT = WORDS - 1
FAMILIES = sorted(tiny_dit.CONFIGS)


ORDER, TURN = [3, 0, 5, 1, 4, 2], [1, 0, 3, 0, 2, 1]
"""slots 1 and 3 first, then 5 and 0, then 4, then 2"""
FILL = {1: 66, 3: 68, 5: 70, 0: 65, 4: 69}


@cache
def eso(kind: str, *, cached: bool = True) -> EsoDenoiser:
    """A network trained with one of the two kinds of attention."""
    trained = {"eso-a": "mixed2", "eso-b": "causal"}[kind]
    d = engine.load(tiny_dit.write(tiny.folder(), "esolm", diffusion_attn_mode=trained))
    d.cached = cached
    return d


def eso_case(d: EsoDenoiser) -> Context:
    return case(d, "ab cd", 6, "yz")


def in_order(context: Context, written: list[int], masks: list[int]) -> tuple[list[int], list[int]]:
    """(ids, positions) sorted: the text, what is written, masks."""
    text = [*range(5), 11, 12]
    ids = [*context.segments[0], *context.segments[1], *(FILL[i] for i in written), *(MASK for _ in masks)]
    return ids, text + [5 + i for i in (*written, *masks)]


STEPS = [([], [1, 3]), ([1, 3], [5, 0]), ([1, 3, 5, 0], [4]), ([1, 3, 5, 0, 4], [2])]


@pytest.mark.parametrize("kind", ["eso-a", "eso-b"])
def test_eso_lm_is_the_published_attention_in_sorted_order(kind: str) -> None:
    """B: causal. A: causal, and clean tokens see one another (mixed2). Later masks are run here, and change nothing."""
    d = eso(kind)
    context = eso_case(d)
    conditioned = d.condition(context, Conditions(attention=kind))
    for step, (written, due) in enumerate(STEPS):
        later = [i for _, others in STEPS[step + 1 :] for i in others]
        ids, positions = in_order(context, written, due + later)
        n, clean = len(ids), 7 + len(written)
        visible = torch.ones(n, n, dtype=torch.bool).tril()
        if kind == "eso-a":
            visible[:clean, :clean] = True
        scores = answered(conditioned, canvas_of({i: FILL[i] for i in written}, 6, order=ORDER, turn=TURN))[0]
        agrees(scores[due], reference(ids, positions, visible)[clean : clean + len(due)])


@pytest.mark.parametrize("kind", ["eso-a", "eso-b"])
def test_what_eso_lm_scores_does_not_depend_on_later_masks(kind: str) -> None:
    d = eso(kind)
    for written, due in STEPS:
        words = {i: FILL[i] for i in written}
        alone = answered(
            d.condition(eso_case(d), Conditions(attention=kind)), canvas_of(words, 6, order=ORDER, turn=TURN)
        )
        together = answered(d.condition(eso_case(d), Conditions(attention=kind)), canvas_of(words, 6, order=ORDER))
        assert torch.allclose(alone[:, due], together[:, due], atol=1e-4)


def test_eso_bs_clean_tokens_do_not_depend_on_masks_at_all() -> None:
    network = eso("eso-b").masked.network
    ids, positions = torch.tensor([[7, 8, 9, MASK, MASK]]), torch.tensor([[3, 0, 2, 1, 4]])
    ranks, noisy = torch.arange(5)[None], ids == MASK
    _, with_masks = network(ids, positions, visible=visibility("eso-b", noisy, ranks))
    _, without = network(ids[:, :3], positions[:, :3], visible=visibility("eso-b", noisy[:, :3], ranks[:, :3]))
    for (k, v), (other, w) in zip(with_masks, without, strict=True):
        assert torch.allclose(k[:, :, :3], other, atol=1e-6) and torch.allclose(v[:, :, :3], w, atol=1e-6)


def test_eso_bs_kept_tokens_are_exact_and_a_step_runs_only_what_is_new() -> None:
    d, plain = eso("eso-b"), eso("eso-b", cached=False)
    context = eso_case(d)
    kept, whole = (x.condition(context, Conditions(attention="eso-b")) for x in (d, plain))
    # Two rows that write the same in another order, so that they keep different numbers of tokens.
    order, turn = torch.tensor([ORDER, [0, 1, 2, 3, 4, 5]]), torch.tensor([TURN, [0, 0, 0, 1, 2, 3]])
    rows = [STEPS, [([], [0, 1, 2]), ([0, 1, 2], [3]), ([0, 1, 2, 3], [4]), ([0, 1, 2, 3, 4], [5])]]
    sizes: list[int] = []
    hook = d.masked.network.register_forward_pre_hook(lambda _, inputs: sizes.append(inputs[0].shape[1]))
    for step in range(4):
        canvases = [canvas_of({i: FILL.get(i, 67) for i in row[step][0]}, 6) for row in rows]
        ids, noisy = (torch.cat([getattr(c, name) for c in canvases]) for name in ("ids", "noisy"))
        canvas = Canvas(ids, noisy, torch.zeros_like(noisy), order, turn)
        ours, theirs = answered(kept, canvas), answered(whole, canvas)
        for row in range(2):
            due = rows[row][step][1]
            assert torch.allclose(ours[row, due], theirs[row, due], atol=1e-4)
    hook.remove()
    # The text once, then the masks that are due and what was written in the step before, filled up to the longer row.
    assert sizes == [7, 3, 3 + 2, 2 + 1, 1 + 1]
    assert kept.nfe == 5 and whole.nfe == 4


def test_eso_b_forgets_what_was_scraped() -> None:
    d, plain = eso("eso-b"), eso("eso-b", cached=False)
    kept, whole = (x.condition(eso_case(x), Conditions(attention="eso-b")) for x in (d, plain))
    for written in ({}, {1: 66, 3: 68}, {1: 66}, {1: 66, 3: 80}, {1: d.null_id, 3: 80}):
        canvas = canvas_of(written, 6, order=ORDER, turn=TURN)
        due = canvas.due[0]
        assert torch.allclose(answered(kept, canvas)[0, due], answered(whole, canvas)[0, due], atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("attention", ["eso-b", "bidirectional"])
def test_whatever_becomes_of_a_canvas_eso_bs_scores_are_exact(attention: str) -> None:
    """Words written, changed, scraped and taken out in any order, in rows that differ; with an order and without."""
    d, plain = eso("eso-b"), eso("eso-b", cached=False)
    kept, whole = (x.condition(eso_case(x), Conditions(attention=attention)) for x in (d, plain))
    rng = torch.Generator().manual_seed(0)
    order = torch.stack([torch.randperm(6, generator=rng) for _ in range(2)])
    ids, noisy = torch.full((2, 6), 66), torch.ones(2, 6, dtype=torch.bool)
    for step in range(25):
        touched = torch.rand(2, 6, generator=rng) < 0.25
        ids = torch.where(touched & (torch.rand(2, 6, generator=rng) < 0.5), ids + 1, ids)
        noisy = noisy ^ touched
        shown = torch.where((step % 5 == 4) & ~noisy & touched, d.null_id, ids)
        canvas = Canvas(shown, noisy, torch.zeros_like(noisy), order, order)
        due = canvas.due if attention == "eso-b" else noisy
        assert torch.allclose(answered(kept, canvas)[due], answered(whole, canvas)[due], atol=1e-4)


def test_without_an_order_a_written_word_is_run_once_too() -> None:
    d = eso("eso-b")
    conditioned, sizes = d.condition(eso_case(d)), []
    hook = d.masked.network.register_forward_pre_hook(lambda _, inputs: sizes.append(inputs[0].shape[1]))
    for written in ({}, {0: 66}, {0: 66, 1: 67}, {0: 66, 1: 67, 2: 68}):
        answered(conditioned, canvas_of(written, 6))
    hook.remove()
    assert sizes == [7, 6, 1 + 5, 1 + 4, 1 + 3], "the text, then what was written in the step before and the masks"


@pytest.mark.parametrize("kind", ["eso-b", "eso-a"])
def test_other_systems_get_every_mask_answered_by_both_sides(kind: str) -> None:
    d = eso(kind)
    context = eso_case(d)
    scores = answered(d.condition(context), canvas_of({1: 66, 3: 68}, 6, order=ORDER, turn=TURN))[0]
    ids, positions = in_order(context, [1, 3], [0, 2, 4, 5])
    visible = torch.ones(13, 13, dtype=torch.bool).tril()
    if kind == "eso-a":
        visible[:9, :9] = True
    agrees(scores[[0, 2, 4, 5]], reference(ids, positions, visible)[9:])
    changed = case(d, "ab cd", 6, "yx")
    assert not torch.allclose(answered(d.condition(changed), canvas_of({1: 66, 3: 68}, 6))[0, 0], scores[0])


def test_eso_lms_likelihood_goes_from_left_to_right_with_both_sides_known() -> None:
    for kind in ("eso-b", "eso-a"):
        d = eso(kind)
        context, fill = case(d, "ab cd", 4, "yz"), (70, 71, 72, 73)
        total = 0.0
        for i, word in enumerate(fill):
            ids = [*context.segments[0], *context.segments[1], *fill[:i], MASK]
            positions = [*range(5), 9, 10, *range(5, 6 + i)]
            visible = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
            if kind == "eso-a":
                visible[:7, :7] = True
            total -= float(reference(ids, positions, visible)[-1, :MASK].log_softmax(-1)[word])
        assert d.nll(context, [fill]) == pytest.approx(total / 4, abs=1e-4)


def test_what_is_written_left_to_right_is_not_seen_by_what_diffusion_wrote() -> None:
    """(A)'s sequential phase as it is trained (mixed): the words of the diffusion see one another, those behind them what is
    before them in the order; and so keys and values are kept there."""
    d, plain = eso("eso-a"), eso("eso-a", cached=False)
    context = eso_case(d)
    kept, whole = (x.condition(context, Conditions(attention="eso-a")) for x in (d, plain))
    order, turn = [2, 0, 3, 1, 4, 5], [1, 0, 2, 0, 3, 4]
    sequential = [False, False, True, False, True, True]
    walk = [([1, 3, 0], 2), ([1, 3, 0, 2], 4), ([1, 3, 0, 2, 4], 5)]
    words = {**FILL, 2: 67}
    sizes: list[int] = []
    hook = d.masked.network.register_forward_pre_hook(lambda _, inputs: sizes.append(inputs[0].shape[1]))
    for written, due in walk:
        canvas = canvas_of({i: words[i] for i in written}, 6, order=order, turn=turn, sequential=sequential)
        ours, theirs = answered(kept, canvas)[0], answered(whole, canvas)[0]
        text = [*range(5), 11, 12]
        ids = [*context.segments[0], *context.segments[1], *(words[i] for i in written), MASK]
        positions = text + [5 + i for i in (*written, due)]
        visible = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
        visible[:10, :10] = True  # the text and what diffusion wrote
        wanted = reference(ids, positions, visible)[-1:]
        agrees(ours[[due]], wanted)
        agrees(theirs[[due]], wanted)
    hook.remove()
    assert sizes == [11, 2, 2], "the word of the last step and this step's mask"


def test_the_rule_says_what_it_writes_left_to_right() -> None:
    noisy = torch.ones(1, 40, dtype=torch.bool)
    canvas, _ = Eso(0.5).plan(Canvas(noisy.long(), noisy, ~noisy), 8, Dice([0]))
    assert canvas.sequential is not None and 5 < int(canvas.sequential.sum()) < 35
    drafted = canvas.order[~canvas.sequential]
    assert int(drafted.max()) < int(canvas.order[canvas.sequential].min())
    assert Eso(0.0).plan(Canvas(noisy.long(), noisy, ~noisy), 8, Dice([0]))[0].sequential.all()

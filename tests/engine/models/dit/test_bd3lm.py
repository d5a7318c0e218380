"""BD3-LM: blocks as they were trained, kept exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.diffusion.canvas import Canvas
from engine.models.dit.bd3lm import BlockDenoiser, Blockwise
from engine.models.dit.mdlm import DitDenoiser
from engine.text.context import Context
from engine.text.spans import context_of as placed_in
from tests.engine import tiny_dit
from tests.engine.families import family
from tests.engine.reference_dit import agrees, answered, canvas_of, case, reference
from tests.engine.tiny_dit import BLOCK, LENGTH, MASK, WORDS

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."
EOT = WORDS - 1
FAMILIES = sorted(tiny_dit.CONFIGS)


def block_case(d: BlockDenoiser) -> tuple[Context, Canvas, list[int]]:
    """Eight tokens, the end of text in front among them, so that the third block begins with slots; seven slots; some text. The
    row is what can be read of it: four blocks."""
    context = case(d, "abcdefg", 7, "stuvwxyz")
    canvas = canvas_of({0: 65, 1: 66, 2: 67, 5: 70}, 7)
    row = [EOT, *context.segments[0], 65, 66, 67, MASK, MASK, 70, MASK, context.segments[1][0]]
    return context, canvas, row


def test_bd3lm_scores_its_first_unfinished_block_as_in_training() -> None:
    """The published training layout: [noised | clean], a noised block sees itself and the clean blocks before it."""
    d = family("bd3lm")
    context, canvas, row = block_case(d)
    scores = answered(d.condition(context), canvas)[0]
    n = len(row)
    assert n == 4 * BLOCK
    clean = [
        77 if i == MASK else i for i in row
    ]  # whatever stands there in the end: the first unfinished block does not see it
    block = torch.arange(n) // BLOCK
    visible = torch.zeros(2 * n, 2 * n, dtype=torch.bool)
    visible[:n, :n] = block[:, None] == block
    visible[:n, n:] = block[:, None] > block
    visible[n:, n:] = block[:, None] >= block
    wanted = reference(row + clean, list(range(n)) * 2, visible)[:n]
    agrees(scores[[3]], wanted[[11]])


def test_bd3lms_later_blocks_see_no_masks_of_earlier_ones() -> None:
    d = family("bd3lm")
    context, canvas, row = block_case(d)
    n = len(row)
    block, hidden = torch.arange(n) // BLOCK, torch.tensor(row) == MASK
    visible = (block[:, None] == block) | (block[:, None] > block) & ~hidden
    scores = answered(d.condition(context), canvas)[0]
    agrees(scores[[3, 4, 6]], reference(row, list(range(n)), visible)[[11, 12, 14]])


def test_bd3lm_reads_what_is_behind_only_in_the_last_block() -> None:
    d = family("bd3lm")
    _, canvas, _ = block_case(d)
    one, other = (answered(d.condition(case(d, "abcdefg", 7, after)), canvas) for after in ("stuvw", "sXYZ"))
    assert torch.equal(one, other)
    assert not torch.equal(one, answered(d.condition(case(d, "abcdefg", 7, "Xtuvw")), canvas))


def test_bd3lms_kept_blocks_are_exact() -> None:
    d = family("bd3lm")
    context = case(d, "a longer text, so that", 9, "stuvwxyz")
    kept, whole = Blockwise(d, context, cached=True), Blockwise(d, context, cached=False)
    for written in ({}, {0: 65, 3: 68}, {i: 60 + i for i in range(8)}):
        canvas = canvas_of(written, 9)
        assert torch.allclose(answered(kept, canvas), answered(whole, canvas), atol=1e-4)
    assert kept.nfe == 4 and whole.nfe == 3
    sizes: list[int] = []
    hook = d.masked.network.register_forward_pre_hook(lambda _, inputs: sizes.append(inputs[0].shape[1]))
    kept.logits(canvas, 0.5)
    hook.remove()
    length = 1 + len(context.segments[0]) + 9
    assert sizes == [length + -length % BLOCK - (1 + len(context.segments[0])) // BLOCK * BLOCK]


def test_bd3lms_likelihood_goes_block_by_block() -> None:
    """The same as scoring one token after the other, each with all before it written and the rest of its block masked."""
    d = family("bd3lm")
    context, fill = case(d, "abcdef", 5, "uvw"), (70, 71, 72, 73, 74)
    total, words = 0.0, [*fill, *context.segments[1]]
    row = [EOT, *context.segments[0]]
    for i, word in enumerate(words):
        here = row + words[:i]
        noised = here + [MASK] * (-len(here) % BLOCK or BLOCK)
        noised = noised[: len(row) + len(words)]  # the text ends inside a block
        n = len(noised)
        block = torch.arange(n) // BLOCK
        scores = reference(noised, list(range(n)), block[:, None] >= block)[len(here)]
        total -= float(scores[:MASK].log_softmax(-1)[word])
    assert d.nll(context, [fill]) == pytest.approx(total / len(words), abs=1e-4)


def test_one_block_or_none_is_plain_masked_diffusion(tmp_path: Path) -> None:
    for changes in ({"block_size": LENGTH}, {"cross_attn": False}):
        assert type(engine.load(tiny_dit.write(tmp_path, "bd3lm", **changes))) is DitDenoiser


@pytest.mark.slow
@pytest.mark.parametrize("before", ["abc", "abcd", "abcde", "abcdef"], ids=range(4))
def test_its_blocks_lie_where_they_lay_in_training(before: str) -> None:
    """Whatever the offset of the span: greedy, block by block on the published layout, a block's surest slot first."""
    d = family("bd3lm")
    row = [EOT, *d.tokenizer.encode(before), *[MASK] * 11]
    first, total = len(row) - 11, len(row)
    steps = BLOCK * ((total - 1) // BLOCK - first // BLOCK + 1)
    span = Span(len(before) + 1, len(before) + 8)
    *_, last = engine.infill(d, before + " xyz uvw rst.", [span], steps=steps, length=11)
    context = placed_in(before + " xyz uvw rst.", [span], d.tokenizer, d.max_slots, wished=11, marks_stay=True)
    allowed = answered(d.condition(context), canvas_of({}, 11))[0] > -1e8
    row += context.segments[1][: -total % BLOCK]
    block = torch.arange(len(row)) // BLOCK
    visible = (block[:, None] == block) | (block[:, None] > block)
    for number in range(first // BLOCK, (total - 1) // BLOCK + 1):
        while MASK in row[number * BLOCK : (number + 1) * BLOCK]:
            end = (number + 1) * BLOCK  # what lies behind is not seen
            scores = reference(row[:end], list(range(end)), visible[:end, :end])
            found = {}
            for at in range(number * BLOCK, end):
                if row[at] == MASK:
                    p = scores[at, :MASK].masked_fill(~allowed[at - first, :MASK], -torch.inf).softmax(-1)
                    found[at] = (float(p.max()), int(p.argmax()))
            best = max(found, key=lambda at: found[at][0])
            row[best] = found[best][1]
    assert [slot.token for slot in last.spans[0].slots] == row[first:total]

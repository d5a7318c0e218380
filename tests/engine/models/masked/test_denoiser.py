"""Masked diffusion in a text: what is read, the rules of a fill, and lengths."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import engine
from engine import Span
from engine.denoising.guidance import Guided
from engine.errors import SpanTooLong
from engine.models.masked.denoiser import MaskedDenoiser, Whole
from engine.models.masked.text import Frame
from engine.models.scripted import byte_tokenizer
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine.families import options, passes
from tests.engine.tiny_masked import FEW, KINDS, context_of, loaded, masks

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."


# ---- the text ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", some(KINDS, *FEW))
def test_a_slot_that_is_not_there_is_as_if_it_had_never_been(kind: str) -> None:
    """Rows of different lengths, alone and together; the noise that a canvas shows is not read."""
    d = loaded(kind)
    null = d.null_id
    rows = [[None, 70, None, 72, None, None], [None, null, null, 72, None, null], [71, 70, null, None, 72, 73]]
    canvas = masks(d, rows)
    together = d.condition(context_of(d, "Once", 4, " upon a", 2, " time")).logits(canvas, 0.5)
    for row, kept in enumerate(([0, 1, 2, 3, 4, 5], [0, 3, 4], [0, 1, 3, 4, 5])):
        first = sum(i < 4 for i in kept)
        short = context_of(d, "Once", first, " upon a", len(kept) - first, " time")
        alone = d.condition(short).logits(masks(d, [[rows[row][i] for i in kept]]), 0.5)[0]
        ours = together[row, kept]
        lengths = [i for i in (d.expand_id, d.delete_id) if i is not None]  # they depend on the room there is
        alone[:, lengths] = ours[:, lengths] = -1e9
        torch.testing.assert_close(ours.log_softmax(-1), alone.log_softmax(-1), atol=1e-4, rtol=1e-4)
        gone = [i for i in range(6) if i not in kept]
        assert torch.equal(together[row, gone].argmax(-1), torch.full((len(gone),), null))
    noise = torch.where(canvas.noisy, torch.randint(256, canvas.ids.shape), canvas.ids)
    again = d.condition(context_of(d, "Once", 4, " upon a", 2, " time")).logits(replace(canvas, ids=noise), 0.5)
    torch.testing.assert_close(again, together)


def test_the_text_is_clipped_to_what_the_network_reads() -> None:
    seen = []

    def scores(ids: torch.Tensor, there: torch.Tensor, t: float) -> torch.Tensor:
        seen.append(ids[0].tolist())
        return torch.zeros(*ids.shape, 259)

    def read(before: int, after: int, **limits: int) -> tuple[int, int]:
        d = MaskedDenoiser(Whole(scores, 259), byte_tokenizer(), "t", mask_id=2, frame=Frame((0,), (0,)), **limits)
        context = Context((tuple(10 + i % 200 for i in range(before)), (7,) * after), (Gap(4),))
        d.condition(context).logits(masks(d, [[None] * 4]), 1.0)
        row = seen[-1]
        assert row[0] == row[-1] == 0 and len(row) <= limits.get("positions", 10**6)
        start = row.index(2)
        assert row[start : start + 4] == [2] * 4
        kept = row[1:start]
        assert tuple(kept) == context.segments[0][before - len(kept) :], "what is near is kept"
        return len(kept), len(row) - start - 5

    assert read(30, 40) == (30, 40), "nothing needs to go"
    assert read(5000, 40) == (5000 - 6 * 512, 40), "the window moves in strides"
    assert read(900, 300, positions=106) == (52, 33)
    assert read(10, 300, positions=106) == (10, 90), "what one side does not need is the other's"
    before = {read(size, 0, window=64)[0] for size in range(65, 200)}
    assert min(before) > 48 and max(before) == 64, "a small window moves in small strides"
    d = MaskedDenoiser(Whole(scores, 259), byte_tokenizer(), "t", mask_id=2, positions=20)
    with pytest.raises(SpanTooLong, match="select less"):
        d.condition(Context(((), (7,) * 30, ()), (Gap(1), Gap(1))))


@pytest.mark.parametrize("kind", ["llada", "dream", "roberta"])
def test_nothing_is_known_around_an_unconditional_canvas_and_the_likelihood_masks_one_at_a_time(kind: str) -> None:
    d = loaded(kind)
    context = context_of(d, "Once", 3, " upon", 2, "!")
    assert [set(s) for s in d.unconditional(context).segments] == [{d.mask_id}] * 3
    assert [len(s) for s in d.unconditional(context).segments] == [4, 5, 1]
    fills = [tuple(d.tokenizer.encode(" ab")), tuple(d.tokenizer.encode("cd"))]
    ids = [*d.frame.before, *context.segments[0], *fills[0], *context.segments[1], *fills[1], *context.segments[2]]
    ids = torch.tensor([*ids, *d.frame.after])
    total = 0.0
    start = len(d.frame.before) + 4
    for place in (start, start + 1, start + 2, start + 8, start + 9):
        hidden = ids.clone()
        hidden[place] = d.mask_id
        with torch.no_grad():
            out = d.network(hidden[None], torch.ones_like(ids[None], dtype=torch.bool), 0.0, torch.tensor([[place]]))
        total -= float(out[0, 0].log_softmax(-1)[ids[place]])
    assert d.nll(context, fills) == pytest.approx(total / 5, abs=1e-4)
    assert d.nll(context_of(d, "a", 0, "b"), [()]) == 0.0


# ---- the rules of a fill -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", some(KINDS, *FEW))
def test_no_mark_is_ever_proposed_and_no_line_break_in_a_line(kind: str) -> None:
    d = loaded(kind)
    special = [i for i in range(d.network.vocabulary) if i >= d.tokenizer.size or i in d.tokenizer.special_ids]
    assert len(special) >= 3 and d.mask_id in special
    newline, space = d.tokenizer.encode("\n")[0], d.tokenizer.encode(" ")[0]
    for gap in (Gap(3, exact=True), Gap(3, exact=True, multiline=True), Gap(3, exact=True, leading_space=True)):
        p = (
            d.condition(replace(context_of(d, "Once", 3, " time"), gaps=(gap,)))
            .logits(masks(d, [[None] * 3]), 1.0)
            .exp()
        )
        torch.testing.assert_close(p.sum(-1), torch.ones(1, 3))
        assert float(p[..., special].max()) == 0 and float(p[..., d.null_id].max()) == 0
        assert (float(p[..., newline].max()) == 0) is not gap.multiline
        if gap.leading_space:
            assert float(p[0, 0, space]) == 1 and float(p[0, 1, space]) < 1
    for segments in (("", "x"), ("a\n", "x")):
        start = (
            d.condition(context_of(d, segments[0], 1, segments[1], exact=True)).logits(masks(d, [[None]]), 1.0).exp()
        )
        assert float(start[0, 0, space]) == 0, "a line does not begin with a space"
    standing = d.condition(context_of(d, "a", 2, "b")).logits(masks(d, [[newline, None]]), 0.5).exp()
    assert float(standing[0, 0, newline]) > 0, "what stands there is weighed, whatever it is"


def test_a_length_token_may_stand_only_where_it_can_be_carried_out() -> None:
    d = loaded("dreamon")
    null, expand, delete = d.null_id, d.expand_id, d.delete_id
    assert expand is not None and delete is not None and d.length_by == "tokens"
    p = (
        d.condition(context_of(d, "Once", 3, " time"))
        .logits(masks(d, [[None] * 3, [None, 70, null], [None, null, null]]), 1.0)
        .exp()
    )
    assert float(p[0, :, expand].max()) == 0, "no room"
    assert float(p[0, :, delete].min()) > 0 and float(p[1, 0, expand]) > 0 and float(p[2, 0, expand]) > 0
    assert float(p[1, 1, [expand, delete]].max()) == 0, "on what is written"
    assert float(p[2, 0, delete]) == 0, "nothing would be left"
    exact = d.condition(context_of(d, "Once", 2, " time", exact=True)).logits(masks(d, [[None, null]]), 1.0).exp()
    assert float(exact[..., [expand, delete]].max()) == 0, "somebody decided the length"


@pytest.mark.parametrize("kind", ["dream", "llada", "roberta"])
def test_a_model_without_length_tokens_has_its_length_looked_for(kind: str) -> None:
    d = loaded(kind)
    assert d.expand_id is None and d.delete_id is None and d.length_by == "search"


def test_expand_and_delete_change_the_length_of_a_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    d = loaded("dreamon")
    letter = d.tokenizer.encode("x")[0]
    wanted: list[int] = []

    def scores(hidden: torch.Tensor) -> torch.Tensor:
        """Sure of one token a pass, on the slots in order: the first slot most."""
        found = torch.zeros(*hidden.shape[:2], d.network.vocabulary)
        token = wanted.pop(0) if wanted else letter
        found[..., token] = 20.0 - torch.arange(hidden.shape[1])
        found[..., letter] += 2.0
        return found

    monkeypatch.setattr(d.network, "score", scores)

    def lengths(*tokens: int) -> list[int]:
        wanted[:] = tokens
        loop = engine.infill(d, TEXT, [Span(4, 9)], system="autoregressive", seed=0)
        return [sum(slot.state != "x" for slot in step.spans[0].slots) for step in loop]

    assert lengths() == [6] * 7, "as many masks as the old words had tokens"
    grown = lengths(d.expand_id, d.expand_id)
    assert grown[:4] == [6, 7, 8, 8]
    shrunk = lengths(d.delete_id, d.delete_id, letter, d.delete_id)
    assert shrunk[:5] == [6, 5, 4, 4, 3]
    wanted[:] = [d.delete_id, letter, letter]
    last = list(engine.infill(d, TEXT, [Span(4, 9)], system="llada", seed=0, steps=6))[-1]
    assert set(last.spans[0].text) == {"x"} and last.spans[0].why.startswith("the model added")


@pytest.mark.parametrize("kind", ["llada", "dreamon"])
def test_guidance_never_writes_what_the_text_forbids_nor_what_it_alone_allows_too_much(kind: str) -> None:
    """Without the text nothing is known of its fences; scores that say "never" must not be weighed against others."""
    d = loaded(kind)
    context = context_of(d, "```\nOnce", 3, " time", exact=True)
    canvas = masks(d, [[None] * 3])
    known, nothing = d.condition(context), d.condition(d.unconditional(context))
    fence = d.bans("fence")
    assert not fence.any(), "one token per byte: no token is a fence"
    d.bans._found["fence"] = torch.zeros_like(fence).index_fill(0, torch.tensor([70]), True)
    try:
        nothing = d.condition(d.unconditional(context))
        assert float(nothing.logits(canvas, 1.0)[0, 0, 70]) < -1e8 < float(known.logits(canvas, 1.0)[0, 0, 70])
        guided = Guided(known, nothing, 1.5).logits(canvas, 1.0)
        assert float(guided.max()) < 100
        forbidden = known.logits(canvas, 1.0) < -1e8
        assert float(guided[forbidden].max()) <= -1e9
    finally:
        d.bans._found["fence"] = fence


# ---- end to end ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("system", engine.SYSTEMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_system_runs_on_every_checkpoint(kind: str, system: str) -> None:
    d = loaded(kind)
    chosen = options(system, steps=3)
    if engine.SYSTEMS[system].strength == 0:
        chosen["strength"] = 0.5
    with passes(d.network.model) as made:
        spans = [Span(4, 9), Span(16, 19)]
        steps = list(engine.infill(d, TEXT, spans, system=system, seed=1, candidates=2, length="same", **chosen))
    last = steps[-1]
    assert last.done and last.nfe == len(made)
    assert all(slot.state in "nsx" for row in last.candidates for span in row for slot in span.slots)
    assert not any("\n" in span.text for row in last.candidates for span in row)


def test_a_length_is_looked_for_in_two_passes_each() -> None:
    d = loaded("llada")
    with passes(d.network.model) as made:
        steps = list(engine.infill(d, TEXT, [Span(4, 9)], steps=3, seed=1))
    searched = [step for step in steps if step.phase == "length"]
    assert searched and searched[-1].nfe % 2 == 0 and steps[-1].nfe == len(made) == searched[-1].nfe + steps[-1].index
    assert "surest" in steps[-1].spans[0].why

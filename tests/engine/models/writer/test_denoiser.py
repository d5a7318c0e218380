"""The writer on the causal reader's cache: exact, and bound by the rules of a fill."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.denoising.denoiser import Conditions
from engine.diffusion.attention import ATTENTIONS
from engine.diffusion.canvas import Canvas
from engine.edits.infilling import edit
from engine.models.causal.checkpoint import load_causal
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, vocabulary_of
from engine.models.writer.denoiser import NEVER, WriterDenoiser
from engine.models.writer.layout import layout
from engine.text.chat import ChatTurns
from engine.text.context import Context, Gap
from engine.text.slots import roomy
from engine.text.tokenizer import Vocabulary
from tests.engine import tiny
from tests.engine.families import options, passes

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."


@pytest.fixture(scope="module")
def causal(tmp_path_factory: pytest.TempPathFactory) -> CausalDenoiser:
    loaded = load_causal(tiny.write(tmp_path_factory.mktemp("tiny"), "llama"), "cpu")
    model = loaded.reader.model.float()
    denoiser = CausalDenoiser(model, loaded.tokenizer, "tiny", mask_id=2, null_id=1)
    denoiser.chat = ChatTurns(Vocabulary(loaded.tokenizer, mask_id=2, null_id=1, begin_id=3, end_id=4))
    return denoiser


@pytest.fixture(scope="module")
def writer(causal: CausalDenoiser) -> WriterDenoiser:
    """Weights of its own, as a trained adapter gives."""
    model = copy.deepcopy(causal.reader.model)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.05 * torch.randn(parameter.shape, generator=generator)
    return WriterDenoiser(causal, model)


def bound(denoiser: WriterDenoiser, gaps: tuple[Gap, ...], attention="bidirectional"):
    encode = denoiser.tokenizer.encode
    segments = tuple(tuple(encode(part)) for part in ("Once there was", " and", " the end.")[: len(gaps)] + ("!",))
    conditioned = denoiser.condition(Context(segments, gaps), Conditions(attention=attention))
    return conditioned, segments


def masks(slots: int, known: dict[int, int]) -> Canvas:
    ids, noisy = torch.full((1, slots), 2), torch.ones(1, slots, dtype=torch.bool)
    for slot, token in known.items():
        ids[0, slot], noisy[0, slot] = token, False
    order = torch.arange(slots)[None]
    return Canvas(ids, noisy, torch.zeros_like(noisy), order)


def scores(conditioned, canvas: Canvas) -> torch.Tensor:
    list(conditioned.draft(canvas))
    return conditioned.logits(canvas, 0.5).log_softmax(-1)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_the_cache_is_exact(causal: CausalDenoiser, attention) -> None:
    """With the base's own weights the whole pass is one pass of transformers under an explicit mask."""
    plain = WriterDenoiser(causal, causal.reader.model)
    gaps = (Gap(4), Gap(3))
    conditioned, segments = bound(plain, gaps, attention)
    canvas = masks(7, {0: 70, 1: 71, 5: 72})
    ours = scores(conditioned, canvas)

    bos = causal.tokenizer.bos_id
    before, middle, after = (bos, *segments[0]), segments[1], segments[2]
    starts = [len(before), len(before) + 4 + len(middle)]
    laid = layout(canvas.ids, canvas.noisy, canvas.order, [before[-1], middle[-1]], starts, [4, 3], attention, 2)
    fixed = [*before, *middle, *after]
    places = [*range(starts[0]), *range(starts[0] + 4, starts[1]), *range(starts[1] + 3, starts[1] + 3 + len(after))]
    p, q = len(fixed), laid.ids.shape[1]
    seen = torch.zeros(p + q, p + q, dtype=torch.bool)
    seen[:p, :p] = torch.ones(p, p, dtype=torch.bool).tril()
    seen[p:, :p] = True
    seen[p:, p:] = laid.visible[0]
    bias = torch.zeros(1, 1, p + q, p + q).masked_fill(~seen, torch.finfo(torch.float32).min)
    reference = copy.deepcopy(causal.reader.model)
    reference.set_attn_implementation("eager")
    with torch.inference_mode():
        out = reference(
            input_ids=torch.cat([torch.tensor([fixed]), laid.ids], 1),
            position_ids=torch.cat([torch.tensor(places), laid.positions])[None],
            attention_mask=bias,
            use_cache=False,
        ).logits[0, p + laid.scoring]
    allowed = ours[0] > NEVER / 2
    theirs = out.masked_fill(~allowed, NEVER).log_softmax(-1)
    assert allowed.any(-1).all()
    torch.testing.assert_close(ours[0][allowed], theirs[allowed], atol=1e-4, rtol=1e-4)


def test_eso_lm_b_masks_do_not_change_what_is_clean(writer: WriterDenoiser) -> None:
    """Causal in generation order: more masks behind leave the scores of earlier ones as they are."""

    def at(known: dict[int, int], order: list[int]) -> torch.Tensor:
        conditioned, _ = bound(writer, (Gap(6, roomy=True),), "eso-b")
        canvas = masks(6, known)
        return scores(conditioned, Canvas(canvas.ids, canvas.noisy, canvas.frozen, torch.tensor([order])))[0]

    first = at({2: 70, 4: 71}, [2, 3, 0, 4, 1, 5])
    later = at({2: 70, 4: 71, 5: 99}, [2, 3, 0, 4, 1, 5])  # slot 5 comes last in the order
    torch.testing.assert_close(first[0], later[0], atol=1e-4, rtol=1e-4)


def test_null_stands_only_behind_the_last_word(writer: WriterDenoiser) -> None:
    conditioned, _ = bound(writer, (Gap(6),))
    p = scores(conditioned, masks(6, {3: 70, 5: 1}))[0].exp()
    assert (p[:3, 1] < 1e-6).all(), "a word comes later"
    assert p[0, 1] < 1e-6, "a fill has at least one token"
    assert p[5, 1] > 0.99 and p[4, 1] > 0
    assert (p[:, [0, 2]] < 1e-6).all(), "special tokens are never written"


def test_a_canvas_with_room_keeps_what_the_user_wrote_possible(writer: WriterDenoiser) -> None:
    conditioned, _ = bound(writer, (Gap(5, roomy=True),))
    newline = writer.tokenizer.encode("\n")[0]
    canvas = masks(5, {0: 1, 1: newline, 2: 70, 3: 1})
    p = scores(conditioned, canvas)[0].exp()
    assert p[1, newline] > 1e-6, "banned for a single line, but it stands there"
    assert p[2, newline] < 1e-6 and p[0, 1] > 1e-6 and p[4, 2] < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("system", engine.SYSTEMS)
def test_every_system_runs_on_it(writer: WriterDenoiser, system: str) -> None:
    def trace(samples: int) -> list:
        d = WriterDenoiser(writer.causal, writer.model, samples=samples)
        spans = [Span(4, 9), Span(20, 25)]
        return list(engine.infill(d, TEXT, spans, system=system, seed=3, **options(system)))

    for samples in (0, 3):
        steps = trace(samples)
        assert steps[-1].done and not any(step.done for step in steps[:-1])
        assert [[slot.text for slot in s.slots] for s in steps[-1].spans] == [
            [slot.text for slot in s.slots] for s in trace(samples)[-1].spans
        ]


def test_closing_it_stops_the_forward_passes(writer: WriterDenoiser) -> None:
    with passes(writer.model, writer.causal.reader.model) as made:
        run = engine.infill(writer, f"Another text. {TEXT}", [Span(18, 39)], steps=9)
        step = next(step for step in run if step.phase == "denoise" and step.index == 2)
        run.close()
    reading = 2  # the text before and the text after
    assert step.nfe == len(made) == reading + 2


def test_an_edit_starts_from_the_old_words_and_is_told_what_to_do(writer: WriterDenoiser) -> None:
    first = next(edit(writer, TEXT, Span(4, 19), "Make this shorter."))
    assert first.spans[0].text == "quick brown fox" and {slot.state for slot in first.spans[0].slots} == {"s", "x"}
    half = next(edit(writer, TEXT, Span(4, 19), "Make this shorter.", strength=0.5, seed=2))
    assert {"m", "s"} <= {slot.state for slot in half.spans[0].slots}
    *_, last = edit(writer, TEXT, Span(4, 19), "Make this shorter.", strength=1.0, steps=3)
    assert last.done and last.spans[0].text


def test_what_the_model_cannot_read_is_not_lost(tmp_path: Path) -> None:
    """The shipped tokenizer has no token for some characters."""
    vocabulary = vocabulary_of(ASSETS)
    d = engine.scripted()
    d.tokenizer = vocabulary.tokenizer
    for text, character in (("one \x04 two", "U+0004"), ("one \U00040000 two", "U+40000")):
        with pytest.raises(engine.InvalidRequest, match=re.escape(character)):
            engine.infill(d, text, [Span(0, len(text))], system="instant-edit")
        with pytest.raises(engine.InvalidRequest, match=re.escape(character)):
            engine.edit(d, text, Span(0, len(text)), "Shorter.")


def test_what_cannot_start_from_a_text_says_so(causal: CausalDenoiser) -> None:
    with pytest.raises(engine.UnsupportedModel, match="strength above 0"):
        engine.infill(causal, TEXT, [Span(4, 9)], system="instant-edit")


def test_the_judge_reads_a_fill_as_people_do(writer: WriterDenoiser) -> None:
    """Where NULLs stand, and how a word was split into tokens, makes no difference to it."""
    d = WriterDenoiser(writer.causal, writer.model, samples=2)
    conditioned = d.condition(Context((tuple(d.tokenizer.encode("a b")), (90,)), (Gap(6, roomy=True),)))
    ids = torch.tensor(
        [roomy(d, "xy").slots[:4] + [1, 1], [1, 1, *d.tokenizer.encode("xy"), 1, 1], [1, 70, 71, 72, 1, 1]]
    )
    canvas = masks(6, {i: 1 for i in range(6)})
    list(conditioned.draft(canvas))
    assert conditioned.judge is not None
    weights = conditioned.judge.judged(ids, torch.zeros(6, dtype=torch.bool))
    assert weights[0] == weights[1] != weights[2]


def test_a_damaged_writer_is_named(causal: CausalDenoiser, tmp_path: Path) -> None:
    from engine.models.embedded.palimpsest import read_writer

    (tmp_path / "adapter_config.json").write_text("{", encoding="utf-8")
    with pytest.raises(engine.ModelDamaged, match="restore"):
        read_writer(causal, tmp_path)

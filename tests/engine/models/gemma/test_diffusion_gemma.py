"""DiffusionGemma on a tiny random checkpoint written to disk: exact, its suffix clamped, its fixed text as it was."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.context.reader import CHUNK
from engine.denoising.denoiser import Conditions
from engine.diffusion.canvas import Canvas
from engine.diffusion.temperature import Temperature
from engine.models.gemma.diffusion_gemma import DiffusionGemmaDenoiser
from engine.text.allowed import NEVER
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine import tiny

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write_diffusion_gemma(tmp_path_factory.mktemp("gemma"))


@pytest.fixture(scope="module")
def denoiser(folder: Path) -> DiffusionGemmaDenoiser:
    loaded = engine.load(folder, "cpu", options=engine.Loading(dtype="float32"))
    assert isinstance(loaded, DiffusionGemmaDenoiser)
    return loaded


def context_of(d: DiffusionGemmaDenoiser, *texts: str, slots: int = 5, roomy: bool = False) -> Context:
    gaps = tuple(Gap(slots, roomy=roomy) for _ in texts[1:])
    return Context(tuple(tuple(d.tokenizer.encode(text)) for text in texts), gaps)


def canvas_of(d: DiffusionGemmaDenoiser, slots: int, rows: int = 1, written: int = 0) -> Canvas:
    generator = torch.Generator().manual_seed(7)
    ids = d.tokenizer.ordinary[torch.randint(len(d.tokenizer.ordinary), (rows, slots), generator=generator)]
    noisy = torch.ones(rows, slots, dtype=torch.bool)
    noisy[:, :written] = False
    return Canvas(ids, noisy, torch.zeros_like(noisy))


def scores(d: DiffusionGemmaDenoiser, context: Context, canvas: Canvas, **more: bool) -> torch.Tensor:
    conditioned = d.condition(context, Conditions(**more))
    list(conditioned.draft(canvas))
    return conditioned.logits(canvas, 0.5)


LONG = "Once upon a time there was a text longer than any window of this model. "


@pytest.mark.parametrize("before", some(["", "abc", LONG, LONG * 5], LONG))
def test_the_cache_is_exact(denoiser: DiffusionGemmaDenoiser, before: str) -> None:
    """Against one whole pass of the library: short texts, longer than the sliding window, longer than a chunk; three rows."""
    whole = DiffusionGemmaDenoiser(denoiser.model, denoiser.tokenizer, "whole", cached=False)
    context, canvas = context_of(denoiser, before, " and", " the end."), canvas_of(denoiser, 10, 3, 2)
    ours, theirs = scores(denoiser, context, canvas), scores(whole, context, canvas)
    assert (ours > NEVER / 2).any(-1).all()
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)
    assert not torch.allclose(ours[0], ours[1])


def test_it_scores_as_the_library_does(denoiser: DiffusionGemmaDenoiser) -> None:
    """Without a suffix its canvas is the library's own."""
    context, canvas = context_of(denoiser, LONG, "", slots=32), canvas_of(denoiser, 32)
    prompt = torch.tensor([[denoiser.tokenizer.bos_id, *context.segments[0]]])
    with torch.inference_mode():
        theirs = denoiser.model(input_ids=prompt, decoder_input_ids=canvas.ids).logits
    ours = scores(denoiser, context, canvas)[..., : denoiser.size]
    allowed = ours > NEVER / 2
    torch.testing.assert_close(ours[allowed], theirs[allowed], atol=1e-4, rtol=0)


def test_the_text_after_is_read_as_far_as_it_fits(denoiser: DiffusionGemmaDenoiser) -> None:
    canvas = canvas_of(denoiser, 5)
    usual = scores(denoiser, context_of(denoiser, LONG, " the end." + "x" * 50), canvas)
    near = scores(denoiser, context_of(denoiser, LONG, " the and." + "x" * 50), canvas)
    last = scores(denoiser, context_of(denoiser, LONG, " the end." + "x" * 17 + "y" * 33), canvas)
    beyond = scores(denoiser, context_of(denoiser, LONG, " the end." + "x" * 18 + "y" * 32), canvas)
    assert (usual - near).abs().max() > 1e-3 and (usual - last).abs().max() > 1e-4
    torch.testing.assert_close(usual, beyond, atol=0, rtol=0)
    two = canvas_of(denoiser, 10)
    middle = [scores(denoiser, context_of(denoiser, LONG, text, " end."), two) for text in (" and", " but")]
    assert (middle[0] - middle[1]).abs().max() > 1e-3


def test_spans_that_lie_too_far_apart_are_refused(denoiser: DiffusionGemmaDenoiser) -> None:
    denoiser.condition(context_of(denoiser, "a", "b" * 22, "c"))
    with pytest.raises(engine.InvalidRequest, match="take 33 tokens.*writes 32 at once"):
        denoiser.condition(context_of(denoiser, "a", "b" * 23, "c"))


def test_self_conditioning_feeds_the_last_scores_back(denoiser: DiffusionGemmaDenoiser) -> None:
    """As the library's generate does: the scores over the temperature of the step, none in the first; anew in every run."""
    context, canvas = context_of(denoiser, LONG, "", slots=32), canvas_of(denoiser, 32)
    usual = denoiser.model.generation_config._get_default_generation_params()
    low, high = usual["t_min"], usual["t_max"]
    heat = Temperature(high, low)
    fed, plain = (
        denoiser.condition(context, Conditions(self_conditioning=wish, temperature=heat)) for wish in (True, False)
    )
    for conditioned in (fed, plain):
        list(conditioned.draft(canvas))
    first = fed.logits(canvas, 0.75)
    torch.testing.assert_close(first, plain.logits(canvas, 0.75))
    torch.testing.assert_close(first, plain.logits(canvas, 0.75))
    second = fed.logits(canvas, 0.5)
    assert (second - first).abs().max() > 1e-3
    prompt = torch.tensor([[denoiser.tokenizer.bos_id, *context.segments[0]]])
    with torch.inference_mode():
        asked = {"input_ids": prompt, "decoder_input_ids": canvas.ids}
        once = denoiser.model(**asked).logits / (low + (high - low) * 0.75)
        theirs = denoiser.model(**asked, self_conditioning_logits=once).logits
    allowed = second[..., : denoiser.size] > NEVER / 2
    torch.testing.assert_close(second[..., : denoiser.size][allowed], theirs[allowed], atol=1e-4, rtol=0)
    torch.testing.assert_close(scores(denoiser, context, canvas, self_conditioning=True), plain.logits(canvas, 0.5))


def test_an_empty_slot_is_not_read(denoiser: DiffusionGemmaDenoiser) -> None:
    """Rows of unequal length: each scores as it does alone, and an empty slot stays empty."""
    context = context_of(denoiser, LONG, " the end.", slots=4, roomy=True)
    full = canvas_of(denoiser, 4, 2)
    ids, noisy = full.ids.clone(), full.noisy.clone()
    ids[0, 1], noisy[0, 1] = denoiser.null_id, False
    mixed = scores(denoiser, context, Canvas(ids, noisy, full.frozen))
    short = context_of(denoiser, LONG, " the end.", slots=3, roomy=True)
    kept = torch.tensor([0, 2, 3])
    alone = scores(denoiser, short, Canvas(ids[:1, kept], noisy[:1, kept], full.frozen[:1, kept]))
    torch.testing.assert_close(mixed[0, kept], alone[0], atol=1e-4, rtol=0)
    both = scores(denoiser, context, Canvas(full.ids[1:], full.noisy[1:], full.frozen[1:]))
    torch.testing.assert_close(mixed[1], both[0], atol=1e-4, rtol=0)
    assert int(mixed[0, 1].argmax()) == denoiser.null_id and int(mixed[0, 0].argmax()) != denoiser.null_id


def test_only_ordinary_tokens_are_written(denoiser: DiffusionGemmaDenoiser) -> None:
    found = scores(denoiser, context_of(denoiser, LONG, " the end."), canvas_of(denoiser, 5))
    newline = denoiser.tokenizer.encode("\n")[0]
    never = [*denoiser.tokenizer.special_ids, denoiser.mask_id, denoiser.null_id, newline]
    assert (found[..., never] == NEVER).all()


@pytest.mark.parametrize("system", ["gemini", "llada", "instant-edit"])
def test_it_runs_from_the_disk_and_leaves_fixed_text_alone(denoiser: DiffusionGemmaDenoiser, system: str) -> None:
    shown: list[torch.Tensor] = []
    hook = denoiser.model.model.decoder.register_forward_hook(
        lambda module, args, given, out: shown.append(given["decoder_input_ids"].clone()), with_kwargs=True
    )
    try:
        spans = [Span(4, 9), Span(16, 19)]
        *_, last = engine.infill(denoiser, TEXT, spans, system=system, steps=4, seed=2, length="same")
    finally:
        hook.remove()
    assert last.done and last.nfe > 0 and all("\n" not in span.text for span in last.spans)
    between, behind = denoiser.tokenizer.encode(TEXT[9:15]), denoiser.tokenizer.encode(TEXT[19:])
    for canvas in shown[-4:]:
        row = canvas[0].tolist()
        assert any(row[i : i + len(between)] == between for i in range(len(row)))
        assert row[-5:] == behind[len(behind) - 5 :] or any(row[-n:] == behind[:n] for n in range(1, 32))


def test_a_document_read_ahead_costs_no_pass(denoiser: DiffusionGemmaDenoiser) -> None:
    fresh = DiffusionGemmaDenoiser(denoiser.model, denoiser.tokenizer, "fresh")
    context, canvas = context_of(fresh, LONG, " the end."), canvas_of(fresh, 5)
    cold = fresh.condition(context)
    list(cold.draft(canvas))
    assert cold.nfe == math.ceil(len(context.segments[0]) / CHUNK)
    warm = fresh.condition(context)
    list(warm.draft(canvas))
    warm.logits(canvas, 0.5)
    assert warm.nfe == 1, "one pass per step, and nothing is read again"


def test_nll_prefers_what_it_wrote_itself(denoiser: DiffusionGemmaDenoiser) -> None:
    context, canvas = context_of(denoiser, LONG, " the end.", slots=2), canvas_of(denoiser, 2)
    best = scores(denoiser, context, canvas)[0].argmax(-1).tolist()
    worst = scores(denoiser, context, canvas)[0]
    worst = worst.masked_fill(worst <= NEVER / 2, torch.inf).argmin(-1).tolist()
    assert denoiser.nll(context, [tuple(best)]) < denoiser.nll(context, [tuple(worst)])


def test_it_is_told_by_its_own_template(denoiser: DiffusionGemmaDenoiser) -> None:
    assert denoiser.chat is not None
    before, after = denoiser.chat.turn("Shorter.", "a b")
    assert denoiser.tokenizer.decode(list(before)) == "<null>user\nShorter.\n\na b<mask><null>assistant\n"
    assert denoiser.tokenizer.decode(list(after)) == "<mask>"
    *_, last = engine.edit(denoiser, TEXT, Span(4, 9), "Shorter.", steps=2)
    assert last.done


def test_the_window_bounds_what_is_read(folder: Path) -> None:
    loaded = engine.load(folder, "cpu", options=engine.Loading(window=20))
    assert isinstance(loaded, DiffusionGemmaDenoiser) and len(loaded.before(tuple(range(3, 100)))) <= 21

"""The denoiser from a causal model: on tiny checkpoints written to disk and loaded by the real path."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

import engine
from engine import Span
from engine.context.reader import Reader
from engine.context.window import STRIDE, WINDOW, window
from engine.errors import ModelDamaged, ModelError, ModelMissing
from engine.judging.judge import DOUBT, PRICED, USUAL_COST, cost_of, judge
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.drawing import draw
from engine.models.causal.particles import Pool, Tops, length_prior, said
from engine.text.context import Context, Gap
from tests.conftest import some
from tests.engine.families import family, passes
from tests.engine.tiny import CONFIGS, write

TEXT = "one two three four five six seven"


@pytest.fixture(scope="module", params=some(sorted(CONFIGS), "llama", "gpt2"))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("model"), request.param)


@pytest.fixture(scope="module")
def loaded(folder: Path) -> CausalDenoiser:
    denoiser = engine.load(folder, device="cpu")
    assert isinstance(denoiser, CausalDenoiser)
    return denoiser


@pytest.mark.slow
@pytest.mark.parametrize("system", [name for name in engine.SYSTEMS if engine.task(name) == "infill"])
def test_any_causal_checkpoint_denoises(folder: Path, system: str) -> None:
    denoiser = engine.load(folder, device="cpu")

    def trace(seed: int):
        return [
            (s.index, s.nfe, s.spans)
            for s in engine.infill(denoiser, TEXT, [Span(4, 7), Span(14, 18)], system=system, seed=seed)
        ]

    steps = trace(1)
    assert all(slot.state in "nsx" for span in steps[-1][2] for slot in span.slots)
    # The context is warm the second time, so fewer passes are made; what is written is the same.
    again = trace(1)[-1][2]
    assert [[slot.token for slot in span.slots] for span in again] == [
        [slot.token for slot in span.slots] for span in steps[-1][2]
    ]
    assert "\n" not in steps[-1][2][0].text and "<mask>" not in steps[-1][2][0].text


@pytest.mark.slow
def test_closing_stops_forward_passes_between_any_two(folder: Path) -> None:
    denoiser = engine.load(folder, device="cpu")
    assert isinstance(denoiser, CausalDenoiser)
    with passes(denoiser.reader.model) as made:
        run = engine.infill(denoiser, TEXT, [Span(4, 18)])
        for _ in range(4):
            seen = next(run).nfe
        run.close()
        assert len(made) == seen > 0
        assert next(run, None) is None and len(made) == seen


@pytest.mark.slow
def test_what_was_prepared_saves_passes_and_gives_no_start_to_one_of_several_runs(folder: Path) -> None:
    denoiser, spans = engine.load(folder, device="cpu"), [Span(4, 13)]

    def run() -> tuple[int, str]:
        *_, last = engine.infill(denoiser, TEXT, spans, seed=3)
        return last.nfe, last.spans[0].text

    engine.prepare(denoiser, TEXT, spans, lambda: False, seed=3)
    ahead, alone = run(), run()
    assert ahead[0] < alone[0] and ahead[1] == alone[1]
    engine.prepare(denoiser, TEXT, spans, lambda: False, seed=3)
    for _ in range(2):
        engine.level(denoiser, TEXT, spans, seed=3)
        assert run() == alone


@pytest.mark.slow
def test_span_at_the_start_at_the_end_and_the_whole_text(loaded: CausalDenoiser) -> None:
    for span in (Span(0, 3), Span(28, 33), Span(0, len(TEXT))):
        *_, last = engine.infill(loaded, TEXT, [span], steps=4)
        assert last.done


@pytest.mark.slow
def test_high_temperature_redraws_around_what_was_written(folder: Path) -> None:
    *_, last = engine.infill(engine.load(folder, device="cpu"), TEXT, [Span(4, 13)], temperature=2.0, seed=5, steps=5)
    assert last.done


def test_the_judge_equals_the_sum_of_log_probabilities(loaded: CausalDenoiser) -> None:
    model = loaded.reader.model
    prompt, fills = (0, 40, 41, 42), [(50,), (60, 61, 62)]
    list(loaded.reader.read(prompt[:-1]))
    for after, ends in [((70, 71), None), ((70, 71), loaded.ends), ((70,), loaded.ends), ((), loaded.ends)]:
        ours = judge(loaded.reader.branch(prompt[:-1], len(fills)), prompt[-1], fills, after, ends)
        for fill, score in zip(fills, ours, strict=True):
            row = torch.tensor([[*prompt, *fill, *after]])
            log_p = Reader(model, cached=False).forward(row, torch.arange(row.shape[1])[None], None)[0]
            by_hand = sum(float(log_p[i - 1, row[0, i]]) for i in range(len(prompt), row.shape[1]))
            if ends is not None:
                by_hand += float(log_p[-1, ends].exp().sum().log())
            assert score == pytest.approx(by_hand, abs=0.15 if model.dtype == torch.bfloat16 else 1e-3)


def test_where_the_text_ends_its_end_is_judged(loaded: CausalDenoiser) -> None:
    """Not where it goes on beyond what is judged, or ended its last line itself."""
    [stop], [line] = loaded.tokenizer.encode("."), loaded.tokenizer.encode("\n")
    most = loaded.drawing.judged
    for after, known in [
        ((), True),
        ((stop,), True),
        ((stop,) * most, True),
        ((stop,) * (most + 1), False),
        ((stop, line), False),
    ]:
        judged, ends = loaded.behind(after)
        assert judged == after[:most] and (ends is not None) == known
        assert loaded.behind(after, more=True) == (judged, None)
    assert loaded.ends[line] and not loaded.ends[stop]


def test_a_missing_token_costs_what_a_token_costs_in_the_text(loaded: CausalDenoiser) -> None:
    """So a sum of log-probabilities has no bias to short fills."""
    prompt = loaded.before(tuple(loaded.tokenizer.encode(TEXT * 9)))
    list(loaded.reader.read(prompt))
    log_p = Reader(loaded.reader.model, cached=False).forward(
        torch.tensor([prompt]), torch.arange(len(prompt))[None], None
    )[0]
    spent = [-float(log_p[i - 1, prompt[i]]) for i in range(len(prompt) - PRICED, len(prompt))]
    expected = (sum(spent) + DOUBT * USUAL_COST) / (PRICED + DOUBT)
    assert cost_of(loaded.reader, prompt) == pytest.approx(expected, abs=0.05)
    assert cost_of(loaded.reader, prompt[:1]) == USUAL_COST
    gap = Gap(12, 5)
    assert length_prior(4, gap, 3.0) - length_prior(4, gap, 0.0) == pytest.approx(-3.0)


def test_the_window_moves_in_strides() -> None:
    long = tuple(range(WINDOW + 1000))
    assert window(long[:WINDOW]) == long[:WINDOW]
    starts = {window(long[: WINDOW + n])[0] for n in range(1, 1001)}
    assert starts == {STRIDE, 2 * STRIDE}


@pytest.mark.parametrize("name", ["/nowhere/at/all", "nowhere", "./none"])
def test_a_missing_model_is_named(name: str) -> None:
    with pytest.raises(ModelMissing, match=name.strip("./").split("/")[0]):
        engine.load(name, device="cpu")


def test_a_damaged_checkpoint_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    with pytest.raises(ModelDamaged) as caught:
        engine.load(tmp_path, device="cpu")
    assert "\n" not in str(caught.value)


def test_a_half_fetched_embedded_model_is_refused(tmp_path: Path) -> None:
    from engine.models.embedded.fetch import check

    (tmp_path / "manifest.json").write_text('{"files": {"model.safetensors": {"bytes": 10, "sha256": "x"}}}')
    (tmp_path / "model.safetensors").write_bytes(b"123")
    with pytest.raises(ModelError, match="wrong size"):
        check(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("system", ["llada", "mercury", "mdlm", "autoregressive", "eso-a"])
def test_candidates_differ_in_more_than_white_space_and_marks(folder: Path, system: str) -> None:
    """Where written words stay. Under Gemini's rule all rows decide anew at once, in the last step too, so they may meet; a
    row knows nothing of those behind it, so where two fills are as likely it may come to what they wrote before it."""
    denoiser = engine.load(folder, device="cpu")
    *_, last = engine.infill(denoiser, TEXT, [Span(4, 13)], system=system, candidates=3, seed=2)
    texts = [said(candidate[0].text) for candidate in last.candidates]
    assert len(set(texts)) == 3


@pytest.mark.slow
def test_a_fill_with_which_the_text_will_do_comes_first_wherever_one_was_drawn(tmp_path: Path) -> None:
    """Also where it is none of the best that are kept. Where nothing will do there is an answer. No pass more is made for it."""
    denoiser = engine.load(write(tmp_path, "llama"), device="cpu")
    assert isinstance(denoiser, CausalDenoiser)
    denoiser.drawing = replace(denoiser.drawing, kept=3)
    span, before, after = Span(4, 7), TEXT[:4], TEXT[7:]

    def first(accepts: Callable[[str], bool] | None) -> tuple[str, int]:
        *_, last = engine.infill(denoiser, TEXT, [span], accepts=accepts, temperature=0.0)
        return before + last.spans[0].text + after, last.nfe

    tried: list[str] = []
    first(None)
    usual = first(None)
    assert first(lambda text: bool(tried.append(text))) == usual
    assert all(text.startswith(before) and text.endswith(after) for text in tried)
    for wanted in tried[3:5]:  # none of the three that are likeliest
        assert first(lambda text, wanted=wanted: text == wanted)[0] == wanted != usual[0]  # type: ignore[misc]


def test_an_edit_as_told_asks_whether_the_text_will_do_as_a_fill_does() -> None:
    denoiser = family("causal")
    span, tried = Span(4, 7), list[str]()

    def first(accepts: Callable[[str], bool] | None) -> str:
        *_, last = engine.edit(denoiser, TEXT, span, "shorter", accepts=accepts, temperature=0.0)
        return TEXT[:4] + last.spans[0].text + TEXT[7:]

    usual = first(lambda text: bool(tried.append(text)))
    assert usual == first(None) and all(text.startswith(TEXT[:4]) and text.endswith(TEXT[7:]) for text in tried)
    wanted = next(text for text in tried[3:] if text != usual)
    assert first(lambda text: text == wanted) == wanted


def test_fills_that_are_drawn_again_are_drawn_once() -> None:
    """What is written on with the best of them needs no other drawing, however good others were before."""
    pool, tops = Pool(3), Tops(torch.zeros(0, 8).long(), torch.zeros(0, 8))
    best, other = (5, 6, 7), (5, 8, 9)
    pool.add(best, -10.0, tops, "best")
    pool.add(other, -40.0, tops, "other")
    free, one, two = (None, None, None), (None, 8, None), (None, 8, 9)
    pool.drawn.add(free)
    assert not pool.spent((5, None, None)) and pool.spent(one)
    pool.drawn.add(one)
    assert not pool.spent(one) and not pool.spent(two)
    pool.add((4, 8, 3), -20.0, tops, "third")
    assert pool.spent(two), "it is unlikely beside what else has this word"


@pytest.mark.model
def test_what_was_read_before_changes_no_word(embedded: CausalDenoiser) -> None:
    """Where rounding makes much of little, too: texts with nothing in common, with a beginning, and with all of it."""
    text = (
        "The council voted on Tuesday to close the bridge for repairs until the end of October. Drivers take the road."
    )
    span = Span(text.index("until"), text.index("October"))
    found = []
    for before in ("", "Dear Ann, thank you.", text[:30] + "is late.", text[:60], text):
        embedded.reader.forget()
        embedded.warm(before, lambda: False, len(before))
        *_, last = engine.infill(embedded, text, [span], candidates=2, seed=3)
        found.append([(slot.text, slot.confidence) for slot in last.spans[0].slots])
    assert all(other == found[0] for other in found)


def test_rows_that_disagree_with_what_stands_there_give_way_to_those_that_agree(loaded: CausalDenoiser) -> None:
    """Half of the rows begin with a word that the one which stands behind hardly ever follows."""
    words = loaded.tokenizer
    good, bad, stands, last = (words.encode(letter)[0] for letter in "abcd")
    size = loaded.reader.model.config.vocab_size
    table = torch.full((size, size), -30.0)
    table[:, [good, bad]] = math.log(0.5)
    table[good, stands], table[bad, stands], table[stands] = -0.1, -12.0, -30.0
    table[stands, last] = -0.1

    class Scripted:
        device = "cpu"

        def extend(self, ids: torch.Tensor) -> torch.Tensor:
            return table[ids[:, -1:]]

        def pick(self, rows: torch.Tensor) -> None: ...

        def probe(self, rows: torch.Tensor, cuts: torch.Tensor, ids: torch.Tensor, ends: object = None) -> torch.Tensor:
            return torch.zeros(len(rows), 1)

    reader = SimpleNamespace(model=loaded.reader.model, branch=lambda ids, rows: Scripted())
    context = Context(((last,), (last, last)), (Gap(3, None, exact=True),))
    pool, rng = Pool(3), torch.Generator().manual_seed(0)
    for _ in draw(loaded, reader, context, 0, (last,), pool, (None, stands, None), rng, 3.0):
        pass
    assert {fill[0] for fill, _ in pool.consistent((None, stands, None))} == {good}

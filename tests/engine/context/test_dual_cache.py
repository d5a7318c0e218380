"""The dual cache: exact where it must be, an approximation that is measured elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import engine
from engine import Span
from engine.context.dual_cache import DualCache
from engine.diffusion.canvas import Canvas
from engine.models.masked.native import CachedConditioned, NativeDenoiser
from tests.conftest import some
from tests.engine.families import options, passes
from tests.engine.models.masked.test_denoiser import TEXT
from tests.engine.tiny_masked import FEW, NATIVE, context_of, folder, loaded, masks

PLACES = {
    "two gaps": ("Once upon", 4, " a", 3, " time"),
    "at the start": ("", 4, " a time", 3, ""),
    "side by side": ("Once", 4, "", 3, " time"),
    "nothing around": ("", 7, ""),
}
SEVEN = [None, 70, None, 72, None, None, 75]


def bound(kind: str, parts: tuple, refresh: int, drift: float = 1.0) -> CachedConditioned:
    d = loaded(kind)
    assert isinstance(d, NativeDenoiser)
    conditioned = d.cached(DualCache(refresh, drift)).condition(context_of(d, *parts))
    assert isinstance(conditioned, CachedConditioned)
    return conditioned


def exact(kind: str, parts: tuple, canvas: Canvas) -> torch.Tensor:
    d = loaded(kind)
    return d.condition(context_of(d, *parts)).logits(canvas, 0.5)


def written(canvas: Canvas, slot: int, token: int) -> Canvas:
    """The canvas a step later."""
    ids, noisy = canvas.ids.clone(), canvas.noisy.clone()
    ids[:, slot], noisy[:, slot] = token, False
    return replace(canvas, ids=ids, noisy=noisy)


@pytest.mark.parametrize("kind", some(NATIVE))
@pytest.mark.parametrize("place", PLACES)
def test_on_the_canvas_it_was_refreshed_on_the_cache_is_exact(kind: str, place: str) -> None:
    """One row and several, also of different lengths: the pass over the canvas alone is the whole pass."""
    null = loaded(kind).null_id
    short = [None, 70, null, null, 74, None, null]
    for rows in ([SEVEN], [SEVEN, [None] * 7], [SEVEN, short, [None] * 7]):
        canvas = masks(loaded(kind), rows)
        conditioned = bound(kind, PLACES[place], 5)
        with passes(loaded(kind).network.model) as made:
            first, second = (conditioned.logits(canvas, 0.5) for _ in range(2))
        torch.testing.assert_close(first, exact(kind, PLACES[place], canvas), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(second, first, atol=1e-4, rtol=1e-4)
        assert conditioned.nfe == len(made) == 2 and conditioned.cached.full == 1


@pytest.mark.parametrize("kind", some(NATIVE, *FEW[:2]))
def test_a_pass_over_the_canvas_reads_the_text_as_it_was(kind: str) -> None:
    """A later canvas: its own keys are fresh, those of the text are of the first pass. Without a text nothing is stale."""
    canvas = masks(loaded(kind), [SEVEN])
    later = written(canvas, 0, 90)
    conditioned = bound(kind, PLACES["two gaps"], 9)
    conditioned.logits(canvas, 0.5)
    ours, theirs = conditioned.logits(later, 0.5).exp(), exact(kind, PLACES["two gaps"], later).exp()
    assert not torch.allclose(ours, theirs, atol=1e-4), "it is an approximation"
    assert not torch.allclose(ours, exact(kind, PLACES["two gaps"], canvas).exp(), atol=1e-4), "and follows the canvas"
    if not loaded(kind).frame.before and not loaded(kind).frame.after:
        alone = bound(kind, PLACES["nothing around"], 9)
        alone.logits(canvas, 0.5)
        whole = exact(kind, PLACES["nothing around"], later)
        torch.testing.assert_close(alone.logits(later, 0.5), whole, atol=1e-4, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", NATIVE)
@pytest.mark.parametrize("system", engine.SYSTEMS)
def test_a_refresh_in_every_step_is_no_cache(kind: str, system: str) -> None:
    d = loaded(kind)
    chosen = options(system, steps=3)
    if engine.SYSTEMS[system].strength == 0:
        chosen["strength"] = 0.5
    runs = [
        list(engine.infill(one, TEXT, [Span(4, 9)], system=system, seed=1, length=4, **chosen))
        for one in (d, d.cached(DualCache(1)))
    ]
    assert [step.spans for step in runs[0]] == [step.spans for step in runs[1]]
    assert runs[0][-1].nfe == runs[1][-1].nfe
    canvas, conditioned = masks(d, [SEVEN]), bound(kind, PLACES["two gaps"], 1)
    for step in (canvas, written(canvas, 0, 90)):
        torch.testing.assert_close(
            conditioned.logits(step, 0.5), exact(kind, PLACES["two gaps"], step), atol=1e-4, rtol=1e-4
        )
    assert conditioned.divergence is None and conditioned.cached.full == 2


@pytest.mark.parametrize("kind", ["llada", "dream"])
def test_it_is_refreshed_every_so_many_passes_and_says_how_far_off_it_was(kind: str) -> None:
    canvas = masks(loaded(kind), [SEVEN])
    conditioned, parallel = (bound(kind, PLACES["two gaps"], size) for size in (3, 9))
    full, divergences, steps = [], [], [canvas, written(canvas, 0, 90), written(canvas, 2, 91), written(canvas, 4, 92)]
    with passes(loaded(kind).network.model) as made:
        for step in steps:
            conditioned.logits(step, 0.5)
            full.append(conditioned.cached.full)
            divergences.append(conditioned.divergence)
    assert full == [1, 1, 1, 2]
    assert conditioned.nfe == len(made) == 5, "measuring the divergence takes a pass over the canvas, and it is counted"
    assert divergences[:3] == [None] * 3
    for step in steps:
        cached = parallel.logits(step, 0.5)
    assert divergences[3] is not None and divergences[3] > 0
    # Before the rules of a fill, which change both alike: near what is left after them.
    off = (cached.exp() - exact(kind, PLACES["two gaps"], steps[3]).exp()).abs()[steps[3].noisy].max()
    assert divergences[3] == pytest.approx(float(off), rel=0.5)


def test_a_canvas_that_drifts_is_refreshed_at_once() -> None:
    canvas = masks(loaded("llada"), [SEVEN])
    tight, loose = (bound("llada", PLACES["two gaps"], 9, drift) for drift in (1e-6, 1.0))
    full = []
    for step in (canvas, written(canvas, 0, 90), written(canvas, 2, 91), written(canvas, 4, 92)):
        tight.logits(step, 0.5)
        loose.logits(step, 0.5)
        full.append((tight.cached.full, loose.cached.full))
    assert full == [(1, 1), (1, 1), (2, 1), (2, 1)]


def test_a_slot_that_comes_or_goes_moves_the_text_so_it_is_read_again() -> None:
    d = loaded("dreamon")
    canvas = masks(d, [[None, 70, None, d.null_id, None, 74, 75]])
    conditioned = bound("dreamon", PLACES["two gaps"], 9)
    conditioned.logits(canvas, 0.5)
    longer = masks(d, [[None, 70, None, None, None, 74, 75]])
    torch.testing.assert_close(
        conditioned.logits(longer, 0.5), exact("dreamon", PLACES["two gaps"], longer), atol=1e-4, rtol=1e-4
    )
    assert conditioned.cached.full == 2 and conditioned.divergence is None


def test_a_run_shows_how_far_off_it_is() -> None:
    d = loaded("llada").cached(DualCache(2))
    with passes(d.network.model) as made:
        steps = list(engine.infill(d, TEXT, [Span(4, 15)], seed=1, steps=8, length=8))
    assert steps[-1].divergence is not None and 0 <= steps[-1].divergence <= 1
    assert steps[-1].nfe == len(made) == 8 + 3, "8 steps, 3 of the refreshes measured"


def test_half_precision() -> None:
    d = engine.load(folder("dream"), device="cpu")
    assert isinstance(d, NativeDenoiser)
    d.network.model.bfloat16()
    conditioned = d.cached(DualCache(4)).condition(context_of(d, *PLACES["two gaps"]))
    first, second = (conditioned.logits(masks(d, [SEVEN]), 0.5).exp() for _ in range(2))
    assert float((first - second).abs().max()) < 0.05

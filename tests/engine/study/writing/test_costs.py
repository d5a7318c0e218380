"""What a step costs: by hand; kept keys that are fresh are off by nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import LlamaForCausalLM

import engine
from engine.context.dual_cache import Cached, DualCache
from engine.models.loading.attention import ATTENTION
from engine.models.masked.native import NativeDenoiser
from engine.models.masked.network import NativeNetwork
from engine.study.sample import Sample
from engine.study.writing import costs
from engine.study.writing.costs import Row, Sizes
from tests.engine.study.writing.test_watching import ended
from tests.engine.tiny import CONFIGS

TOY = Sizes(layers=1, projections=5, heads=2, head=3)


def test_a_step_by_hand() -> None:
    """One layer of 5 weights, heads 2 wide, a head of 3. Running 4 tokens that see 10 keys, 1 place scored: 4 x 5 products in the
    projections, 4 x 2 x 2 x 10 in attention, 3 in the head; each is a multiplication and an addition."""
    assert TOY.flops(4, 10, 1) == 2 * (20 + 160 + 3)
    assert [costs.runs(kind, 100, 9, 5) for kind in ("full", "dual", "exact")] == [100, (100 + 4 * 10) / 5, 10]
    assert costs.step_flops(TOY, "exact", 10, 1, 4) == TOY.flops(2, 10, 1)
    assert costs.step_flops(TOY, "dual", 10, 1, 1) == costs.step_flops(TOY, "full", 10, 1, 1)


def test_sizes_of_a_checkpoint_and_of_one_that_does_not_say_them() -> None:
    sizes = Sizes.of(CONFIGS["llama"])
    # Hidden 32, inner 64, 4 heads and 2 key heads of 8: q and out 32 x 32, k and v 32 x 16, three of 32 x 64.
    assert sizes == Sizes(2, 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 64, 32, 32 * 259)
    assert Sizes.of(SimpleNamespace(hidden_size=8)) is None


@pytest.fixture(scope="module")
def tiny() -> NativeDenoiser:
    config = copy.deepcopy(CONFIGS["llama"])
    config._attn_implementation = ATTENTION
    torch.manual_seed(0)
    network = NativeNetwork(LlamaForCausalLM(config).eval(), shifted=True)
    tokenizer = engine.scripted().tokenizer
    return NativeDenoiser(network, tokenizer, "tiny", mask_id=2)


TEXT = Sample(tuple(range(10, 30)), ("x",) * 20, cut=False)


def test_kept_keys_are_off_by_nothing_while_they_are_fresh_and_by_something_later(tiny: NativeDenoiser) -> None:
    always = ended(costs.drifts(tiny, TEXT, 5, 1))
    assert all(one.off == 0 and one.age == 0 and one.others == 0 for one in always)
    kept = ended(costs.drifts(tiny, TEXT, 5, 3))
    assert [one.age for one in kept] == [0, 1, 2, 0, 1] and [one.open for one in kept] == [5, 4, 3, 2, 1]
    assert all((one.off == 0) == (one.age == 0) for one in kept) and max(one.off for one in kept) > 0


def test_a_step_of_each_kind_is_timed_by_the_clock_it_is_given(tiny: NativeDenoiser) -> None:
    ticks = count()
    found = ended(costs.timed(tiny, TEXT, 64, 4, clock=lambda: float(next(ticks))))
    assert (found.length, found.full, found.dual, found.exact, found.reading) == (64, 1.0, 1.0, None, None)
    assert costs.network_of(engine.scripted()) is None and costs.sizes_of(engine.scripted()) is None


def attended(query: list[int], key: list[int], *_: object, **__: object) -> int:
    """Each query times each key, and as much for the values."""
    rows, heads, queries, width = query
    return 2 * 2 * rows * heads * queries * key[2] * width


def counted(run: Callable[[], object]) -> int:
    """Floating-point operations of what is run, as torch counts them."""
    fused = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attended}  # torch counts those of a GPU only
    with FlopCounterMode(display=False, custom_mapping=fused) as counter:
        run()
    return counter.get_total_flops()


@pytest.mark.parametrize(("length", "slots"), [(20, 4), (48, 6), (97, 1)])
def test_the_formula_is_what_torch_counts(tiny: NativeDenoiser, length: int, slots: int) -> None:
    """The formula of lessons 8 and 9 to the operation: a full step; a step on kept keys, where the stale keys of what is run
    are multiplied, too, and hidden, which the figures leave out: it is little."""
    sizes, network = costs.sizes_of(tiny), costs.network_of(tiny)
    assert sizes is not None and network is not None
    row = Row.of(tiny, costs.repeated(TEXT.ids, length), slots)
    cached, noisy = Cached(network, DualCache(refresh=1 << 30)), torch.ones(1, slots, dtype=torch.bool)
    full, kept = (counted(lambda: row.scored(cached, noisy)) for _ in range(2))
    assert full == costs.step_flops(sizes, "full", length, slots, 1)
    assert kept == sizes.flops(slots + 1, length + slots + 1, slots)
    assert kept == pytest.approx(costs.step_flops(sizes, "exact", length, slots, 1), rel=0.03)
    assert (full + 3 * kept) / 4 == pytest.approx(costs.step_flops(sizes, "dual", length, slots, 4), rel=0.03)

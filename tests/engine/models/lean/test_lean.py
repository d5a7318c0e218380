"""The lean forward is the library's: the same numbers where they are exact, the same choices where they are rounded."""

from __future__ import annotations

import copy
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

from engine.context.reader import Reader
from engine.context.shared_attention import SharedKeys
from engine.judging.judge import judge
from engine.models.causal.checkpoint import read_weights
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, read_base
from engine.models.lean.body import LeanBody, one_each
from engine.models.lean.fit import quicken
from engine.models.lean.projections import Late, Projection, packed, sound
from engine.models.loading.options import precision
from tests.conftest import ROOT
from tests.engine.tiny import CONFIGS, SMALL, write

CASES = json.loads((ROOT / "assets" / "fills" / "cloze.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedModel:
    return read_weights(write(tmp_path_factory.mktemp("tiny"), "llama"), "cpu", torch.float32)


@pytest.fixture(scope="module")
def lean(library: PreTrainedModel) -> PreTrainedModel:
    model = copy.deepcopy(library)
    assert quicken(model) and isinstance(model.base_model, LeanBody)
    return model


def keys(rows: int, length: int, seed: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    rng = torch.Generator().manual_seed(seed)
    return [
        (torch.randn(rows, 2, length, 8, generator=rng), torch.randn(rows, 2, length, 8, generator=rng))
        for _ in range(2)
    ]


PASSES = {
    "nothing before": (0, 0, 3, 12, 0),
    "a context of no tokens": (1, 0, 3, 12, 0),
    "one row on a context of no tokens": (1, 0, 1, 12, 5),
    "one row, few queries": (1, 20, 1, 2, 0),
    "one row, many queries": (1, 20, 1, 12, 0),
    "one row that has its own": (1, 20, 1, 12, 5),
    "rows on one context": (1, 20, 3, 4, 5),
    "rows with contexts of their own": (3, 20, 3, 12, 0),
}
"""contexts, tokens of each, rows, queries, earlier tokens of a row"""


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("name", PASSES)
def test_a_pass_gives_what_the_library_gives(
    library: PreTrainedModel, lean: PreTrainedModel, name: str, padded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.models.lean.attention.CACHED", 500)  # so that long scores go head by head
    contexts, length, rows, q, own = PASSES[name]
    rng = torch.Generator().manual_seed(1)
    ids = torch.randint(259, (rows, q), generator=rng)
    visible = torch.rand(rows, q, own + q, generator=rng) < 0.6
    visible[:, :, own:] |= torch.eye(q, dtype=torch.bool)
    everywhere = torch.arange(length, length + own + q).expand(rows, -1)
    seen = torch.arange(length)[None] >= torch.arange(contexts)[:, None] if padded and contexts else None
    found = []
    for model in (library, lean):
        context = keys(contexts, length, 2) if contexts else []
        shared = SharedKeys(
            context, keys(rows, own, 3) if own else None, visible, everywhere[:, own:], everywhere, seen
        )
        with torch.inference_mode():
            out = model(input_ids=ids, position_ids=shared.positions, use_cache=False, shared=shared).logits
        found.append((out, *(x for layer in shared.new.values() for x in layer)))
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_a_text_without_a_shared_context_is_read_from_left_to_right(
    library: PreTrainedModel, lean: PreTrainedModel
) -> None:
    ids, positions = torch.arange(20).view(2, 10), torch.arange(10).expand(2, -1)
    ours, theirs = (Reader(model, cached=False).forward(ids, positions, None) for model in (lean, library))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", sorted({*CONFIGS} - {"llama"}))
def test_other_layouts_keep_the_library(family: str, tmp_path: Path) -> None:
    model = read_weights(write(tmp_path, family), "cpu", torch.float32)
    assert not quicken(model) and not isinstance(model.base_model, LeanBody)


def test_a_network_that_says_something_else_keeps_the_library(library: PreTrainedModel) -> None:
    model = copy.deepcopy(library)
    model.base_model.layers[1].mlp.register_forward_hook(lambda module, inputs, output: output * 1.5)
    assert not quicken(model) and not isinstance(model.base_model, LeanBody)


def test_biases_and_untied_heads_are_read() -> None:
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(**SMALL, attention_bias=True, tie_word_embeddings=False)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.set_attn_implementation("shared_context")
    # The output projection has a bias too then, which a fused layer does not hold.
    assert not quicken(model)
    for layer in model.base_model.layers:
        layer.self_attn.o_proj.bias = None
    ids, positions = torch.arange(12)[None], torch.arange(12)[None]
    before = Reader(model, cached=False).forward(ids, positions, None)
    assert quicken(model)
    torch.testing.assert_close(Reader(model, cached=False).forward(ids, positions, None), before, atol=1e-4, rtol=1e-4)


def test_what_is_made_late_is_made_once() -> None:
    """Whoever asks first, and however many ask at once."""
    made: list[object] = []

    def make() -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    late = Late(make)
    assert not made
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: late(), range(8))) == {made[0]} and len(made) == 1


def test_a_layout_is_sound_where_its_products_come_out_right() -> None:
    def fails(weight: torch.Tensor, bias: torch.Tensor | None = None) -> Projection:
        raise RuntimeError("no kernel")

    assert sound(packed, torch.float32)
    assert not sound(fails, torch.float32)
    assert not sound(lambda weight, bias: packed(weight * 1.1, bias), torch.float32)


def test_laying_out_leaves_torch_its_threads() -> None:
    """In each of its own threads torch has one meanwhile."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with pytest.raises(ValueError, match="stopped"), one_each() as pool:
            assert set(pool.map(lambda _: torch.get_num_threads(), range(6))) == {1}
            raise ValueError("stopped")
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_a_model_that_differs_in_few_words_shares_the_vocabulary() -> None:
    torch.manual_seed(0)
    base = LlamaForCausalLM(LlamaConfig(**SMALL, tie_word_embeddings=True)).eval()
    other = copy.deepcopy(base)
    with torch.no_grad():
        other.get_input_embeddings().weight[[3, 7]] += 1.0
        other.base_model.layers[0].mlp.down_proj.weight += 0.1
    ids, positions = torch.arange(12)[None], torch.arange(12)[None]
    models = (base, other)
    for model in models:
        model.set_attn_implementation("shared_context")
    before = [Reader(model, cached=False).forward(ids, positions, None) for model in models]
    assert quicken(base) and quicken(other, beside=base)
    assert other.base_model.embed_tokens.base is base.base_model.embed_tokens
    for model, expected in zip(models, before, strict=True):
        torch.testing.assert_close(
            Reader(model, cached=False).forward(ids, positions, None), expected, atol=1e-4, rtol=1e-4
        )


@pytest.mark.model
def test_the_judge_chooses_as_the_library_does(embedded: CausalDenoiser) -> None:
    """Each text is offered the fills of all. In the precision of this processor, the lean pass is no farther from float32 than
    the library's own, but for the order in which float32 is added up."""
    encode = embedded.tokenizer.encode
    exact, library = (read_base(ASSETS, "cpu", dtype) for dtype in (torch.float32, precision("cpu")))
    lean = copy.deepcopy(library)
    assert quicken(lean)
    cases = CASES[::2][:10]
    fills = [tuple(encode(" " + case["right"][0])) for case in cases]
    off: dict[str, float] = {}
    for case in cases:
        prompt = (0, *encode(case["before"].rstrip()))
        after = tuple(encode(case["after"]))[:10]
        scores = {}
        for name, model in {"exact": exact, "library": library, "lean": lean}.items():
            reader = Reader(model)
            list(reader.read(prompt[:-1]))
            scores[name] = torch.tensor(judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], fills, after))
        assert scores["lean"].argmax() == scores["library"].argmax(), case
        for name in ("library", "lean"):
            off[name] = off.get(name, 0.0) + float((scores[name] - scores["exact"]).abs().mean()) / len(cases)

    assert off["lean"] <= 1.1 * off["library"] + 1e-3, off

"""Products of whole numbers: as near as eight bits are, a row at a time, and in place of float32 where nothing else is wished."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from engine.context.reader import Reader
from engine.judging.judge import judge
from engine.models.causal.checkpoint import read_weights
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.embedded.palimpsest import ASSETS, read_base
from engine.models.lean import fit, int8
from engine.models.lean.body import LeanBody
from engine.models.lean.fit import quicken
from engine.models.lean.int8 import TURNED, available, hadamard, rounded
from engine.models.lean.projections import Projection, packed
from engine.models.loading.options import Loading, Precision
from tests.conftest import ROOT
from tests.engine.tiny import SMALL, write

pytestmark = pytest.mark.skipif(not available(), reason="this build of torch has no products of int8")
CASES = json.loads((ROOT / "assets" / "fills" / "cloze.json").read_text(encoding="utf-8"))


def weights(seed: int, out: int = 96, width: int = 576) -> tuple[Tensor, Tensor]:
    """A matrix, and inputs of which a few are a hundred times as large as the others, as a language model's are."""
    rng = torch.Generator().manual_seed(seed)
    weight, x = torch.randn(out, width, generator=rng), torch.randn(12, width, generator=rng)
    x[:, [3, 200]] *= 100
    return weight, x


@pytest.mark.parametrize("width", [576, 1536, 40, 24, 7])
def test_a_product_is_as_near_as_eight_bits_are(width: int) -> None:
    weight, x = weights(0, width=max(width, 201))
    weight, x = weight[:, -width:].contiguous(), x[:, -width:].contiguous()
    bias = torch.arange(96.0)
    exact = x @ weight.T + bias
    found = rounded(weight, bias)(x.view(3, 4, width))
    assert found.shape == (3, 4, 96)
    off = (found.view(12, 96) - exact).norm(dim=1) / (exact - bias).norm(dim=1)
    assert off.max() < 0.02, off


def test_large_inputs_do_not_drown_the_others() -> None:
    """Without the turn the step of a row's rounding is that of its largest number, and a hundredth of it is nothing."""
    weight, x = weights(1)
    weight[:, [3, 200]] = 0.0
    exact = x @ weight.T
    off = (rounded(weight)(x) - exact).norm() / exact.norm()
    assert off < 0.2, off


def test_a_row_alone_is_what_it_is_among_others() -> None:
    weight, x = weights(2)
    project = rounded(weight)
    together = project(x)
    for row in range(len(x)):
        assert torch.equal(project(x[row : row + 1]), together[row : row + 1])


def test_the_largest_weights_and_inputs_do_not_overflow() -> None:
    """Turned, all of both are as large as can be: processors without VNNI add two of their products in sixteen bits."""
    turn = hadamard(TURNED)
    signs = torch.ones(4, TURNED)
    signs[1], signs[2, ::2], signs[3, TURNED // 2 :] = -1, -1, -1
    x = torch.stack([turn.sum(0), -turn.sum(0)])
    exact = x @ (signs @ turn).T
    assert exact.abs().max() == pytest.approx(TURNED, rel=1e-4)
    torch.testing.assert_close(rounded(signs @ turn)(x), exact, atol=1.5, rtol=0)


def test_an_input_of_zeros_is_nothing() -> None:
    weight, x = weights(3)
    assert not rounded(weight)(torch.zeros_like(x)).any()
    assert not rounded(torch.zeros_like(weight))(x).any()


@pytest.mark.parametrize("wished", ["auto", "float32", "bfloat16"])
@pytest.mark.parametrize("native", [True, False])
def test_int8_stands_in_where_the_processor_has_no_bfloat16(
    wished: Precision, native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": native})
    options = Loading(dtype=wished)
    assert options.rounds("cpu") == (wished == "auto" and not native)
    assert not options.rounds("cuda")


def test_a_build_without_such_products_keeps_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(weight: Tensor, bias: Tensor | None = None) -> Projection:
        raise RuntimeError("no kernel")

    monkeypatch.setattr(int8, "rounded", fails)
    monkeypatch.setattr(fit, "available", int8.available.__wrapped__)
    library, quick = (read_weights(write(tmp_path / name, "llama"), "cpu", torch.float32) for name in "ab")
    assert quicken(quick, int8=True) and isinstance(quick.base_model, LeanBody)
    ids, positions = torch.arange(12)[None], torch.arange(12)[None]
    ours, theirs = (Reader(model, cached=False).forward(ids, positions, None) for model in (quick, library))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_a_copy_is_rounded_only_where_what_it_is_compared_on_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would be rounded without having been compared with anything."""
    torch.manual_seed(0)
    base = LlamaForCausalLM(LlamaConfig(**SMALL, tie_word_embeddings=True)).eval()
    base.set_attn_implementation("shared_context")
    copied = copy.deepcopy(base)
    monkeypatch.setattr(fit, "ROUNDED_OFF", -1.0)
    assert quicken(base, int8=True) and quicken(copied, beside=base, int8=True)
    assert base.base_model.lay is copied.base_model.lay is packed


@pytest.mark.model
def test_the_judge_chooses_as_with_exact_weights(embedded: CausalDenoiser) -> None:
    """Each text is offered the fills of all, once with exact weights and once with rounded ones."""
    encode = embedded.tokenizer.encode
    exact, whole = (read_base(ASSETS, "cpu", torch.float32) for _ in range(2))
    assert quicken(exact) and quicken(whole, int8=True)
    cases = CASES[::2][:10]
    fills = [tuple(encode(" " + case["right"][0])) for case in cases]
    same = []
    for case in cases:
        prompt, after = (0, *encode(case["before"].rstrip())), tuple(encode(case["after"]))[:10]
        scores = []
        for model in (exact, whole):
            reader = Reader(model)
            list(reader.read(prompt[:-1]))
            scores.append(torch.tensor(judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], fills, after)))
        assert (scores[0] - scores[1]).abs().mean() < 0.05 * scores[0].abs().mean(), scores
        same.append(bool(scores[0].argmax() == scores[1].argmax()))
    assert sum(same) >= 9, same

"""Published checkpoints of masked models compute what they did where they were trained, or are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch.nn.functional import linear, silu
from transformers import AutoModelForMaskedLM

import engine
from engine.errors import ModelDamaged, UnsupportedModel
from engine.models.load import family
from engine.models.masked.llada import EXPECTED
from tests.conftest import some
from tests.engine import tiny_masked
from tests.engine.tiny_masked import FEW, KINDS, NATIVE, SHIFTED, context_of, folder, loaded, masks


# ---- the networks --------------------------------------------------------------------------------------------------
def reference(kind: str, ids: torch.Tensor) -> torch.Tensor:
    """(S, V) outputs at every position of one text, from the checkpoint's own files and nothing of transformers."""
    weights: dict[str, torch.Tensor] = {}
    for file in folder(kind).glob("*.safetensors"):
        with safe_open(file, "pt") as shard:
            weights |= {name: shard.get_tensor(name).float() for name in shard.keys()}
    config = json.loads((folder(kind) / "config.json").read_text())
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    names = (
        ("model.transformer.wte", "model.transformer.ln_f", "model.transformer.ff_out", "model.transformer.blocks.{}.")
        if kind == "llada"
        else ("model.embed_tokens", "model.norm", "lm_head", "model.layers.{}.")
    )
    inside = (
        ("attn_norm", "q_proj", "k_proj", "v_proj", "attn_out", "ff_norm", "ff_proj", "up_proj", "ff_out")
        if kind == "llada"
        else (
            "input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
            "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        )
    )  # fmt: skip
    heads, groups, d, size = 4, 2, 8, len(ids)

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]) * weights[f"{name}.weight"]

    angle = torch.arange(size)[:, None] * theta ** (-torch.arange(0, d, 2) / d)
    turn = torch.polar(torch.ones_like(angle), angle)[:, None]  # (S, 1, D / 2)

    def rotated(x: torch.Tensor) -> torch.Tensor:
        """(S, H, D): the first half of a head's dimensions is paired with the second."""
        turned = torch.complex(x[..., : d // 2], x[..., d // 2 :]) * turn
        return torch.cat([turned.real, turned.imag], -1)

    x = weights[f"{names[0]}.weight"][ids]
    for layer in range(2):
        before, q, k, v, out, between, gate, up, down = (names[3].format(layer) + name for name in inside)

        def project(x: torch.Tensor, name: str) -> torch.Tensor:
            return linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))

        y = norm(x, before)
        queries, keys = project(y, q).view(size, heads, d), project(y, k).view(size, groups, d)
        if "qwen3" in kind:
            queries, keys = norm(queries, q.replace("q_proj", "q_norm")), norm(keys, k.replace("k_proj", "k_norm"))
        values = project(y, v).view(size, groups, d)
        keys, values = (z.repeat_interleave(heads // groups, 1) for z in (rotated(keys), values))
        weight = torch.einsum("qhd,khd->hqk", rotated(queries), keys).div(d**0.5).softmax(-1)
        x = x + project(torch.einsum("hqk,khd->qhd", weight, values).reshape(size, -1), out)
        y = norm(x, between)
        x = x + project(silu(project(y, gate)) * project(y, up), down)
    return linear(norm(x, names[1]), weights.get(f"{names[2]}.weight", weights[f"{names[0]}.weight"]))


@pytest.mark.parametrize("kind", some(NATIVE, *FEW[:2]))
def test_a_checkpoint_computes_what_its_own_network_does(kind: str) -> None:
    """In both directions, and shifted where it was trained so."""
    network = loaded(kind).network
    ids = torch.randint(256, (2, 17), generator=torch.Generator().manual_seed(1))
    ids[:, 5:9] = loaded(kind).mask_id
    at = torch.tensor([[0, 5, 6, 8], [5, 7, 8, 16]])
    ours = network(ids, torch.ones_like(ids, dtype=torch.bool), 0.5, at)
    theirs = torch.stack([reference(kind, row) for row in ids])
    if kind in SHIFTED:
        theirs = torch.cat([theirs[:, :1], theirs[:, :-1]], 1)
    torch.testing.assert_close(
        ours, torch.stack([row[i] for row, i in zip(theirs, at, strict=True)]), atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("kind", ["roberta", "modernbert"])
def test_a_masked_language_model_reads_its_text_between_its_own_marks(kind: str) -> None:
    d = loaded(kind)
    model = AutoModelForMaskedLM.from_pretrained(folder(kind), dtype=torch.float32).eval()
    encode = d.tokenizer.encode
    ids = torch.tensor([[0, *encode("Once"), 4, 4, 4, *encode(" time"), 2]])
    theirs = model(ids).logits[0, 5:8].log_softmax(-1)
    ours = d.condition(context_of(d, "Once", 3, " time")).logits(masks(d, [[None] * 3]), 1.0)[0]
    allowed = ours > -1e8
    theirs = (
        torch.cat([theirs, torch.full((3, 1), -1e9)], 1)[:, : ours.shape[1]].masked_fill(~allowed, -1e9).log_softmax(-1)
    )
    torch.testing.assert_close(ours[allowed], theirs[allowed], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", some(KINDS, *FEW))
def test_half_precision_says_nearly_the_same(kind: str) -> None:
    half = engine.load(folder(kind), device="cpu")
    half.network.model.bfloat16()
    context, canvas = context_of(half, "Once upon", 3, " time"), masks(half, [[None, 70, None]])
    ours, theirs = (d.condition(context).logits(canvas, 0.5).exp() for d in (half, loaded(kind)))
    assert ours.dtype == torch.float32 and float((ours - theirs)[:, ::2].abs().max()) < 0.1


# ---- what cannot be run --------------------------------------------------------------------------------------------
def test_families_are_told_by_the_settings() -> None:
    told = {kind: family(folder(kind)) for kind in KINDS}
    assert told == {
        "llada": "llada", "dream": "dream", "dreamon": "dream", "a2d-qwen3": "a2d", "a2d-qwen2": "a2d", "a2d-llama": "a2d",
        "open-dcoder": "a2d", "roberta": "mlm", "modernbert": "mlm",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["llada", "dream", "a2d-qwen3"])
def test_a_checkpoint_without_a_mask_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="mask_token_id"):
        engine.load(tiny_masked.write(tmp_path, kind, mask=False), device="cpu")


def test_a_tokenizer_that_changes_the_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="byte-level"):
        engine.load(tiny_masked.word_piece(tmp_path), device="cpu")


def test_a_checkpoint_that_lacks_a_weight_is_damaged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tiny_masked.write(tmp_path, "llada")
    (tmp_path / "model-00001-of-00002.safetensors").unlink()
    with pytest.raises(ModelDamaged):
        engine.load(tmp_path, device="cpu")
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    kept = {name: file for name, file in index["weight_map"].items() if file.startswith("model-00002")}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index | {"weight_map": kept}))
    with pytest.raises(ModelDamaged, match="lacks"):
        engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("field", "value"), [("block_type", "sequential"), ("include_qkv_bias", True), ("alibi", True)]
)
def test_what_is_not_a_llama_network_is_refused(field: str, value: object, tmp_path: Path) -> None:
    assert field in EXPECTED
    config = json.loads((tiny_masked.write(tmp_path, "llada") / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {field: value}))
    with pytest.raises(UnsupportedModel, match=field):
        engine.load(tmp_path, device="cpu")

"""The embedded model's own network says what the library's says, of the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.context.reader import Reader
from engine.errors import ModelDamaged, OutOfMemory
from engine.models.causal.checkpoint import read_weights
from engine.models.embedded import palimpsest
from engine.models.embedded.weights import read_own
from engine.models.fingerprint import fingerprint
from engine.models.lean import fit
from engine.models.lean.body import LeanBody
from engine.models.lean.llama import Llama
from engine.models.lean.projections import Projection, packed
from engine.models.loading import memory
from engine.models.loading.options import Loading
from tests.engine.tiny import assets, folder


@pytest.fixture(scope="module")
def whole() -> Path:
    return assets(folder())


@pytest.fixture
def base(whole: Path, tmp_path: Path) -> Path:
    """A copy, to be changed."""
    for file in (whole / "base").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def rewritten(base: Path, **settings: Any) -> Path:
    file = base / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | settings), encoding="utf-8")
    return base


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_it_says_what_the_library_says(whole: Path, dtype: Any) -> None:
    """With a context that all rows read, with rows of their own behind it, and with nothing before."""
    options = Loading(dtype=dtype)
    library, own = read_weights(whole / "base", "cpu", options=options), read_own(whole / "base", options)
    assert own is not None and own.dtype == library.dtype == options.torch_dtype("cpu")
    ids, prompt = torch.arange(24).view(3, 8) * 97, tuple(range(40, 70))
    found = []
    for model in (library, own):
        reader = Reader(model)
        list(reader.read(prompt))
        branch = reader.branch(prompt, 3)
        found.append([branch.extend(ids[:, :5]), branch.extend(ids[:, 5:])])
        found[-1].append(Reader(model, cached=False).forward(ids, torch.arange(8).expand(3, -1), None))
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.slow
def test_it_is_what_runs_and_is_told_apart_as_before(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = palimpsest.load(whole, "cpu", options=Loading(dtype="float32")).default
    assert isinstance(ours.reader.model, Llama) and isinstance(ours.reader.model.base_model, LeanBody)
    monkeypatch.setattr(palimpsest, "read_own", lambda *arguments: None)
    theirs = palimpsest.load(whole, "cpu", options=Loading(dtype="float32")).default
    assert not isinstance(theirs.reader.model, Llama)
    assert fingerprint(ours) == fingerprint(theirs)


@pytest.mark.slow
@pytest.mark.parametrize("beforehand", [True, False])
def test_layers_are_laid_out_behind_the_start_or_when_they_are_run(
    whole: Path, beforehand: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, and what they say is what the library says."""
    laid: list[object] = []

    def counted(weight: torch.Tensor, bias: torch.Tensor | None = None) -> Projection:
        laid.append(weight)
        return packed(weight, bias)

    monkeypatch.setattr(fit, "packed", counted)
    ways, ids = palimpsest.load(whole, "cpu", options=Loading(dtype="float32")), torch.arange(12)[None]
    tried = len(laid)  # one product of it
    if beforehand:
        ways.rest()
        assert len(laid) - tried == PRODUCTS
    ours = Reader(ways.default.reader.model, cached=False).forward(ids, ids, None)
    ways.rest()
    assert len(laid) - tried == PRODUCTS
    library = Reader(read_weights(whole / "base", "cpu", torch.float32), cached=False)
    torch.testing.assert_close(ours, library.forward(ids, ids, None), atol=1e-4, rtol=1e-4)


PRODUCTS = 2 * 4 + 1
"""those of two layers and of a head"""
TURNING = {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}


@pytest.mark.parametrize(
    "settings",
    [{"hidden_act": "gelu"}, {"rope_parameters": TURNING}, {"tie_word_embeddings": False}, {"attention_bias": True},
     {"model_type": "mistral"}, {"hidden_size": "32"}, {"rope_parameters": None}, {"rms_norm_eps": 0}],
)  # fmt: skip
def test_what_is_no_plain_llama_is_left_to_the_library(base: Path, settings: dict[str, Any]) -> None:
    assert read_own(rewritten(base, **settings)) is None


def test_no_weight_is_made_up_and_none_is_left_out(base: Path) -> None:
    file, name = base / "model.safetensors", "model.layers.1.mlp.up_proj.weight"
    held = load_file(file)
    held = {key: weight.clone() for key, weight in held.items()}
    for change, words in (
        ({"model.layers.7.mlp.up_proj.weight": torch.ones(2)}, "model.layers.7"),
        ({name: torch.ones(2, 2)}, f"lacks 1 weights, {name}"),
    ):
        save_file(held | change, file)
        with pytest.raises(ModelDamaged, match=words):
            read_own(base)
    del held[name]
    save_file(held, file)
    with pytest.raises(ModelDamaged, match=f"lacks 1 weights, {name}"):
        read_own(base)
    file.write_bytes(b"half")
    with pytest.raises(ModelDamaged, match="fetch it again"):
        read_own(base)
    with pytest.raises(ModelDamaged, match="lacks"):
        save_file(held | {name: torch.ones(64, 32)}, file)
        read_own(rewritten(base, num_hidden_layers=3))


def test_what_does_not_fit_is_not_begun(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda device: 10_000)
    with pytest.raises(OutOfMemory, match="--dtype bfloat16|are free"):
        read_own(whole / "base", Loading(dtype="float32"))


def test_what_is_read_is_told(whole: Path) -> None:
    told: list[tuple[float, str]] = []
    read_own(whole / "base", Loading(progress=lambda done, what: told.append((done, what))))
    assert [done for done, _ in told] == sorted(done for done, _ in told) and told[-1][0] == 1.0
    assert any("up_proj" in what for _, what in told)

"""Loading: precision, quantisation, devices, memory, progress; on tiny checkpoints that are written and loaded for real."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig

import engine
from engine import InvalidLoading, Loading, OutOfMemory, Span, UnsupportedModel
from engine.context.window import window
from engine.models.causal.checkpoint import load_causal, read_weights
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.loading import memory
from engine.models.loading.options import title
from tests.engine.tiny import CONFIGS, SMALL, write

TEXT = "one two three four five six seven"
LLAMA = 2 * 259 * 32 + 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 64 + 2 * 32) + 32
"""numbers in the tiny Llama's weights, counted by hand: embeddings and head, two layers, the last norm"""
LINEAR = 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 64)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("model"), "llama")


def network(denoiser: engine.Denoiser) -> torch.nn.Module:
    assert isinstance(denoiser, CausalDenoiser)
    return denoiser.reader.model


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_precision_asked_for(folder: Path, dtype: str) -> None:
    denoiser = engine.load(folder, "cpu", options=Loading(dtype=dtype))
    assert {p.dtype for p in network(denoiser).parameters()} == {getattr(torch, dtype)}
    *_, last = engine.infill(denoiser, TEXT, [Span(4, 7)], steps=2)
    assert last.done


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"dtype": "int3"}, "int3"), ({"quantisation": "1bit"}, "1bit"), ({"device_map": "spread"}, "spread"),
        ({"window": 3}, "got 3"), ({"offload": Path("x")}, "--device-map"),
        ({"offload": Path(__file__), "device_map": "auto"}, "is a file"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(wrong: dict, named: str) -> None:
    with pytest.raises(InvalidLoading, match=named):
        Loading(**wrong)


def test_the_window_bounds_what_is_read(folder: Path) -> None:
    denoiser = load_causal(folder, "cpu", Loading(window=40))
    assert [len(denoiser.before(tuple(range(n)))) - 1 for n in (40, 41, 50, 51)] == [40, 31, 40, 31]
    assert window(tuple(range(17)), 16) == tuple(range(4, 17))
    assert load_causal(folder, "cpu").window == 1024 - 256, "the model's own bound"


# Progress


def test_every_weight_is_named_while_it_is_read(folder: Path) -> None:
    told: list[tuple[float, str]] = []
    read_weights(folder, "cpu", options=Loading(progress=lambda done, what: told.append((done, what))))
    shares = [done for done, _ in told]
    assert shares == sorted(shares) and shares[0] < 0.1 and shares[-1] == 1
    assert any("layers.1.mlp.up_proj" in what and folder.name in what for _, what in told)


# Memory


def test_the_estimate_equals_what_is_loaded(folder: Path) -> None:
    for dtype in (torch.float32, torch.bfloat16):
        estimate = memory.Estimate.of(folder, dtype, None)
        loaded = sum(p.numel() * p.element_size() for p in read_weights(folder, "cpu", dtype).parameters())
        assert estimate.weights == loaded == LLAMA * dtype.itemsize
    keys = 2 * 2 * 2 * 8 * 100  # both, layers, key heads, head size, tokens
    assert memory.Estimate.of(folder, torch.float32, None, 100).total == LLAMA * 4 + keys * 4
    scales = 4 * 2 * (2 * 32 + 2 * 16 + 2 * 64 + 32)
    assert memory.Estimate.of(folder, torch.float32, "int8").weights == (LLAMA - LINEAR) * 4 + LINEAR + scales
    assert memory.Estimate.of(folder, torch.float32, "4bit").weights == (LLAMA - LINEAR) * 4 + LINEAR * 9 // 16


def test_the_estimate_of_shards(folder: Path, tmp_path: Path) -> None:
    read_weights(folder, "cpu", torch.float32).save_pretrained(tmp_path, max_shard_size="40KB")
    assert len(memory.shards(tmp_path)) > 2
    assert memory.Estimate.of(tmp_path, torch.float32, None).weights == LLAMA * 4


def test_what_does_not_fit_is_refused_before_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda device: 120_000)
    monkeypatch.setattr(memory, "size", lambda count: f"{count} bytes")
    read: list[str] = []
    options = Loading(dtype="float32", window=16, progress=lambda _, what: read.append(what))
    with pytest.raises(OutOfMemory) as caught:
        engine.load(folder, "cpu", options=options)
    said = str(caught.value)
    cached = 2 * 2 * 2 * 8 * 16
    assert not read and "\n" not in said and "120000 bytes are free on cpu" in said
    assert f"needs {4 * (LLAMA + cached)} bytes in float32 ({4 * LLAMA} bytes of them weights)" in said
    assert f"--dtype bfloat16 ({2 * (LLAMA + cached)} bytes)" in said and "--offload" in said
    assert "--quantisation int8" in said and "--quantisation 4bit" in said
    monkeypatch.setattr(memory, "available", lambda device: 10_000)
    with pytest.raises(OutOfMemory) as caught:
        engine.load(folder, "cpu", options=Loading(dtype="bfloat16"))
    assert "int8" not in str(caught.value), "what would not fit is not proposed"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: can't allocate memory")],
)  # fmt: skip
def test_memory_that_runs_out_while_loading(folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    from transformers import AutoModelForCausalLM

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", fail)
    with pytest.raises(OutOfMemory, match="are free on cpu"):
        engine.load(folder, "cpu")


@pytest.mark.slow
def test_layers_on_the_disk_give_the_same_scores(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_causal(folder, "cpu", Loading(dtype="float32")).reader.model
    monkeypatch.setattr(memory, "budget", lambda device: {"cpu": 80_000})
    options = Loading(dtype="float32", device_map="auto", offload=tmp_path / "layers")
    denoiser = load_causal(folder, "cpu", options)
    places = denoiser.reader.model.hf_device_map
    assert {"cpu", "disk"} == set(map(str, places.values())), places
    ids = torch.arange(30, 60)[None]
    with torch.inference_mode():
        torch.testing.assert_close(denoiser.reader.model(ids).logits, whole(ids).logits)
    *_, last = engine.infill(denoiser, TEXT, [Span(4, 7)], steps=2)
    assert last.done


# Quantisation


def test_a_missing_package_is_named_with_what_runs_instead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers.utils import import_utils

    monkeypatch.setattr(import_utils, "is_torchao_available", lambda: False)
    monkeypatch.setattr(import_utils, "is_bitsandbytes_available", lambda: False)
    for quantisation, package in (("int8", "torchao"), ("4bit", "bitsandbytes")):
        with pytest.raises(UnsupportedModel, match=f"pip install {package}.*without --quantisation it runs in"):
            engine.load(folder, "cpu", options=Loading(quantisation=quantisation))


def test_a_quantised_checkpoint_is_not_quantised_again(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"quantization_config": {"quant_method": "gptq"}}))
    with pytest.raises(UnsupportedModel, match=r"already \(gptq\)"):
        engine.load(tmp_path, "cpu", options=Loading(quantisation="int8"))


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize(("quantisation", "package"), [("int8", "torchao"), ("4bit", "bitsandbytes")])
def test_smaller_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quantisation: str, package: str) -> None:
    """int8 keeps a scale per output channel, so its error is bounded by half a step of the channel's own largest weight."""
    pytest.importorskip(package)
    wide = LlamaConfig(**SMALL | {"hidden_size": 64, "intermediate_size": 128})  # 4bit needs whole blocks of 64
    monkeypatch.setitem(CONFIGS, "wide", wide)
    folder = write(tmp_path, "wide")
    denoiser = engine.load(folder, "cpu", options=Loading(dtype="float32", quantisation=quantisation))
    whole = read_weights(folder, "cpu", torch.float32)
    if quantisation == "int8":
        small = network(denoiser).model.layers[0].mlp.up_proj.weight.dequantize()  # type: ignore[union-attr, operator]
        large = whole.model.layers[0].mlp.up_proj.weight
        assert ((small - large).abs() <= large.abs().amax(1, keepdim=True) / 127 / 2 * 1.01).all()
        assert not torch.equal(small, large)
    *_, last = engine.infill(denoiser, TEXT, [Span(4, 7)], steps=2)
    assert last.done


def test_the_embedded_model_is_not_quantised() -> None:
    with pytest.raises(UnsupportedModel, match="leave --quantisation away"):
        engine.load(options=Loading(quantisation="int8"))


def test_a_model_of_the_hub_is_called_by_its_name() -> None:
    assert title(Path("hub/models--owner--its-name/snapshots/0123abc")) == "its-name"

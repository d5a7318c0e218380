"""Model folders that are not whole, or whose parts are of different models: refused when they are loaded, with what to do."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

import engine
from engine import ModelDamaged
from engine.context.reader import Reader
from engine.models.causal.checkpoint import read_weights
from engine.models.lean import fit
from engine.models.lean.fit import quicken
from engine.models.writer.adapter import PREFIX, ROWS, merged
from tests.conftest import some
from tests.engine import tiny, tiny_dit, tiny_masked

Weights = dict[str, Tensor]
Change = Callable[[Weights, dict], object]
TRANSFORMERS = (
    "llama",
    "gpt2",
    "qwen3",
    "diffusion_gemma",
    "llada",
    "dream",
    "a2d-qwen3",
    "open-dcoder",
    "roberta",
    "modernbert",
)
FAMILIES = (*TRANSFORMERS, *tiny_dit.CONFIGS)
QUICK = ("llama", "llada", "mdlm")
"""those that make quick tries: a folder of each way to load"""


def write(folder: Path, kind: str) -> Path:
    if kind == "diffusion_gemma":
        return tiny.write_diffusion_gemma(folder)
    if kind in tiny_dit.CONFIGS:
        return tiny_dit.write(folder, kind)
    return tiny.write(folder, kind) if kind in tiny.CONFIGS else tiny_masked.write(folder, kind)


def changed(folder: Path, change: Callable[[Weights], Weights]) -> None:
    """Change the weights that lie in a folder, in whatever files."""
    for index in folder.glob("*.index.json"):
        index.unlink()
    held: Weights = {}
    for file in sorted(folder.glob("model*.safetensors")):
        held |= load_file(file)
        file.unlink()
    save_file(
        {name: weight.clone() for name, weight in change(held).items()},
        folder / "model.safetensors",
        {"format": "pt"},
    )


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(ModelDamaged) as caught:
        engine.load(folder, "cpu")
    assert "\n" not in str(caught.value) and all(word in str(caught.value) for word in words), caught.value


def last_layer(weights: Weights) -> list[str]:
    return [name for name in weights if ".1." in name]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAMILIES)
def test_a_layer_that_is_not_there_is_not_made_up(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path, kind)
    engine.load(folder, "cpu")
    changed(folder, lambda held: {name: weight for name, weight in held.items() if name not in last_layer(held)})
    refused(folder, "lacks")


@pytest.mark.parametrize("kind", some(FAMILIES, *QUICK))
def test_a_weight_under_another_name_is_missed(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path, kind)

    def renamed(held: Weights) -> Weights:
        name = last_layer(held)[0]
        return {**{other: weight for other, weight in held.items() if other != name}, f"{name}_old": held[name]}

    changed(folder, renamed)
    refused(folder, "lacks")


@pytest.mark.parametrize("kind", some(FAMILIES, *QUICK))
def test_a_weight_of_another_shape_is_refused(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path, kind)

    def larger(held: Weights) -> Weights:
        name = last_layer(held)[0]
        return {**held, name: torch.zeros([size + 1 for size in held[name].shape])}

    changed(folder, larger)
    refused(folder, "cannot be loaded" if kind in TRANSFORMERS else "do not fit")


@pytest.mark.parametrize("kind", some(["llama", "gpt2", "llada", "roberta", "mdlm"], "llama", "llada"))
def test_layers_that_the_settings_do_not_count_are_not_left_out(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path, kind)
    changed(folder, lambda held: {**held, **{name.replace(".1.", ".2.", 1): held[name] for name in last_layer(held)}})
    refused(folder, ".2.")


@pytest.mark.parametrize(
    "kind", some([kind for kind in FAMILIES if not kind.startswith("dream")], *QUICK)
)  # theirs is in other files
def test_a_tokenizer_that_is_larger_than_the_network_is_refused(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path, kind)
    file = folder / "tokenizer.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    held["added_tokens"] += [{"id": 2000 + i, "content": f"zq{i}x", **plain} for i in range(600)]
    file.write_text(json.dumps(held), encoding="utf-8")
    refused(folder, "tokenizer", "trained with")


@pytest.mark.parametrize("kind", some(["llama", "gpt2", "diffusion_gemma", "dream", "open-dcoder", "roberta"], *QUICK))
def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path, kind: str) -> None:
    """It has enough tokens, but what the settings call the end of the text is a letter in it."""
    folder = write(tmp_path, kind)
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    text = config.get("text_config", config)
    text["eos_token_id"] = 100
    file.write_text(json.dumps(config | {"eos_token_id": 100}), encoding="utf-8")
    refused(folder, "eos_token_id", "100", "trained with")


# ---- writers ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> object:
    return read_weights(tiny.write(tmp_path_factory.mktemp("base"), "llama"), "cpu", torch.float32)


def adapter(folder: Path, base: object, change: Change = lambda weights, config: None) -> Path:
    """A writer for the tiny model, changed."""
    config = {"r": 2, "lora_alpha": 4, "target_modules": ["q_proj", "up_proj"]}
    config["trainable_token_indices"] = {"embed_tokens": [1, 2]}
    weights = {ROWS: torch.ones(2, 32)}
    for name, module in base.named_modules():  # type: ignore[attr-defined]
        if name.endswith(("q_proj", "up_proj")):
            weights[f"{PREFIX}{name}.lora_A.weight"] = torch.ones(2, module.in_features)
            weights[f"{PREFIX}{name}.lora_B.weight"] = torch.ones(module.out_features, 2)
    change(weights, config)
    (folder / "adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def test_a_writer_that_fits_is_added(tmp_path: Path, base: object) -> None:
    model = merged(base, adapter(tmp_path, base))  # type: ignore[arg-type]
    old, new = (one.model.layers[1].mlp.up_proj.weight for one in (base, model))  # type: ignore[attr-defined]
    torch.testing.assert_close(new, old + 4)  # two ones times two, scaled by 4 / 2


@pytest.mark.parametrize("case", ["packed", "rounded", "beside its base", "not quickened"])
def test_what_is_added_late_is_the_same(tmp_path: Path, base: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By quicken, whether it quickens or not; until then nothing is added."""
    folder, ids = adapter(tmp_path, base), torch.arange(12)[None]
    at_once, late = merged(base, folder), merged(base, folder, late=True)
    weights = [one.get_submodule("model.layers.1.mlp.up_proj").weight for one in (base, at_once, late)]
    assert weights[2] is weights[0] and not torch.equal(weights[1], weights[0])
    beside = None
    if case == "beside its base":
        beside = copy.deepcopy(base)
        assert quicken(beside)
    if case == "not quickened":
        monkeypatch.setattr(fit, "alike", lambda *arguments: False)
    for model in (at_once, late):
        assert quicken(model, beside, int8=case == "rounded") == (case != "not quickened")
    ours, theirs = (Reader(model, cached=False).forward(ids, ids, None) for model in (late, at_once))
    assert torch.equal(ours, theirs)


DOWN = PREFIX + "model.layers.{}.mlp.up_proj.lora_A.weight"
CHANGES: dict[str, Change] = {
    "no layer": lambda weights, config: [weights.pop(name) for name in list(weights) if ".layers.1." in name],
    "half of a pair": lambda weights, config: weights.pop(DOWN.format(0).replace("_A", "_B")),
    "nothing": lambda weights, config: weights.clear(),
    "another width": lambda weights, config: weights.update({DOWN.format(0): torch.ones(2, 48)}),
    "another rank": lambda weights, config: config.update(r=3),
    "no rank": lambda weights, config: config.update(r=0),
    "a layer more": lambda weights, config: weights.update({DOWN.format(7): torch.ones(2, 32)}),
    "other modules": lambda weights, config: config.update(target_modules=["c_attn"]),
    "a token too high": lambda weights, config: config.update(trainable_token_indices={"embed_tokens": [1, 999]}),
    "rows of another width": lambda weights, config: weights.update({ROWS: torch.ones(2, 1)}),
    "settings that are none": lambda weights, config: config.clear(),
    "a scale that is a text": lambda weights, config: config.update(lora_alpha="x"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_writer_of_another_base_is_refused(tmp_path: Path, base: object, change: str) -> None:
    folder = adapter(tmp_path, base, CHANGES[change])
    with pytest.raises(ModelDamaged, match="the writer in .* cannot be loaded"):
        merged(base, folder)  # type: ignore[arg-type]


def test_a_full_copy_of_another_network_is_refused(tmp_path: Path, base: object) -> None:
    tiny.write(tmp_path / "other", "qwen3")
    with pytest.raises(ModelDamaged, match="it is of another"):
        merged(base, tmp_path / "other")  # type: ignore[arg-type]

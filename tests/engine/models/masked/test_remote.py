"""Checkpoints with code of their own: a folder with its modelling file, loaded by the flag and run as a masked denoiser."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast, dynamic_module_utils

import engine
from engine import Loading, RemoteCodeRefused, Span, UnsupportedModel
from engine.diffusion.canvas import Canvas
from engine.models.masked.denoiser import MaskedDenoiser
from engine.models.masked.remote import RemoteNetwork
from engine.models.scripted import byte_tokenizer
from engine.text.context import Context, Gap
from tests.conftest import some

FOREIGN = Path(__file__).parent / "foreign"
TEXT = "one two three four five six seven"
ALLOWED = Loading(dtype="float32", remote_code=True)


@pytest.fixture(autouse=True)
def modules(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Code is copied before it is imported: not into the user's cache, and for every test anew."""
    monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(tmp_path_factory.mktemp("modules")))
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in [name for name in sys.modules if name.startswith("transformers_modules")]:
        del sys.modules[name]


def write(folder: Path, *, mask: bool = True, key: str = "AutoModelForMaskedLM", **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for file in FOREIGN.glob("*.py"):
        shutil.copy(file, folder)
    settings = {"model_type": "odd", "vocab_size": 259, "hidden_size": 32, "max_position_embeddings": 256} | config
    code = {"AutoConfig": "configuration_odd.OddConfig", key: "modeling_odd.OddModel"}
    (folder / "config.json").write_text(json.dumps(settings | {"auto_map": code}))
    generator = torch.Generator().manual_seed(0)
    shapes = {
        "words.weight": (259, 32), "places.weight": (256, 32), "keys.weight": (64, 32), "keys.bias": (64,),
        "head.weight": (259, 32), "head.bias": (259,),
    }  # fmt: skip
    weights = {name: torch.randn(shape, generator=generator) * 0.3 for name, shape in shapes.items()}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    special = {"mask_token": "<mask>"} if mask else {}
    backend = byte_tokenizer().backend
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>", **special).save_pretrained(folder)
    return folder


def scores(d: engine.Denoiser, ids: list[int], rows: int = 1) -> torch.Tensor:
    context = Context((tuple(d.tokenizer.encode("ab")), tuple(d.tokenizer.encode("yz"))), (Gap(len(ids)),))
    noisy = torch.tensor([[i == d.mask_id for i in ids]]).expand(rows, -1)
    canvas = Canvas(torch.tensor([ids]).expand(rows, -1), noisy, torch.zeros_like(noisy))
    return d.condition(context).logits(canvas, 0.5)


def test_it_runs_by_the_flag_and_only_by_the_flag(tmp_path: Path) -> None:
    folder = write(tmp_path / "odd")
    with pytest.raises(RemoteCodeRefused, match="configuration_odd.py, modeling_odd.py"):
        engine.load(folder, "cpu")
    denoiser = engine.load(folder, "cpu", options=ALLOWED)
    assert isinstance(denoiser, MaskedDenoiser) and denoiser.name == "odd" and denoiser.mask_id == 2
    *_, last = engine.infill(denoiser, TEXT, [Span(4, 7), Span(14, 18)], steps=4, length="same")
    assert last.done and last.nfe == 4 and all(span.text for span in last.spans)


@pytest.mark.parametrize("answer", ["tensor", "output"])
@pytest.mark.parametrize("key", some(["AutoModelForMaskedLM", "AutoModelForCausalLM", "AutoModel"]))
def test_its_scores_are_those_of_its_own_forward(tmp_path: Path, answer: str, key: str) -> None:
    denoiser = engine.load(write(tmp_path / "odd", answer=answer, key=key), "cpu", options=ALLOWED)
    assert isinstance(denoiser, MaskedDenoiser) and isinstance(denoiser.network, RemoteNetwork)
    ids = [*denoiser.tokenizer.encode("ab"), 2, 70, *denoiser.tokenizer.encode("yz")]
    with torch.no_grad():
        out = denoiser.network._model(torch.tensor([ids]))
    theirs = (out if answer == "tensor" else out.logits)[0, 2]
    ours = scores(denoiser, [2, 70])[0, 0, :259]
    allowed = ours > -1e8
    torch.testing.assert_close(ours[allowed], theirs.masked_fill(~allowed, -1e9).log_softmax(-1)[allowed])


@pytest.mark.parametrize("how", ["config", "option"])
def test_a_shifted_network(tmp_path: Path, how: str) -> None:
    """The output at i - 1 scores position i."""
    plain = engine.load(write(tmp_path / "plain"), "cpu", options=ALLOWED)
    config = {"palimpsest": {"shift": True}} if how == "config" else {}
    options = ALLOWED if how == "config" else Loading(dtype="float32", remote_code=True, shift=True)
    shifted = engine.load(write(tmp_path / "shifted", **config), "cpu", options=options)
    assert isinstance(plain, MaskedDenoiser) and isinstance(shifted, MaskedDenoiser)
    assert shifted.frame.before == (0,), "something has to stand before the first slot"
    ids, there = torch.arange(40, 46)[None], torch.ones(1, 6, dtype=torch.bool)
    at = torch.tensor([[1, 3]])
    with torch.no_grad():
        torch.testing.assert_close(shifted.network(ids, there, 0.5, at), plain.network(ids, there, 0.5, at - 1))


@pytest.mark.parametrize("pads", [True, False])
def test_rows_of_unequal_length(tmp_path: Path, pads: bool) -> None:
    """Whether the network can leave padding out or not, a row scores as it does alone."""
    denoiser = engine.load(write(tmp_path / "odd", pads=pads), "cpu", options=ALLOWED)
    assert isinstance(denoiser, MaskedDenoiser)
    ids = torch.arange(40, 52).view(2, 6)
    there = torch.ones(2, 6, dtype=torch.bool)
    there[0, 4:] = False
    at = torch.tensor([[0, 3], [2, 5]])
    with torch.no_grad():
        both = denoiser.network(ids, there, 0.5, at)
        alone = denoiser.network(ids[:1, :4], there[:1, :4], 0.5, at[:1])
    torch.testing.assert_close(both[:1], alone)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"causal": True}, "left to right only"), ({"answer": "dict"}, "gives no logits"),
        ({"vocab_size": 300}, "cannot be loaded"),
    ],
)  # fmt: skip
def test_a_network_that_is_no_masked_denoiser(tmp_path: Path, config: dict[str, Any], reason: str) -> None:
    with pytest.raises(engine.ModelError, match=reason):
        engine.load(write(tmp_path / "odd", **config), "cpu", options=ALLOWED)


def test_the_mask_is_named_by_the_tokenizer_or_the_config(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="mask_token_id"):
        engine.load(write(tmp_path / "none", mask=False), "cpu", options=ALLOWED)
    assert engine.load(write(tmp_path / "one", mask=False, mask_token_id=2), "cpu", options=ALLOWED).mask_id == 2


def test_code_that_needs_a_package_says_which(tmp_path: Path) -> None:
    folder = write(tmp_path / "odd")
    file = folder / "modeling_odd.py"
    file.write_text("import not_there_at_all\n" + file.read_text())
    with pytest.raises(UnsupportedModel, match="not installed.*not_there_at_all|not_there_at_all"):
        engine.load(folder, "cpu", options=ALLOWED)

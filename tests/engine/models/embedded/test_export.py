"""The embedded model as others load it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from peft import PeftModel
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerBase

import engine
from engine.errors import EngineError, ExportRefused, ModelDamaged, ModelMissing
from engine.models.embedded import palimpsest
from engine.models.embedded.export import export
from engine.models.embedded.palimpsest import ASSETS, MASK, NULL, read_base
from engine.models.writer.adapter import merged
from engine.training.student import Student
from tests.conftest import ROOT
from tests.engine import tiny

BASE = {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
TEXTS = {"README.md", "NOTICE", "LICENSE"}
WRITER = {"adapter_config.json", "adapter_model.safetensors"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Assets without a writer."""
    return tiny.assets(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def assets(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Assets with a writer whose every weight does something."""
    folder = tmp_path_factory.mktemp("assets") / "model"
    shutil.copytree(plain, folder)
    student = Student(read_base(folder, "cpu", torch.float32), 4, MASK, NULL, 0)
    with torch.no_grad():
        for name, weights in student.trainable().items():
            if "lora_" in name:
                torch.nn.init.normal_(weights, std=0.2)
    student.save(folder / "writer", "SmolLM2-135M-Instruct")
    return folder


@pytest.fixture(scope="module")
def exported(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "palimpsest"
    export(assets, folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(exported: Path) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(exported / "base")


def names(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


IDS = torch.tensor([[1, 500, MASK, 900, NULL, 40000, MASK, MASK, 7, 2]])


def test_what_is_written(assets: Path, tmp_path: Path) -> None:
    made = export(assets, tmp_path / "new")
    expected = {f"base/{name}" for name in BASE} | {f"writer/{name}" for name in WRITER} | TEXTS
    assert names(tmp_path / "new") == expected == {str(file.relative_to(tmp_path / "new")) for file in made}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o755
    assert os.listdir(tmp_path) == ["new"]


def test_transformers_loads_the_untouched_base(plain: Path, exported: Path) -> None:
    loaded = AutoModelForCausalLM.from_pretrained(exported / "base")
    ours = read_base(plain, "cpu", torch.float32)
    assert loaded.dtype == torch.float32
    for (name, theirs), weights in zip(loaded.named_parameters(), ours.parameters(), strict=True):
        assert torch.equal(theirs, weights), name


def test_peft_loads_the_writer(assets: Path, exported: Path) -> None:
    base = AutoModelForCausalLM.from_pretrained(exported / "base")
    with torch.inference_mode():
        untouched = base(IDS).logits
        with warnings.catch_warnings():  # PEFT asks by a name that transformers has replaced
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
            theirs = PeftModel.from_pretrained(base, exported / "writer").eval()(IDS).logits
        ours = merged(read_base(assets, "cpu", torch.float32), assets / "writer")(IDS).logits
    assert torch.allclose(theirs, ours, atol=1e-2)
    assert torch.allclose(theirs[..., [MASK, NULL]], ours[..., [MASK, NULL]], atol=1e-2)
    assert (theirs - untouched).abs().amax(-1).min() > 0.1


@pytest.fixture(scope="module")
def shipped() -> Tokenizer:
    return Tokenizer.from_file(str(ASSETS / "tokenizer.json"))


@pytest.mark.slow
@given(text=st.text(max_size=60) | st.sampled_from(["def f(x):\n\treturn 12345", "<|im_start|>user\n<issue_closed>"]))
def test_the_tokenizer_is_the_shipped_one(tokenizer: PreTrainedTokenizerBase, shipped: Tokenizer, text: str) -> None:
    ids = tokenizer(text)["input_ids"]
    assert ids == shipped.encode(text).ids
    # The vocabulary lacks some bytes: those of six control characters, and of planes without a character.
    assert tokenizer.decode(ids) == shipped.decode(ids, skip_special_tokens=False)


@pytest.mark.parametrize(
    "text", ["def f(x):\n\treturn 12345  # é 🙂", "  two  spaces \n", "<|im_start|>user", "can't , ."]
)
def test_the_tokenizer_gives_the_text_back(tokenizer: PreTrainedTokenizerBase, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_the_tokenizer_knows_its_special_tokens(tokenizer: PreTrainedTokenizerBase) -> None:
    assert len(tokenizer) == 49152
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.unk_token_id) == (
        1,
        2,
        2,
        0,
    )
    assert tokenizer.convert_tokens_to_ids(["<empty_output>", "<issue_closed>"]) == [MASK, NULL]
    assert tokenizer.model_max_length == 1024


@pytest.mark.slow
def test_this_program_loads_the_base_too(exported: Path) -> None:
    assert engine.load(exported / "base", device="cpu").name == "base"


def test_without_a_writer_there_is_only_the_base(plain: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("empty").mkdir()
    export(plain, tmp_path / "empty")
    assert names(tmp_path / "empty") == {f"base/{name}" for name in BASE} | TEXTS


def test_a_folder_with_something_in_it_is_refused(assets: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ExportRefused, match=f"{tmp_path} exists"):
        export(assets, tmp_path)
    with pytest.raises(ExportRefused, match="mine exists"):
        export(assets, tmp_path / "mine")
    assert os.listdir(tmp_path) == ["mine"]


@pytest.mark.parametrize("place", ["no/such/parent", "file/below", "n" * 300, "/proc/palimpsest"])
def test_a_folder_that_cannot_be_written_is_named(plain: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportRefused, match=place) as refusal:
        export(plain, tmp_path / place)
    assert "\n" not in str(refusal.value)
    assert os.listdir(tmp_path) == ["file"]


def test_what_stops_half_way_leaves_nothing(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ExportRefused, match="new cannot be written: No space left"):
        export(plain, tmp_path / "new")
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("base/manifest.json", ModelMissing),
        ("base/model.safetensors", ModelDamaged),
        ("tokenizer.json", ModelDamaged),
        ("NOTICE", ModelDamaged),
        ("writer/adapter_config.json", ModelDamaged),
        ("writer/adapter_model.safetensors", ModelDamaged),
    ],
)
def test_a_damaged_model_is_not_exported(assets: Path, tmp_path: Path, file: str, kind: type[EngineError]) -> None:
    damaged = tmp_path / "model"
    shutil.copytree(assets, damaged)
    (damaged / file).unlink()
    with pytest.raises(kind):
        export(damaged, tmp_path / "new")
    assert os.listdir(tmp_path) == ["model"]


def test_the_command(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(palimpsest, "ASSETS", plain)
    monkeypatch.setattr(sys, "argv", ["palimpsest", "export", str(tmp_path / "new")])
    assert palimpsest.main() == 0
    assert set(capsys.readouterr().out.split()) == {str(tmp_path / "new" / name) for name in names(tmp_path / "new")}
    assert palimpsest.main() == 1
    error = capsys.readouterr().err
    assert error.startswith(f"palimpsest: {tmp_path / 'new'} exists")
    assert error.count("\n") == 1


@pytest.mark.slow
def test_the_command_as_a_process_warns_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    command = [
        sys.executable,
        "-W",
        "error::RuntimeWarning",
        "-m",
        "engine.models.embedded.palimpsest",
        "export",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"palimpsest: {tmp_path} exists and is not an empty folder; name a new one\n"

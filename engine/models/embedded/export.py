"""The embedded model as folders that transformers and PEFT load, to be published or compared.

base/     the untouched model and its tokenizer      AutoModelForCausalLM, AutoTokenizer
writer/   the adapter, where one is shipped          PeftModel, on base
README.md, NOTICE, LICENSE
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.errors import ExportRefused, ModelDamaged
from engine.models.embedded.fetch import MANIFEST, check

LICENSE = Path(__file__).resolve().parents[3] / "LICENSE"
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",  # takes tokenizer.json as it is; Llama's own class would rebuild it
    "bos_token": "<|im_start|>",
    "eos_token": "<|im_end|>",
    "pad_token": "<|im_end|>",
    "unk_token": "<|endoftext|>",
    "clean_up_tokenization_spaces": False,
}


def export(assets: Path, folder: Path) -> list[Path]:
    """Write the model to a folder that is new or empty. Raises ExportRefused, ModelMissing, ModelDamaged."""
    place = folder.resolve()  # where a link leads, so that the work lies beside it on the same disk
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise ExportRefused(f"{folder} exists and is not an empty folder; name a new one")
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be looked at: {error.strerror or error}") from error
    check(assets / "base", whole=True)
    copied, written = _copied(assets), _written(assets)
    try:
        _store(place, copied, written)
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be written: {error.strerror or error}") from error
    return [folder / name for name in sorted((*copied, *written))]


def _copied(assets: Path) -> dict[str, Path]:
    """The files that are copied as they are."""
    base = [file for file in sorted((assets / "base").iterdir()) if file.name != MANIFEST]
    files = {f"base/{file.name}": file for file in base} | {
        "base/tokenizer.json": assets / "tokenizer.json",
        "README.md": assets / "MODEL_CARD.md",
        "NOTICE": assets / "NOTICE",
        "LICENSE": LICENSE,
    }
    if (assets / "writer").is_dir():
        files["writer/adapter_model.safetensors"] = assets / "writer" / "adapter_model.safetensors"
    for file in files.values():
        if not file.is_file():
            raise ModelDamaged(f"{file} is missing; restore it from the repository")
    return files


def _written(assets: Path) -> dict[str, dict[str, object]]:
    """The settings that are made here."""
    longest = _read(assets / "base" / "config.json").get("max_position_embeddings")
    made = {"base/tokenizer_config.json": {**TOKENIZER, "model_max_length": longest}}
    if (assets / "writer").is_dir():
        # Not the hub's name: its weights are not quantised, and the adapter was not trained on them.
        adapter = _read(assets / "writer" / "adapter_config.json")
        made["writer/adapter_config.json"] = {**adapter, "base_model_name_or_path": "../base"}
    return made


def _read(file: Path) -> dict[str, object]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelDamaged(f"{file} cannot be read ({error}); restore it from the repository") from error


def _store(place: Path, copied: Mapping[str, Path], written: Mapping[str, object]) -> None:
    """Write beside the place and move there, so that what stops half-way leaves nothing."""
    work = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        for name in (*copied, *written):
            (work / name).parent.mkdir(exist_ok=True)
        for name, source in copied.items():
            shutil.copyfile(source, work / name)
        for name, content in written.items():
            (work / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        work.chmod(0o755)  # mkdtemp makes it for the owner only
        work.rename(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)

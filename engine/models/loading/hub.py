"""Models by name: fetched from the Hugging Face hub into its cache, and whose code may run.

Only a caller who names a hub model causes traffic. Everything behind this file works on folders.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from huggingface_hub import get_safetensors_metadata, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from tqdm import tqdm

from engine.errors import ModelDamaged, ModelMissing, OutOfMemory, RemoteCodeRefused
from engine.models.loading import memory
from engine.models.loading.options import Loading, first_line

T = TypeVar("T")

SMALL = ["*.json", "*.jinja", "*.model", "*.txt", "*.tiktoken"]
WEIGHTS, OLD_WEIGHTS = ["model*.safetensors"], ["pytorch_model*.bin"]


def config_of(where: Path) -> dict[str, Any]:
    """config.json of a folder. Raises ModelMissing, ModelDamaged."""
    file = where / "config.json"
    if not file.is_file():
        raise ModelMissing(f"{where} holds no config.json; name a folder that save_pretrained wrote, or a hub name")
    return settings_of(file)


def settings_of(file: Path) -> dict[str, Any]:
    """A JSON file of a checkpoint. Raises ModelDamaged."""
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{file} is not JSON ({error}); fetch the model again") from error
    if not isinstance(config, dict):
        raise ModelDamaged(f"{file} holds no settings; fetch the model again")
    return config


def looked_up(name: str, options: Loading) -> Path:
    """The folder in the cache with the config of a model on the hub, and perhaps nothing else yet. Raises ModelMissing."""
    options.report(0.0, f"{name}: looking it up")
    found = _asked(name, options, lambda: hf_hub_download(name, "config.json", revision=options.revision))
    return Path(found).parent


def fetched(name: str, where: Path, device: str, options: Loading) -> Path:
    """The folder of a model that was looked up, with all that is needed. Weights that do not fit are not downloaded.
    Raises ModelMissing, ModelDamaged, OutOfMemory."""
    if options.offload is None and not memory.shards(where):
        _check_size(name, config_of(where), device, options)

    def fetch(patterns: list[str]) -> Path:
        bar = _bar(name, options)
        return Path(snapshot_download(name, revision=options.revision, allow_patterns=patterns, tqdm_class=bar))

    wanted = SMALL + WEIGHTS + (["*.py"] if options.remote_code else [])
    folder = _asked(name, options, lambda: fetch(wanted))
    return folder if memory.shards(folder) else _asked(name, options, lambda: fetch(OLD_WEIGHTS))


def needs_code(config: Mapping[str, Any]) -> bool:
    """Whether only the checkpoint's own Python files can build its network: it names some, and transformers has none."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    return bool(config.get("auto_map")) and config.get("model_type") not in CONFIG_MAPPING


def check_code(name: str, config: Mapping[str, Any], options: Loading, *, hub: bool) -> None:
    """Let the code of a checkpoint that needs it pass only where it was allowed, and from the hub only at one commit.

    A branch or tag can be moved by whoever owns it, so what was read yesterday need not be what runs today.
    Raises RemoteCodeRefused.
    """
    classes = [str(entry) for entry in dict(config["auto_map"]).values()]
    files = ", ".join(sorted({f"{entry.split('--')[-1].split('.')[0]}.py" for entry in classes}))
    elsewhere = sorted({entry.split("--")[0] for entry in classes if "--" in entry})
    if elsewhere:
        raise RemoteCodeRefused(
            f"{name} takes its code from {', '.join(elsewhere)}, where no commit is pinned; download both, put its .py files "
            f'into the folder, and remove "{elsewhere[0]}--" from auto_map in config.json'
        )
    if not options.remote_code:
        pin = " together with --revision COMMIT" if hub else ""
        raise RemoteCodeRefused(
            f"{name} is of no family known here and brings Python code of its own ({files}), which would run with all your "
            f"rights; read it, and if you trust it add --remote-code{pin}"
        )
    if hub and not options.pinned:
        raise RemoteCodeRefused(
            f"--remote-code runs {files} of {name} only at a pinned commit, because a branch or tag can be changed afterwards; "
            f"add --revision COMMIT with its 40 hexadecimal digits, got {options.revision!r}"
        )


def _check_size(name: str, config: Mapping[str, Any], device: str, options: Loading) -> None:
    """Refuse weights that do not fit before they are fetched. Where the hub does not say, loading them will."""
    try:
        files = get_safetensors_metadata(name, revision=options.revision).files_metadata.values()
    except Exception:
        return
    held = tuple(memory.Tensor(key, t.dtype, tuple(t.shape)) for file in files for key, t in file.tensors.items())
    quantisation = "already" if config.get("quantization_config") else options.quantisation
    cached = memory.keys_and_values(config, options.window or memory.SHORT)
    estimate = memory.Estimate(held, options.torch_dtype(device), quantisation, cached)
    try:
        memory.check(estimate, name, device, everywhere=options.device_map is not None)
    except OutOfMemory as error:
        raise OutOfMemory(f"{error} (nothing was downloaded)") from error


def _asked(name: str, options: Loading, call: Callable[[], T]) -> T:
    """What the hub answers, its refusals as ModelMissing with the remedy."""
    at = f" at revision {options.revision!r}" if options.revision else ""
    try:
        return call()
    except GatedRepoError as error:
        remedy = f"accept its terms on https://huggingface.co/{name} and log in with: .venv/bin/hf auth login"
        raise ModelMissing(f"{name} is given only to those who accepted its terms; {remedy}") from error
    except RevisionNotFoundError as error:
        raise ModelMissing(
            f"{name} has no revision {options.revision!r}; give a branch, tag or commit of it"
        ) from error
    except RemoteEntryNotFoundError as error:
        raise ModelMissing(
            f"{name}{at} holds no config.json, so it is no model of transformers; choose another"
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        remedy = "check the name; for a private one log in with: .venv/bin/hf auth login"
        raise ModelMissing(f"the hub has no model called {name!r}; {remedy}") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, ConnectionError, OSError) as error:
        remedy = "connect to the network, or name a folder with the model's files"
        raise ModelMissing(f"{name}{at} is not on this machine and the hub cannot be reached; {remedy}") from error
    except Exception as error:  # what the HTTP library raises has no parent that is known here
        raise ModelMissing(
            f"{name}{at} cannot be fetched ({first_line(error)}); try again, or name a folder"
        ) from error


def _bar(name: str, options: Loading) -> type[Any]:
    """A progress bar that is reported and never drawn."""

    class Bar(tqdm):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **{**more, "file": io.StringIO(), "disable": False})

        def update(self, n: float | None = 1) -> bool | None:
            told = super().update(n)
            if self.unit == "B" and self.total:
                done = f"{memory.size(int(self.n))} of {memory.size(int(self.total))}"
                options.report(min(1.0, self.n / self.total), f"{name}: fetched {done}")
            return told

    return Bar

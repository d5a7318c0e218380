"""Model families: how a checkpoint becomes a Denoiser. One file a family, one line in MODELS each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch

from engine.denoiser import Denoiser
from engine.errors import ModelDamaged, ModelMissing
from engine.models import palimpsest
from engine.models.checkpoint import load_causal
from engine.ways import Ways

MODELS: dict[str, Callable[[Path, str], Ways]] = {
    "causal": lambda folder, device: Ways.only(load_causal(folder, device)),
    "palimpsest": palimpsest.load,
}


def device_of(wish: str) -> str:
    """ "auto" is a GPU where there is one. Raises ModelMissing when CUDA is asked for and absent."""
    if wish not in ("auto", "cpu", "cuda"):
        raise ModelMissing(f"no device is called {wish!r}; use auto, cpu or cuda")
    if wish == "cuda" and not torch.cuda.is_available():
        raise ModelMissing("device 'cuda' was asked for and torch finds no CUDA GPU; use --device cpu or auto")
    return ("cuda" if torch.cuda.is_available() else "cpu") if wish == "auto" else wish


def family(folder: Path) -> str:
    """The MODELS key for a checkpoint folder, from its config.json. Raises ModelMissing."""
    config = folder / "config.json"
    if not config.is_file():
        raise ModelMissing(f"{folder} holds no config.json; name a folder that save_pretrained wrote, or a hub name")
    try:
        return "palimpsest" if "palimpsest" in json.loads(config.read_text(encoding="utf-8")) else "causal"
    except ValueError as error:
        raise ModelDamaged(f"{config} is not JSON ({error}); fetch the model again") from error


def load(model: str | Path | None = None, *, device: str = "auto") -> Denoiser:
    """Load a denoiser: the embedded model (None), a checkpoint folder, or a name on the Hugging Face hub.

    Raises ModelMissing, ModelDamaged, UnsupportedModel, each with one line that says what to do.
    """
    return load_ways(model, device=device).default


def load_ways(model: str | Path | None = None, *, device: str = "auto") -> Ways:
    """Load all ways in which a model can write; they share its weights. Arguments and errors as for ``load``."""
    where = device_of(device)
    if model is None:
        return palimpsest.load(palimpsest.ASSETS, where)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return MODELS[family(folder)](folder, where)
    if isinstance(model, Path) or str(model).startswith((".", "/", "~")) or str(model).count("/") != 1:
        raise ModelMissing(f"there is no model folder {str(model)!r}; name a folder, or a hub model as owner/name")
    return MODELS["causal"](Path(str(model)), where)

"""Model families: how a checkpoint becomes a Denoiser. One file a family, one line in MODELS each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch

from engine.denoiser import Denoiser
from engine.errors import ModelDamaged, ModelMissing, UnsupportedModel
from engine.models.checkpoint import load_causal
from engine.ways import Ways


def embedded(folder: Path | None, device: str, writer: Path | None = None) -> Ways:
    """The family of the embedded model, or that model itself."""
    # Here, so that ``python -m engine.models.palimpsest`` does not import it twice.
    from engine.models import palimpsest

    return palimpsest.load(folder or palimpsest.ASSETS, device, writer)


MODELS: dict[str, Callable[[Path, str], Ways]] = {
    "causal": lambda folder, device: Ways.only(load_causal(folder, device)),
    "palimpsest": embedded,
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


def load_ways(model: str | Path | None = None, *, device: str = "auto", writer: str | Path | None = None) -> Ways:
    """Load all ways in which a model can write; they share its weights. Arguments and errors as for ``load``.

    Args:
        writer: folder of a writer trained for the embedded model, in place of the shipped one.
    """
    where = device_of(device)
    if model is None:
        return embedded(None, where, None if writer is None else Path(writer).expanduser())
    if writer is not None:
        raise UnsupportedModel(f"a writer belongs to the embedded model; leave {str(model)!r} or the writer away")
    folder = Path(model).expanduser()
    if folder.is_dir():
        return MODELS[family(folder)](folder, where)
    if isinstance(model, Path) or str(model).startswith((".", "/", "~")) or str(model).count("/") != 1:
        raise ModelMissing(f"there is no model folder {str(model)!r}; name a folder, or a hub model as owner/name")
    return MODELS["causal"](Path(str(model)), where)

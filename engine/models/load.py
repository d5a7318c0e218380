"""Model families: how a checkpoint becomes a Denoiser. One file a family, one line in MODELS each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from engine.denoising.denoiser import Denoiser
from engine.errors import ModelMissing, UnsupportedModel
from engine.models.dit import checkpoint as dit_checkpoint
from engine.models.dit.load import load_dit
from engine.models.lean.fit import quicken
from engine.models.loading import hub
from engine.models.loading.options import PLAIN, Loading
from engine.models.masked.families import masked_family
from engine.systems.choice import Ways


def embedded(folder: Path | None, device: str, options: Loading = PLAIN, writer: Path | None = None) -> Ways:
    """The family of the embedded model, or that model itself."""
    # Here, so that ``python -m engine.models.embedded.palimpsest`` does not import it twice.
    from engine.models.embedded import palimpsest

    return palimpsest.load(folder or palimpsest.ASSETS, device, writer, options)


def _causal(folder: Path, device: str, options: Loading) -> Ways:
    from engine.models.causal.checkpoint import load_causal  # transformers is slow to import

    denoiser = load_causal(folder, device, options)
    quicken(denoiser.reader.model)
    return Ways.only(denoiser)


def _diffusion_gemma(folder: Path, device: str, options: Loading) -> Ways:
    from engine.models.gemma.diffusion_gemma import load_diffusion_gemma  # transformers is slow to import

    return Ways.only(load_diffusion_gemma(folder, device, options), "diffusion_gemma")


def _masked(kind: str) -> Callable[[Path, str, Loading], Ways]:
    """The loader of a family of masked diffusion models with full attention."""

    def load(folder: Path, device: str, options: Loading) -> Ways:
        from engine.models.masked import a2d, dream, llada, mlm  # transformers is slow to import

        loaders = {"llada": llada.load_llada, "dream": dream.load_dream, "a2d": a2d.load_a2d, "mlm": mlm.load_mlm}
        return Ways.only(loaders[kind](folder, device, options), "masked")

    return load


def _remote(folder: Path, device: str, options: Loading) -> Ways:
    from engine.models.masked.remote import load_remote  # transformers is slow to import

    return Ways.only(load_remote(folder, device, options), "remote")


def _dit(kind: str) -> Callable[[Path, str, Loading], Ways]:
    """The loader of a family on the diffusion transformer of MDLM."""
    return lambda folder, device, options: Ways.only(load_dit(folder, device, options), kind)


MODELS: dict[str, Callable[[Path, str, Loading], Ways]] = {
    "causal": _causal,
    "palimpsest": embedded,
    "diffusion_gemma": _diffusion_gemma,
    "remote": _remote,
    **{kind: _dit(kind) for kind in ("mdlm", "udlm", "sedd", "bd3lm", "esolm")},
    **{kind: _masked(kind) for kind in ("llada", "dream", "a2d", "mlm")},
}


def device_of(wish: str) -> str:
    """ "auto" is a GPU where there is one. Raises ModelMissing when CUDA is asked for and absent."""
    if wish not in ("auto", "cpu", "cuda"):
        raise ModelMissing(f"no device is called {wish!r}; use auto, cpu or cuda")
    if wish == "cuda" and not torch.cuda.is_available():
        raise ModelMissing("device 'cuda' was asked for and torch finds no CUDA GPU; use --device cpu or auto")
    return ("cuda" if torch.cuda.is_available() else "cpu") if wish == "auto" else wish


def family(folder: Path) -> str:
    """The MODELS key for a checkpoint folder, from its config.json and what it says of its tokenizer. Raises ModelMissing,
    ModelDamaged."""
    tokenizer = (
        hub.settings_of(folder / "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
    )
    return family_of(hub.config_of(folder), tokenizer)


def family_of(config: Mapping[str, Any], tokenizer_config: Mapping[str, Any]) -> str:
    """The MODELS key for the settings in a config.json and a tokenizer_config.json."""
    if config.get("model_type") == "diffusion_gemma":
        return "diffusion_gemma"
    known = dit_checkpoint.family_of(config)  # they bring code of their own, which is not needed
    if known is not None:
        return known
    found = None if "palimpsest" in config else masked_family(config, tokenizer_config)
    if found is not None:
        return found
    if hub.needs_code(config):
        return "remote"
    return "palimpsest" if "palimpsest" in config else "causal"


def load(model: str | Path | None = None, device: str = "auto", *, options: Loading = PLAIN) -> Denoiser:
    """Load a denoiser: the embedded model (None), a checkpoint folder, or a name on the Hugging Face hub.

    Raises ModelMissing, ModelDamaged, UnsupportedModel, RemoteCodeRefused, OutOfMemory, each with one line that says what to do.
    """
    return load_ways(model, device, options=options).default


def load_ways(
    model: str | Path | None = None,
    device: str = "auto",
    *,
    options: Loading = PLAIN,
    writer: str | Path | None = None,
) -> Ways:
    """Load all ways in which a model can write; they share its weights. Arguments and errors as for ``load``.

    Args:
        writer: folder of a writer trained for the embedded model, in place of the shipped one.
    """
    where = device_of(device)
    if model is None:
        return embedded(None, where, options, None if writer is None else Path(writer).expanduser())
    if writer is not None:
        raise UnsupportedModel(f"a writer belongs to the embedded model; leave {str(model)!r} or the writer away")
    folder, named = Path(model).expanduser(), str(model)
    on_hub = not folder.is_dir()
    if on_hub:
        if isinstance(model, Path) or named.startswith((".", "/", "~")) or named.count("/") != 1:
            raise ModelMissing(f"there is no model folder {named!r}; name a folder, or a hub model as owner/name")
        folder = hub.looked_up(named, options)
    kind = family(folder)
    if kind == "remote":
        hub.check_code(named, hub.config_of(folder), options, hub=on_hub)
    if on_hub:
        folder = hub.fetched(named, folder, where, options)
        kind = kind if kind == "remote" else family(folder)  # now its tokenizer is known too
    return MODELS[kind](folder, where, options)

"""Reading what MDLM, SEDD, BD3-LM and Eso-LM publish: four kinds of config.json, one layout of weights, no tokenizer.

| published as | config.json | mask id |
| --- | --- | --- |
| kuleshov-group/mdlm-owt | model_type mdlm | the tokenizer's, else vocab_size - 1 |
| kuleshov-group/bd3lm-owt-block_size4 ... | model_type bd3lm | the same |
| sahoo-diffusion/Eso-LM-B-alpha-1 ... | model_type EsoLM | mask_index |
| louaaron/sedd-small, sedd-medium | tokens, graph, model (the training run's settings) | tokens |
| the same with graph.type uniform | the same | there is none |
| kuleshov-group/udlm-lm1b ... | model_type udlm | there is none |

Their code reads text with GPT-2's tokenizer and gives the mask the first id behind it, unless the tokenizer has a mask token.
"""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer as Backend
from torch import Tensor

from engine.diffusion.schedules import LogLinear
from engine.errors import ModelDamaged, ModelMissing, UnsupportedModel
from engine.models.dit.network import Dit, DitSizes, Rotary
from engine.models.loading import hub
from engine.models.loading.fit import check_ids
from engine.text.tokenizer import Tokenizer

Family = Literal["mdlm", "udlm", "bd3lm", "esolm", "sedd"]
GPT2 = "openai-community/gpt2"
BERT = 30522
"""ids of the tokenizer that UDLM's own text model was trained with"""
PREFIXES = ("_orig_mod.", "module.", "backbone.")
"""what wrappers put in front of a weight's name"""
ELSEWHERE = ("sampling_eps_", "noise.", "rotary_emb.")
"""published beside the network's weights, and not needed: training's noise range, and angles that are computed here"""


@dataclass(frozen=True, slots=True)
class Published:
    """What a config.json says."""

    family: Family
    sizes: DitSizes
    length: int
    """tokens that it was trained on at once"""
    mask_id: int | None
    """None: see ``mask_of``"""
    timed: bool
    """whether it was told the noise level; otherwise it always hears 0"""
    scaled: bool | None = None
    """SEDD: whether its output leaves out the ratio's own size, log(e^sigma - 1) and log(V - 1). None: it gives no ratios"""
    block: int | None = None
    """BD3-LM: tokens in a block; None: all of them are one"""
    ordered: Literal["eso-a", "eso-b"] | None = None
    """Eso-LM: the attention that it was trained with"""
    uniform: bool = False
    """whether its noise is random tokens, all that it knows alike; there is no mask then"""
    least: float = LogLinear().eps
    """the share that is clean at the end of its schedule"""


def family_of(config: Mapping[str, Any]) -> Family | None:
    """Which of these families a config.json is of, if any."""
    name = str(config.get("model_type", "")).lower()
    if name in ("mdlm", "udlm", "bd3lm", "esolm"):
        return name  # type: ignore[return-value]
    return "sedd" if {"graph", "tokens", "model"} <= set(config) else None


def published(folder: Path) -> Published:
    """Read config.json. Raises ModelMissing, ModelDamaged, UnsupportedModel."""
    config = hub.config_of(folder)
    try:
        family = family_of(config)
        if family is None:
            raise UnsupportedModel(f"{folder} is neither MDLM, UDLM, BD3-LM, Eso-LM nor SEDD by its config.json")
        return _sedd(config, folder) if family == "sedd" else _transformers(config, family, folder)
    except (ValueError, TypeError) as error:
        raise ModelDamaged(f"{folder}/config.json cannot be read ({error}); fetch the model again") from error
    except KeyError as error:
        raise ModelDamaged(f"{folder}/config.json does not say {error.args[0]!r}; fetch the model again") from error


def _transformers(config: Mapping[str, Any], family: Family, folder: Path) -> Published:
    if config.get("causal"):
        raise UnsupportedModel(
            f"{folder} reads left to right and knows no masks (causal is true); use another checkpoint"
        )
    if config.get("cfg"):
        raise UnsupportedModel(f"{folder} was trained on labels (cfg is true), and a text has none; use one without")
    width = config["hidden_size"] if "hidden_size" in config else config["hidden_dim"]
    sizes = DitSizes(
        vocabulary=int(config["vocab_size"]),
        width=int(width),
        heads=int(config["n_heads"]),
        blocks=int(config["n_blocks"]),
        condition=int(config["cond_dim"]),
        modulated=bool(config.get("adaln", True)),
    )
    block = int(config["block_size"]) if family == "bd3lm" and config.get("cross_attn", True) else None
    length = int(config["model_length"])
    return Published(
        family,
        sizes,
        length,
        mask_id=None if config.get("mask_index") is None else int(config["mask_index"]),
        timed=bool(config.get("time_conditioning", family == "udlm")),
        block=None if block is None or block >= length else block,
        ordered=_ordered(config) if family == "esolm" else None,
        uniform=family == "udlm",
    )


def _ordered(config: Mapping[str, Any]) -> Literal["eso-a", "eso-b"]:
    """Training calls B's attention causal and A's mixed2. The published configs do not say; all published weights are B's."""
    return "eso-a" if config.get("diffusion_attn_mode", "causal") == "mixed2" else "eso-b"


def _sedd(config: Mapping[str, Any], folder: Path) -> Published:
    kind, noise, model = config["graph"]["type"], config.get("noise", {}), config["model"]
    if kind not in ("absorb", "uniform"):
        raise UnsupportedModel(f"{folder} was trained on {kind!r} noise; use one with graph.type absorb or uniform")
    schedule, uniform = noise.get("type", "loglinear"), kind == "uniform"
    if schedule != "loglinear" and not (uniform and schedule == "geometric"):
        raise UnsupportedModel(
            f"{folder} was trained with {schedule!r} noise and would hear wrong levels; use one with noise.type loglinear"
        )
    if uniform and model["scale_by_sigma"]:
        raise UnsupportedModel(
            f"{folder} has scale_by_sigma with graph.type uniform, for which nothing is published; use one without"
        )
    sizes = DitSizes(
        vocabulary=int(config["tokens"]) + (not uniform),
        width=int(model["hidden_size"]),
        heads=int(model["n_heads"]),
        blocks=int(model["n_blocks"]),
        condition=int(model["cond_dim"]),
    )
    mask, scaled = None if uniform else int(config["tokens"]), bool(model["scale_by_sigma"])
    least = math.exp(-float(noise["sigma_max"])) if schedule == "geometric" else LogLinear().eps
    return Published("sedd", sizes, int(model["length"]), mask, True, scaled, uniform=uniform, least=least)


def mask_of(what: Published, tokenizer: Tokenizer, folder: Path) -> int:
    """The id of the mask: the config's, else that of the tokenizer's mask token, else the first id behind the tokenizer's, which
    is the last that the network has; under uniform noise none that the network knows. Raises ModelDamaged where that id is a
    word."""
    named = _named(folder, "mask_token")
    own = None if named is None else tokenizer.backend.token_to_id(named)
    check_ids(tokenizer.highest, what.sizes.vocabulary, folder.name)
    if what.uniform:
        return max(what.sizes.vocabulary, tokenizer.size)
    mask = next(i for i in (what.mask_id, own, what.sizes.vocabulary - 1) if i is not None)
    if mask != own and mask < tokenizer.size:
        raise ModelDamaged(
            f"the tokenizer in {folder} has {tokenizer.size} tokens and the network's mask is {mask}; use the tokenizer that "
            f"the model was trained with"
        )
    return mask


def read_tokenizer(folder: Path, what: Published) -> Tokenizer:
    """tokenizer.json of the folder; GPT-2's from the hub where the folder itself came from there. Raises ModelMissing,
    ModelDamaged, UnsupportedModel."""
    file = folder / "tokenizer.json"
    if not file.is_file():
        if what.sizes.vocabulary == BERT:
            raise UnsupportedModel(
                f"{folder} was trained with BERT's tokenizer, which makes capital letters small; use one that was trained with "
                f"{GPT2}'s, or put the tokenizer.json that it was trained with into it"
            )
        file = _gpt2(folder)
    try:
        backend = Backend.from_file(str(file))
    except Exception as error:  # the library raises bare Exceptions
        raise ModelDamaged(f"{file} cannot be read ({error}); copy it again") from error
    special = frozenset(i for i, token in backend.get_added_tokens_decoder().items() if token.special)
    marks = (_named(folder, "bos_token"), _named(folder, "cls_token"), "<|endoftext|>", "[CLS]")
    found = (backend.token_to_id(mark) for mark in marks if mark is not None)
    bos = next((token for token in found if token is not None), None)
    return Tokenizer(backend, special, min(special, default=0) if bos is None else bos)


def _gpt2(folder: Path) -> Path:
    advice = f"put tokenizer.json of {GPT2} into {folder}: the model was trained with it and publishes none"
    if folder.parent.name != "snapshots":  # a folder of the user's: nothing is fetched for it
        raise ModelMissing(f"there is no tokenizer.json; {advice}")
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(GPT2, "tokenizer.json"))
    except Exception as error:  # what the HTTP library raises has no parent that is known here
        raise ModelMissing(f"the tokenizer cannot be fetched; connect to the network, or {advice}") from error


def _named(folder: Path, what: str) -> str | None:
    """A token that tokenizer_config.json names."""
    try:
        token = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8")).get(what)
    except (OSError, ValueError):
        return None
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else None


def read_network(folder: Path, sizes: DitSizes, device: str, dtype: torch.dtype = torch.float32) -> Dit:
    """The network with the weights of a folder, in evaluation mode. Raises ModelMissing, ModelDamaged."""
    weights = {_plain(name): weight for name, weight in _weights(folder).items()}
    weights = {name: weight for name, weight in weights.items() if not name.startswith(ELSEWHERE)}
    with torch.device("meta"):
        network = Dit(sizes)
    network.rotary_emb = Rotary(sizes.width // sizes.heads)
    try:
        missing, unknown = network.load_state_dict(weights, strict=False, assign=True)
    except RuntimeError as error:
        raise ModelDamaged(f"the weights in {folder} do not fit its config.json: {_line(error)}") from error
    missing = [name for name in missing if not name.startswith(ELSEWHERE)]
    if missing or unknown:
        which = f"lacks {missing[0]}" if missing else f"holds {unknown[0]}, which this network does not have"
        raise ModelDamaged(f"{folder} {which}; fetch the model again, or use one that its config.json describes")
    rotary = network.rotary_emb.inv_freq
    network = network.to(device=device, dtype=dtype).requires_grad_(False).eval()
    network.rotary_emb.inv_freq = rotary.to(device)  # angles of far positions need all their digits
    return network


def _plain(name: str) -> str:
    while name.startswith(PREFIXES):
        name = next(name.removeprefix(p) for p in PREFIXES if name.startswith(p))
    return name


def _weights(folder: Path) -> dict[str, Tensor]:
    files = sorted(folder.glob("model*.safetensors"))
    old = folder / "pytorch_model.bin"
    if not files and not old.is_file():
        hint = "; a Lightning .ckpt can run code when it is read, so save its state_dict as model.safetensors first"
        raise ModelMissing(f"{folder} holds neither model.safetensors nor pytorch_model.bin{hint}")
    try:
        if files:
            return {name: weight for file in files for name, weight in load_file(file).items()}
        held = torch.load(old, map_location="cpu", weights_only=True)
        return dict(held)
    except (OSError, SafetensorError, RuntimeError, ValueError, TypeError, pickle.UnpicklingError) as error:
        raise ModelDamaged(f"the weights in {folder} cannot be read ({_line(error)}); fetch them again") from error


def _line(error: BaseException) -> str:
    """The last line of an error's text: torch puts what is wrong there."""
    return (str(error).strip() or type(error).__name__).splitlines()[-1].strip()[:200]

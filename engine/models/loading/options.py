"""How a checkpoint is brought into memory: its precision, its place, whose code runs, and what is said meanwhile."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from engine.errors import InvalidLoading, ModelDamaged, OutOfMemory, UnsupportedModel
from engine.models.loading import memory

Precision = Literal["auto", "float32", "bfloat16", "float16"]
Quantisation = Literal["int8", "4bit"]
Progress = Callable[[float, str], None]

PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16", "float16")
QUANTISATIONS: tuple[Quantisation, ...] = ("int8", "4bit")
MAPS = ("auto", "balanced", "balanced_low_0", "sequential")
"""ways in which accelerate shares a model out over the devices there are"""
COMMIT = re.compile(r"[0-9a-f]{40}")
LEAST_WINDOW = 16
LAYER = re.compile(r"\.\d+\.")
"""the number of a layer in a weight's name"""


@dataclass(frozen=True, slots=True)
class Loading:
    """How to load a model. Raises InvalidLoading."""

    dtype: Precision = "auto"
    """bfloat16 where the hardware multiplies it natively, else float32"""
    quantisation: Quantisation | None = None
    """Weights alone, in steps of their own per channel (int8) or per block of 64 (4bit, NF4 of arXiv 2305.14314)."""
    device_map: str | None = None
    """How accelerate shares the layers out over GPUs, memory and disk ("auto"); None puts all on one device."""
    offload: Path | None = None
    """A folder for the layers that fit nowhere else; each is read again in every pass."""
    remote_code: bool = False
    """Whether Python files of the checkpoint may run. From the hub, only at a pinned ``revision``."""
    revision: str | None = None
    """Branch, tag or commit on the hub."""
    window: int | None = None
    """Tokens of text before a span that are read; None leaves it to the model's family."""
    refresh: int = 0
    """For models whose text attends to the canvas: every how many passes its keys are computed again (see dual_cache.py). 0: in
    every pass, which is exact."""
    drift: float = 1.0
    """Also when a probability has changed by more than this since then, 0..1."""
    shift: bool | None = None
    """For checkpoints with code of their own: whether position i scores token i + 1. None asks the checkpoint's config."""
    progress: Progress | None = None
    """Called with (share done, what is being read)."""

    def __post_init__(self) -> None:
        if self.dtype not in PRECISIONS:
            raise InvalidLoading(f"no precision is called {self.dtype!r}; use one of {', '.join(PRECISIONS)}")
        if self.quantisation not in (None, *QUANTISATIONS):
            raise InvalidLoading(f"no quantisation is called {self.quantisation!r}; use {' or '.join(QUANTISATIONS)}")
        if self.device_map not in (None, *MAPS):
            raise InvalidLoading(f"no device map is called {self.device_map!r}; use one of {', '.join(MAPS)}")
        if self.offload is not None and self.device_map is None:
            raise InvalidLoading(f"layers go to {str(self.offload)!r} only where --device-map shares them out; add it")
        if self.offload is not None and self.offload.exists() and not self.offload.is_dir():
            raise InvalidLoading(f"{str(self.offload)!r} is a file; name a folder with --offload")
        if self.window is not None and self.window < LEAST_WINDOW:
            raise InvalidLoading(f"a window has at least {LEAST_WINDOW} tokens, got {self.window}; use --window 2048")

        if self.refresh < 0:
            raise InvalidLoading(
                f"--refresh counts passes and is at least 0, got {self.refresh}; 0 is exact, 8 is quick"
            )
        if not 0 <= self.drift <= 1:
            raise InvalidLoading(f"--drift is a probability in 0..1, got {self.drift:g}; 1 never refreshes early")

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, which nobody can change afterwards."""
        return COMMIT.fullmatch(self.revision or "") is not None

    def torch_dtype(self, device: str) -> torch.dtype:
        """The precision to compute in."""
        return precision(device) if self.dtype == "auto" else getattr(torch, self.dtype)

    def report(self, done: float, what: str) -> None:
        if self.progress is not None:
            self.progress(done, what)


PLAIN = Loading()


def precision(device: str) -> torch.dtype:
    """bfloat16 where the hardware multiplies it natively: twice as fast here, with the same cloze score. Else float32."""
    if device != "cpu":
        return torch.bfloat16
    features = torch.cpu.get_capabilities()
    return torch.bfloat16 if features.get("avx512_bf16") or features.get("amx_bf16") else torch.float32


def pretrained(auto: Any, where: Path, device: str, options: Loading = PLAIN, **more: Any) -> PreTrainedModel:
    """A network of transformers from a folder, in evaluation mode.

    Args:
        auto: the class with ``from_pretrained``.
        where: a folder that holds everything; see ``hub.fetched`` for names.
        more: further arguments of ``from_pretrained``; a ``dtype`` among them goes before that of ``options``.

    Raises OutOfMemory, UnsupportedModel, ModelDamaged.
    """
    name = title(where)
    dtype = more.pop("dtype", None) or options.torch_dtype(device)
    arguments: dict[str, Any] = {"dtype": dtype, "device_map": device, "trust_remote_code": False}
    quantiser = quantisation_config(where, device, options)
    if quantiser is not None:
        arguments["quantization_config"] = quantiser
    estimate = memory.Estimate.of(where, dtype, options.quantisation, options.window)
    if options.device_map is not None:
        arguments |= {"device_map": options.device_map, "max_memory": memory.budget(device)}
    if options.offload is not None:
        options.offload.mkdir(parents=True, exist_ok=True)
        arguments["offload_folder"] = str(options.offload)
    else:
        memory.check(estimate, name, device, everywhere=options.device_map is not None)
    transformers_logging.disable_progress_bar()
    try:
        with _reporting(options, f"{name}: "), _silent():
            model, found = auto.from_pretrained(where, output_loading_info=True, **(arguments | more))
        _check_whole(model, found)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory(memory.advice(estimate, name, device)) from error
    except ImportError as error:
        raise UnsupportedModel(f"{name} needs a package that is not installed: {first_line(error)}") from error
    except Exception as error:  # safetensors, json and shape errors have no common parent
        if memory.exhausted(error):
            raise OutOfMemory(memory.advice(estimate, name, device)) from error
        remedy = "" if isinstance(error, OSError) else "; fetch it again"
        raise ModelDamaged(f"{where} cannot be loaded: {first_line(error)}{remedy}") from error
    whole: PreTrainedModel = model.eval()
    return whole


def _check_whole(model: PreTrainedModel, found: dict[str, Any]) -> None:
    """Transformers draws what a checkpoint lacks at random, and leaves layers out that its config does not count; it says so in
    a warning only. Raises ValueError."""
    lacking = sorted({*found["missing_keys"], *(name for name, *_ in found["mismatched_keys"])})
    if lacking:
        raise ValueError(f"it lacks {len(lacking)} weights, {lacking[0]} among them")
    layers = {LAYER.sub(".N.", name) for name in model.state_dict()}
    more = sorted(name for name in found["unexpected_keys"] if LAYER.search(name) and LAYER.sub(".N.", name) in layers)
    if more:
        raise ValueError(f"it holds {more[0]}, a layer more than its config.json has")


def quantisation_config(where: Path, device: str, options: Loading) -> Any:
    """What transformers is told about ``options.quantisation``; None where nothing is to be quantised.

    int8 is torchao's, weights alone with a scale per output channel; bitsandbytes' stands in (it also rounds what goes into a
    layer). 4bit is bitsandbytes' NF4. Raises UnsupportedModel where a package is missing or the checkpoint is quantised.
    """
    import transformers
    from transformers.utils.import_utils import is_bitsandbytes_available, is_torchao_available

    if options.quantisation is None:
        return None
    held = memory.config_of(where).get("quantization_config")
    if held:
        method = held.get("quant_method", "unknown") if isinstance(held, dict) else "unknown"
        raise UnsupportedModel(f"{title(where)} is quantised already ({method}); leave --quantisation away")
    if options.quantisation == "int8" and is_torchao_available():
        from torchao.quantization import Int8WeightOnlyConfig

        return transformers.TorchAoConfig(Int8WeightOnlyConfig())
    if is_bitsandbytes_available():
        if options.quantisation == "int8":
            return transformers.BitsAndBytesConfig(load_in_8bit=True)
        return transformers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=options.torch_dtype(device)
        )
    package, size = ("torchao", "4 MB") if options.quantisation == "int8" else ("bitsandbytes", "43 MB")
    dtype = options.torch_dtype(device)
    plain = memory.Estimate.of(where, dtype, None, options.window)
    instead = f"without --quantisation it runs in {memory.name_of(dtype)} and takes {memory.size(plain.total)}"
    if options.quantisation == "4bit" and is_torchao_available():
        instead += f", with --quantisation int8 {memory.size(plain.in_int8)}"
    raise UnsupportedModel(
        f"{options.quantisation} weights need {package}: run .venv/bin/python -m pip install {package} ({size}); {instead}"
    )


def title(where: Path) -> str:
    """What people call a model: the folder's name, or the one on the hub where the folder lies in its cache."""
    if where.parent.name == "snapshots":
        return where.parent.parent.name.split("--")[-1]
    return where.name


def first_line(error: BaseException) -> str:
    """The first line of an error's text."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]


@contextmanager
def _silent() -> Iterator[None]:
    """Without transformers' own table of what it read: what is wrong is an error here, in one line."""
    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity(max(before, logging.ERROR))
    try:
        yield
    finally:
        transformers_logging.set_verbosity(before)


@contextmanager
def _reporting(options: Loading, prefix: str) -> Iterator[None]:
    """Report every weight that transformers reads; it counts them in a progress bar, which is never drawn."""
    if options.progress is None:
        yield
        return

    def counted(factory: Any, arguments: tuple[Any, ...], more: dict[str, Any]) -> Any:
        items = arguments[0] if arguments else None
        return factory(*arguments, **more) if items is None else _Counted(items, options, prefix)

    previous = transformers_logging.set_tqdm_hook(counted)
    try:
        yield
    finally:
        transformers_logging.set_tqdm_hook(previous)


class _Counted:
    """Goes through named items and reports each; answers as little of tqdm's interface as transformers uses."""

    def __init__(self, items: Any, options: Loading, prefix: str) -> None:
        self._items, self._options, self._prefix = items, options, prefix

    def __iter__(self) -> Iterator[Any]:
        total = len(self._items) if hasattr(self._items, "__len__") else 0
        for done, item in enumerate(self._items):
            name = item[0] if isinstance(item, tuple) else item
            self._options.report(done / total if total else 0.0, f"{self._prefix}{name}")
            yield item
        self._options.report(1.0, f"{self._prefix}all weights read")

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **more: None

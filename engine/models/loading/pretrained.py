"""Networks of transformers from a folder: its own loader, told what is wanted, and what it says only in passing."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import transformers
from transformers import PreTrainedModel
from transformers.utils import import_utils
from transformers.utils import logging as transformers_logging

from engine.errors import UnsupportedModel
from engine.models.loading import memory
from engine.models.loading.options import PLAIN, Loading, explained, title

LAYER = re.compile(r"\.\d+\.")
"""the number of a layer in a weight's name"""


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
    with explained(where, device, estimate):
        with _reporting(options, f"{name}: "), _silent():
            model, found = auto.from_pretrained(where, output_loading_info=True, **(arguments | more))
        _check_whole(model, found)
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
    if options.quantisation is None:
        return None
    held = memory.config_of(where).get("quantization_config")
    if held:
        method = held.get("quant_method", "unknown") if isinstance(held, dict) else "unknown"
        raise UnsupportedModel(f"{title(where)} is quantised already ({method}); leave --quantisation away")
    if options.quantisation == "int8" and import_utils.is_torchao_available():
        from torchao.quantization import Int8WeightOnlyConfig

        return transformers.TorchAoConfig(Int8WeightOnlyConfig())
    if import_utils.is_bitsandbytes_available():
        if options.quantisation == "int8":
            return transformers.BitsAndBytesConfig(load_in_8bit=True)
        return transformers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=options.torch_dtype(device)
        )
    package, size = ("torchao", "4 MB") if options.quantisation == "int8" else ("bitsandbytes", "43 MB")
    dtype = options.torch_dtype(device)
    plain = memory.Estimate.of(where, dtype, None, options.window)
    instead = f"without --quantisation it runs in {memory.name_of(dtype)} and takes {memory.size(plain.total)}"
    if options.quantisation == "4bit" and import_utils.is_torchao_available():
        instead += f", with --quantisation int8 {memory.size(plain.in_int8)}"
    raise UnsupportedModel(
        f"{options.quantisation} weights need {package}: run .venv/bin/python -m pip install {package} ({size}); {instead}"
    )


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

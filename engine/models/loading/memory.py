"""How much memory a checkpoint needs, computed from the shapes in its files, and how much there is.

Counted are the weights, and the keys and values of the text that is read. What a pass needs besides is small beside them and
not counted, so a model that is refused would not have fitted.
"""

from __future__ import annotations

import ctypes
import json
import math
import shutil
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import torch

from engine.errors import OutOfMemory

WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
          "F8_E4M3": 1, "F8_E5M2": 1, "U16": 2, "U32": 4, "U64": 8}  # fmt: skip
"""bytes of safetensors' types"""
FLOATS = ("F64", "F32", "F16", "BF16")
KEPT = ("embed", "lm_head", "wte", "wpe", "experts", "norm", "router")
"""Weights with these in their names keep their precision when a model is quantised: the libraries change linear layers only,
and transformers joins the experts of a mixture into one tensor that is none."""
FOUR_BIT = 0.5 + 4 / 64
"""bytes of a weight in NF4, with the float32 scale of its block of 64"""
SPARE = 0.9
"""share of what is free that layers may take when a device map shares them out"""
SHORT = 2048
"""tokens read where no window is given"""


@dataclass(frozen=True, slots=True)
class Tensor:
    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def quantisable(self) -> bool:
        return len(self.shape) == 2 and self.dtype in FLOATS and not any(part in self.name for part in KEPT)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The bytes a checkpoint takes once it is loaded."""

    tensors: tuple[Tensor, ...]
    dtype: torch.dtype
    quantisation: str | None
    cached: int
    """numbers in the keys and values of the text that is read"""

    @classmethod
    def of(cls, where: Path, dtype: torch.dtype, quantisation: str | None, window: int | None = None) -> Estimate:
        """From the headers of a folder's safetensors; without any, from the size of its other weights."""
        config = config_of(where)
        if config.get("quantization_config"):
            quantisation = "already"
        return cls(tuple(tensors(where, config)), dtype, quantisation, keys_and_values(config, window or SHORT))

    @property
    def weights(self) -> int:
        width = self.dtype.itemsize
        return sum(int(tensor.count * self._width(tensor, width)) for tensor in self.tensors)

    @property
    def total(self) -> int:
        return self.weights + self.cached * self.dtype.itemsize

    @property
    def in_int8(self) -> int:
        return replace(self, quantisation="int8").total

    def _width(self, tensor: Tensor, width: int) -> float:
        """Bytes of one number of it."""
        if tensor.dtype not in FLOATS:  # packed already, and kept as it is
            return WIDTHS.get(tensor.dtype, width)
        if self.quantisation not in ("int8", "4bit") or not tensor.quantisable:
            return width
        return (
            1 + width / tensor.shape[-1] if self.quantisation == "int8" else FOUR_BIT
        )  # int8: a scale for each channel


def tensors(where: Path, config: Mapping[str, Any]) -> Iterator[Tensor]:
    """What the weight files of a folder hold. A file that cannot be read says nothing here: loading it will."""
    files = shards(where)
    for file in files:
        try:
            with file.open("rb") as opened:
                (length,) = struct.unpack("<Q", opened.read(8))
                header = json.loads(opened.read(min(length, 1 << 28)))
            for name, entry in header.items():
                if name != "__metadata__":
                    yield Tensor(name, entry["dtype"], tuple(entry["shape"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
            continue
    if not files:
        stored = str(config.get("dtype") or config.get("torch_dtype") or "float32")
        kind = {"float16": "F16", "bfloat16": "BF16"}.get(stored, "F32")
        for file in sorted(where.glob("pytorch_model*.bin")):
            yield Tensor(file.name, kind, (file.stat().st_size // WIDTHS[kind],))


def shards(where: Path) -> list[Path]:
    """The safetensors that transformers would read: those of the index where there is one."""
    index = where / "model.safetensors.index.json"
    if (where / "model.safetensors").is_file() or not index.is_file():
        return [file for file in [where / "model.safetensors"] if file.is_file()]
    try:
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, AttributeError):
        return []
    return [where / name for name in sorted(names) if (where / name).is_file()]


def config_of(where: Path) -> dict[str, Any]:
    """config.json, or nothing where it cannot be read."""
    try:
        config = json.loads((where / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def keys_and_values(config: Mapping[str, Any], length: int) -> int:
    """Numbers in the keys and values of ``length`` tokens, as far as the config says how many there are."""
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else config
    assert isinstance(text, Mapping)
    try:
        layers = int(text.get("num_hidden_layers") or text["n_layer"])
        heads = int(text.get("num_attention_heads") or text["n_head"])
        wide = int(text.get("hidden_size") or text["n_embd"])
        return (
            2
            * layers
            * int(text.get("num_key_value_heads") or heads)
            * int(text.get("head_dim") or wide // heads)
            * length
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 0


def available(device: str) -> int:
    """Bytes that are free on a device: of a GPU its own, otherwise main memory within the container's bounds."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    free = int(psutil.virtual_memory().available)
    try:
        held = Path("/sys/fs/cgroup")
        most = int((held / "memory.max").read_text())
        reclaimable = dict(line.split() for line in (held / "memory.stat").read_text().splitlines())
        used = int((held / "memory.current").read_text()) - int(reclaimable.get("inactive_file", 0))
        return min(free, max(0, most - used))
    except (OSError, ValueError):  # no such bound
        return free


def budget(device: str) -> dict[int | str, int]:
    """What a device map may fill, per device."""
    found: dict[int | str, int] = {"cpu": int(available("cpu") * SPARE)}
    if device.startswith("cuda"):
        found |= {i: int(available(f"cuda:{i}") * SPARE) for i in range(torch.cuda.device_count())}
    return found


def check(estimate: Estimate, name: str, device: str, *, everywhere: bool = False) -> None:
    """Raises OutOfMemory where the weights alone are more than there is room for: on the device, or on all of them."""
    room = sum(budget(device).values()) if everywhere else available(device)
    if estimate.weights > room:
        raise OutOfMemory(advice(estimate, name, device))


def advice(estimate: Estimate, name: str, device: str) -> str:
    """What is needed, what there is, and what would fit."""
    free = available(device)
    narrow = torch.bfloat16 if estimate.dtype.itemsize > 2 else estimate.dtype
    ways: list[tuple[str, Estimate]] = []
    if estimate.quantisation is None:
        if narrow != estimate.dtype:
            ways.append(("--dtype bfloat16", replace(estimate, dtype=narrow)))
        ways.append(("--quantisation int8", replace(estimate, quantisation="int8")))
        ways.append(("--quantisation 4bit", replace(estimate, quantisation="4bit")))
    elif estimate.quantisation == "int8":
        ways.append(("--quantisation 4bit", replace(estimate, quantisation="4bit")))
    fitting = [f"{option} ({size(way.total)})" for option, way in ways if way.total <= free]
    if device != "cpu" and estimate.total <= free + available("cpu"):
        fitting.append("--device-map auto (part of it in main memory, slower)")
    if estimate.weights <= shutil.disk_usage(Path.cwd()).free:
        fitting.append("--device-map auto --offload FOLDER (part of it on disk, slow)")
    precise = "its own precision" if estimate.quantisation == "already" else name_of(estimate.dtype)
    if estimate.quantisation in ("int8", "4bit"):
        precise = estimate.quantisation
    return (
        f"{name} needs {size(estimate.total)} in {precise} ({size(estimate.weights)} of them weights) and {size(free)} are free "
        f"on {device}; what would fit: {', '.join(fitting) or 'nothing here; use a smaller model'}"
    )


def exhausted(error: BaseException) -> bool:
    """Whether an error that has no type of its own means that memory ran out: torch's allocator on the CPU raises such."""
    said = str(error).lower()
    return (
        "can't allocate memory" in said
        or "cannot allocate memory" in said
        or "out of memory" in said
        or "not have enough" in said
    )


def give_back() -> None:
    """Return freed memory to the system, which the C library would keep: loading takes twice what stays."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # glibc's
        trim(0)


def name_of(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"

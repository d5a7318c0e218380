"""How a checkpoint is brought into memory: its precision, its place, whose code runs, and what is said when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

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


@dataclass(frozen=True, slots=True)
class Loading:
    """How to load a model. Raises InvalidLoading."""

    dtype: Precision = "auto"
    """bfloat16 where the hardware multiplies it natively, else float32, which the embedded model rounds to int8"""
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

    def rounds(self, device: str) -> bool:
        """Whether the embedded model multiplies in int8: where no precision is named and the processor has no bfloat16."""
        return device == "cpu" and self.dtype == "auto" and precision(device) == torch.float32

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


@contextmanager
def explained(where: Path, device: str, estimate: memory.Estimate) -> Iterator[None]:
    """What goes wrong in reading a network from a folder, in one line. Raises OutOfMemory, UnsupportedModel, ModelDamaged."""
    name = title(where)
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory(memory.advice(estimate, name, device)) from error
    except ImportError as error:
        raise UnsupportedModel(f"{name} needs a package that is not installed: {first_line(error)}") from error
    except Exception as error:  # safetensors, json and shape errors have no common parent
        if memory.exhausted(error):
            raise OutOfMemory(memory.advice(estimate, name, device)) from error
        remedy = "" if isinstance(error, OSError) else "; fetch it again"
        raise ModelDamaged(f"{where} cannot be loaded: {first_line(error)}{remedy}") from error


def title(where: Path) -> str:
    """What people call a model: the folder's name, or the one on the hub where the folder lies in its cache."""
    if where.parent.name == "snapshots":
        return where.parent.parent.name.split("--")[-1]
    return where.name


def first_line(error: BaseException) -> str:
    """The first line of an error's text."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]

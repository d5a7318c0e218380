"""The embedded model: SmolLM2-135M-Instruct, untouched, as reader and judge, and a writer on its cache where one is shipped.

The tokenizer is in the repository; the weights are fetched once by ``python -m engine.models.embedded.fetch``.
``python -m engine.models.embedded.palimpsest export DIR`` writes what transformers and PEFT load.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine.context.network import CausalNetwork
from engine.context.window import WINDOW
from engine.denoising.denoiser import Denoiser
from engine.errors import EngineError, ModelDamaged, ModelMissing, UnsupportedModel
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.causal.sureness import Calibration
from engine.models.embedded.weights import read_own
from engine.models.lean.fit import lay_out, quicken
from engine.models.loading import memory
from engine.models.loading.fit import check_ids
from engine.models.loading.options import PLAIN, Loading
from engine.models.writer.adapter import merged
from engine.models.writer.denoiser import WriterDenoiser
from engine.models.writer.joint import JointDenoiser
from engine.systems.choice import TASKS, Ways
from engine.text.chat import ChatTurns
from engine.text.tokenizer import Tokenizer, Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedModel

NAME = "SmolLM2-135M"
RESERVED = frozenset(range(17))
MASK, NULL, END_OF_TEXT = 16, 10, 0
BEGIN, END = 1, 2
"""of a chat turn"""
ASSETS = Path(__file__).resolve().parents[3] / "assets" / "model"


def base_of(assets: Path) -> Path:
    """The folder of the base weights, with all its files. Raises ModelMissing, ModelDamaged."""
    from engine.models.embedded.fetch import (
        check,
    )  # here, so that ``python -m engine.models.embedded.fetch`` is not imported before it runs

    base = assets / "base"
    if not base.is_dir():
        raise ModelMissing(f"the embedded model is not in {base}; run: python -m engine.models.embedded.fetch")
    check(base)
    return base


def read_base(assets: Path, device: str, dtype: torch.dtype | None = None, options: Loading = PLAIN) -> PreTrainedModel:
    """The base weights as a model of transformers, in the device's precision unless one is named. Raises ModelMissing,
    ModelDamaged."""
    from engine.models.causal.checkpoint import read_weights  # transformers is slow to import

    return read_weights(base_of(assets), device, dtype, options)


def _read_network(assets: Path, device: str, options: Loading) -> CausalNetwork:
    """The same in the network that the lean body is made from, where there is one: it is there in a fraction of the time."""
    own = read_own(base_of(assets), options) if device == "cpu" else None
    return own or read_base(assets, device, options.torch_dtype(device), options)


def vocabulary_of(assets: Path) -> Vocabulary:
    """The shipped tokenizer and its reserved ids. Raises ModelDamaged."""
    tokenizer = assets / "tokenizer.json"
    if not tokenizer.is_file():
        raise ModelDamaged(f"{tokenizer} is missing; restore it from the repository")
    return Vocabulary(Tokenizer.from_file(tokenizer, RESERVED, END_OF_TEXT), MASK, NULL, BEGIN, END)


def load_causal_base(assets: Path, device: str, options: Loading = PLAIN) -> CausalDenoiser:
    """The untouched model as reader, proposer and judge. Raises ModelMissing, ModelDamaged, UnsupportedModel."""
    for option, given in (("quantisation", options.quantisation), ("device-map", options.device_map)):
        if given is not None:
            raise UnsupportedModel(
                f"the embedded model takes half a gigabyte, and its writer is made from whole weights; leave --{option} away"
            )
    vocabulary = vocabulary_of(assets)
    base = _read_network(assets, device, options)
    check_ids(vocabulary.tokenizer.highest, int(base.config.vocab_size), NAME)
    window = options.window or WINDOW
    causal = CausalDenoiser(base, vocabulary.tokenizer, NAME, mask_id=MASK, null_id=NULL, window=window)
    causal.chat = ChatTurns(vocabulary)
    causal.calibration = read_calibration(assets / CALIBRATION)
    return causal


def read_calibration(file: Path) -> Calibration | None:
    """What was measured of how sure the model is, where there is such a file. Raises ModelDamaged."""
    if not file.is_file():
        return None
    try:
        return Calibration(
            **{name: float(value) for name, value in json.loads(file.read_text(encoding="utf-8")).items()}
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelDamaged(
            f"{file} cannot be read ({error}); restore it from the repository, or remove it: words are then shown as drawn"
        ) from error


def read_writer(causal: CausalDenoiser, folder: Path, *, late: bool = False) -> WriterDenoiser:
    """A trained writer on that model; ``late`` as for ``merged``. Raises ModelDamaged."""
    return WriterDenoiser(causal, merged(causal.reader.model, folder, late=late))


CALIBRATION = "calibration.json"
"""how sure it is of its words, as `python -m engine.evaluation.calibration --write` measured it"""
SAMPLES = 8
"""joint proposals of the writer among which the judge chooses at each step"""


def load(assets: Path, device: str, writer: Path | None = None, options: Loading = PLAIN) -> Ways:
    """The embedded model from ``assets/model``: the causal model with its judge, and a writer: the one in ``writer``, or the
    shipped one where there is one. Raises ModelMissing, ModelDamaged."""
    causal, int8 = load_causal_base(assets, device, options), options.rounds(device)
    folder = writer or assets / "writer"
    if not folder.is_dir():
        if writer is not None:
            raise ModelMissing(f"there is no writer folder {str(writer)!r}; name the writer folder of a training run")
        quicken(causal.reader.model, int8=int8)
        return replace(Ways.only(causal, english=True), rest=partial(_lay_out, causal.reader.model))
    alone = read_writer(causal, folder, late=True)
    quicken(causal.reader.model, int8=int8)
    quicken(alone.model, beside=causal.reader.model, int8=int8)
    judged = WriterDenoiser(causal, alone.model, samples=SAMPLES)
    joint = JointDenoiser(causal, alone)
    ways: dict[str, Denoiser] = {"joint": joint, "causal": causal, "writer": alone, "writer-judge": judged}
    rest = partial(_lay_out, causal.reader.model, alone.model)
    return Ways(ways, best_of(folder / "ways.json", ways), english=True, rest=rest)


def _lay_out(*models: CausalNetwork) -> None:
    for model in models:
        lay_out(model)
    memory.give_back()


def best_of(file: Path, ways: Mapping[str, Denoiser]) -> dict[str, str]:
    """The best way for each task, as ``python -m engine.evaluate --choose`` wrote it beside the writer; without that file the
    writer has its part in all. Raises ModelDamaged."""
    if not file.is_file():
        return {"infill": "joint", "revise": "writer-judge", "edit": "writer-judge"}
    try:
        best = json.loads(file.read_text(encoding="utf-8"))
        wrong = {task: way for task, way in best.items() if task not in TASKS or way not in ways}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelDamaged(f"{file} cannot be read ({error}); write it again with --choose, or remove it") from error
    if wrong or "infill" not in best:
        raise ModelDamaged(f"{file} names {wrong or 'no way to infill'}; write it again with --choose, or remove it")
    return dict(best)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.models.embedded.palimpsest", description="The embedded model."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("export", help="write the model as folders that transformers and PEFT load")
    command.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    folder: Path = parser.parse_args().folder
    from engine.models.embedded.export import export

    try:
        for file in export(ASSETS, folder):
            print(file)
    except EngineError as error:
        print(f"palimpsest: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("palimpsest: stopped; nothing was exported", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

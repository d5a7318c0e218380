"""A tiny random base under the real tokenizer, and a tiny corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import zstandard
from transformers import LlamaConfig, LlamaForCausalLM

from engine.models.embedded.palimpsest import ASSETS, read_base, vocabulary_of
from engine.text.tokenizer import Vocabulary
from engine.train import train
from engine.training import run as run_module
from engine.training.examples.corpus import Corpus, open_corpus
from engine.training.examples.tasks import ExampleSizes
from engine.training.run import TrainStep
from engine.training.settings import Settings
from engine.training.student import Student

PROSE = (
    "The council met on Monday, and it was a long meeting. However, the members did not agree on the new bridge. "
    "They are going to meet again in order to obtain a better plan.\n\nIn fact, many people have asked for it.",
    "A river runs through the town. It is very wide (about a mile), and the children swim in it in summer. "
    "Nobody knows who's the owner of the old mill, but you're free to look at it.\n",
)
CODE = (
    'def mean(values):\n    """The mean of some values."""\n    if not values:\n        return 0.0\n'
    "    return sum(values) / len(values)\n",
    'names = ["one", "two"]\nfor name in names:\n    print(name, len(name))  # each of them\n',
)
PAIRS = (
    {"source": "He go to school every days.", "target": "He goes to school every day.", "kind": "gec_synthetic"},
    {"source": "It was a good day.", "target": "It was a good day.", "kind": "gec_identity"},
    {"source": "def f(:\n    pass\n", "target": "def f():\n    pass\n", "kind": "code_fix_syntax"},
    {"source": "It rained. We left.", "target": "We left because it rained.", "kind": "other", "instruction": "Join."},
)
Go = Callable[..., list[TrainStep]]
SIZES = ExampleSizes(context=96, slots=48, rows=2)


def squeezed(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.compress(content))
    return path


def pack(folder: Path, vocabulary: Vocabulary) -> Path:
    """A corpus folder as engine/training/examples/corpus.py describes it."""
    for name, texts in (("prose", PROSE), ("code", CODE)):
        ids = [i for text in texts for i in (*vocabulary.tokenizer.encode(text), 0)]
        squeezed(folder / name / f"{name}_00.bin.zst", np.array(ids, "<u2").tobytes())
        lines = [json.dumps({"text": text * 4}) + "\n" for text in texts]
        (folder / "eval").mkdir(exist_ok=True)
        (folder / "eval" / f"heldout_{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    lines = [json.dumps(pair) + "\n" for pair in PAIRS]
    squeezed(folder / "edits" / "edits.jsonl.zst", "".join(lines).encode())
    return folder


def words(vocabulary: Vocabulary, slots: tuple[int, ...] | list[int]) -> str:
    """What stands on some slots."""
    return vocabulary.tokenizer.decode([i for i in slots if i != vocabulary.null_id])


def logged(folder: Path) -> list[list[str]]:
    """The log without its times."""
    rows = [line.split(",") for line in (folder / "log.csv").read_text(encoding="utf-8").splitlines()]
    return [row[:2] + row[3:] for row in rows]


def saved(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(folder / "state.pt", weights_only=True)
    return state


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return vocabulary_of(ASSETS)


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Path:
    return pack(tmp_path_factory.mktemp("corpus"), vocabulary)


@pytest.fixture(scope="session")
def corpus(packed: Path, vocabulary: Vocabulary) -> Corpus:
    return open_corpus(packed, vocabulary.tokenizer)


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like assets/model: a random Llama of hidden size 32 and the real tokenizer."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "tokenizer.json").symlink_to(ASSETS / "tokenizer.json")
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=1024, vocab_size=49152, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    torch.nn.init.normal_(model.get_input_embeddings().weight, std=0.5)
    base = folder / "base"
    model.save_pretrained(base)
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in base.iterdir()
    }
    (base / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    return folder


@pytest.fixture
def student(assets: Path, vocabulary: Vocabulary) -> Student:
    return Student(read_base(assets, "cpu", torch.float32), 4, vocabulary.mask_id, vocabulary.null_id, 0)


@pytest.fixture
def tiny() -> Callable[..., Settings]:
    """Settings of a run of a few steps."""

    def make(**changed: object) -> Settings:
        chosen = {
            "tokens": 900,
            "rank": 4,
            "windows": 2,
            "accumulate": 1,
            "ema": 0.99,
            "learning_rate": 1e-3,
            "sizes": SIZES,
            "heldout_steps": 5,
            "seed": 3,
            **changed,
        }
        return Settings(**chosen)  # type: ignore[arg-type]

    return make


@pytest.fixture
def go(
    corpus: Corpus, assets: Path, tmp_path: Path, tiny: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> Go:
    """Train in a folder of the test, for some steps or to the end. Pictures take long, so they are left blank."""
    monkeypatch.setattr(run_module, "draw", lambda log, picture: picture.touch())

    def start(
        name: str = "run", steps: int = 10**6, resume: bool = False, on: Corpus = corpus, **changed: Any
    ) -> list[TrainStep]:
        made: list[TrainStep] = []
        running = train(on, tmp_path / name, tiny(**changed), resume=resume, model=assets)
        for step in running:
            made.append(step)
            if len(made) == steps:
                break
        running.close()  # type: ignore[attr-defined]
        return made

    return start


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in the same order each time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)

"""A tiny model with a writer that was never trained, and a corpus with something of everything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from engine.evaluation.editing import TUNED
from engine.models.embedded.palimpsest import read_base, vocabulary_of
from engine.training.student import Student
from tests.engine import tiny

PARAGRAPH = "The council met on Monday, and it was a long meeting. They are going to meet again for a better plan. "
PAIR = {"source": "He go to school every days.", "target": "He goes to school every day."}


@pytest.fixture(scope="package")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Assets with a writer that was never trained."""
    folder = tiny.assets(tmp_path_factory.mktemp("assets"))
    vocabulary = vocabulary_of(folder)
    base = read_base(folder, "cpu", torch.float32)
    student = Student(base, 2, vocabulary.mask_id, vocabulary.null_id, 0)
    student.save(folder / "writer", "tiny")
    return folder


@pytest.fixture(scope="package")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    program = {
        "prompt": "def f(x):\n", "canonical_solution": "    y = x + 1\n", "suffix": "    return y\n",
        "test": "def check(f):\n    assert f(1) == 2\n", "entry_point": "f",
    }  # fmt: skip
    rows = {
        "heldout_prose": [{"text": PARAGRAPH * 70}] * 3,
        "heldout_code": [{"text": "def mean(values):\n    return sum(values) / len(values)\n\n\n" * 30}] * 3,
        "heldout_edits": [
            {**PAIR, "source": f"{i} {PAIR['source']}", "kind": "gec_synthetic"} for i in range(TUNED + 2)
        ],
        "iterater_test": [{**PAIR, "kind": "iterater_fluency"}, {**PAIR, "kind": "no such kind"}],
        "humaneval_singlelineinfilling": [program],
    }
    (folder / "eval").mkdir()
    for name, lines in rows.items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / "eval" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder

"""llama.cpp on the same weights and cores, left to right: ``--rival PYTHON`` names a Python that has llama-cpp-python.

It is no package of this project's: in an environment of its own, ``pip install llama-cpp-python`` builds it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import torch

from engine.models.embedded.fetch import download
from tests.bench.timing import row

CONTEXT, TOKENS, REPEATS = 1024, 32, 3
SCRIPT = """
import json, sys, time
from llama_cpp import Llama
path, threads, context, tokens, repeats = sys.argv[1], *map(int, sys.argv[2:])
model = Llama(path, n_ctx=context + tokens + 8, n_threads=threads, n_threads_batch=threads, n_batch=512, verbose=False)
ids = [(i * 7919) % 40000 + 100 for i in range(context)]
read, written = [], []
for _ in range(repeats):
    model.reset()
    began = time.perf_counter()
    model.eval(ids)
    read.append(time.perf_counter() - began)
    began = time.perf_counter()
    for _ in range(tokens):
        model.eval([model.sample(temp=0.0)])
    written.append(time.perf_counter() - began)
print(json.dumps({"read": min(read), "written": min(written)}))
"""


def measured(python: str, gguf: Path) -> dict[str, float]:
    """Seconds for reading CONTEXT tokens, and for writing TOKENS behind them; the best of some."""
    command = [python, "-c", SCRIPT, str(gguf), str(torch.get_num_threads()), str(CONTEXT), str(TOKENS), str(REPEATS)]
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(python: str, gguf: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = measured(python, gguf or download(Path(folder)))
    print(
        f"\nllama.cpp, the same weights in Q4_1, {torch.get_num_threads()} threads: {CONTEXT} tokens before, milliseconds"
    )
    print(row("reading", f"{TOKENS} tokens", "a token", widths=(10, 10, 10)))
    milliseconds = [1e3 * x for x in (found["read"], found["written"], found["written"] / TOKENS)]
    print(row(*milliseconds, widths=(10, 10, 10)))

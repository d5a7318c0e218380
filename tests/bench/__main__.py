"""``python -m tests.bench [TABLE ...] [--quick] [--rival PYTHON]``: all tables of speed, or some tables."""

from __future__ import annotations

import argparse
from pathlib import Path

import engine
from engine.models.causal.denoiser import CausalDenoiser
from engine.models.writer.denoiser import WriterDenoiser
from tests.bench import canvas, causal, check, deadline, rival, styles
from tests.bench.passes import gpu, lean, reader

SPEED = ["lean", "reader", "causal", "canvas", "check", "deadline"]
parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Figures of speed, and what styles do.")
parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(SPEED)} (all of these), gpu, styles")
parser.add_argument("--only", nargs="+", default=[], metavar="STYLE", help="these styles only; no file is written then")
parser.add_argument("--quick", action="store_true", help="fewer lengths, fewer cases")
parser.add_argument("--rival", metavar="PYTHON", help="also measure llama.cpp: a Python that has llama-cpp-python")
parser.add_argument(
    "--gguf", type=Path, metavar="FILE", help="its weights (fetched for the while where none are named)"
)
chosen = parser.parse_args()
wanted = chosen.tables or SPEED
if unknown := set(wanted) - {*SPEED, "gpu", "styles"}:
    parser.error(f"no table is called {', '.join(sorted(unknown))}; choose {', '.join(SPEED)}, gpu or styles")

ways = engine.load_ways()
base, writer = ways.denoisers["causal"], ways.denoisers["writer"]
assert isinstance(base, CausalDenoiser) and isinstance(writer, WriterDenoiser)
if chosen.rival:
    rival.table(chosen.rival, chosen.gguf)
if "gpu" in wanted:
    gpu.table(writer)
if "lean" in wanted:
    lean.table(base)
if "reader" in wanted:
    reader.table(base)
if "causal" in wanted:
    causal.table(base)
if "canvas" in wanted:
    canvas.table(writer, chosen.quick)
if "check" in wanted:
    judged = ways.denoisers["writer-judge"]
    assert isinstance(judged, WriterDenoiser)
    check.table(judged)
if "deadline" in wanted:
    deadline.table(ways, chosen.quick)
if "styles" in wanted:
    styles.table(ways, chosen.only)

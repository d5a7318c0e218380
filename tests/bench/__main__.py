"""``python -m tests.bench [reader] [causal] [canvas] [--quick]``: all tables, or some."""

from __future__ import annotations

import argparse

import engine
from engine.models.causal import CausalDenoiser
from engine.models.writer import WriterDenoiser
from tests.bench import canvas, causal, reader

parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Figures of speed, in one run.")
parser.add_argument("tables", nargs="*", metavar="TABLE", help="reader, causal, canvas (all)")
parser.add_argument("--quick", action="store_true", help="fewer lengths")
chosen = parser.parse_args()
wanted = chosen.tables or ["reader", "causal", "canvas"]
if unknown := set(wanted) - {"reader", "causal", "canvas"}:
    parser.error(f"no table is called {', '.join(sorted(unknown))}; choose reader, causal or canvas")

ways = engine.load_ways()
base, writer = ways.denoisers["causal"], ways.denoisers["writer"]
assert isinstance(base, CausalDenoiser) and isinstance(writer, WriterDenoiser)
if "reader" in wanted:
    reader.table(base)
if "causal" in wanted:
    causal.table(base)
if "canvas" in wanted:
    canvas.table(writer, chosen.quick)

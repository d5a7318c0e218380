"""``python -m tests.bench [reader] [causal] [canvas] [check] [--quick]``: all tables, or some."""

from __future__ import annotations

import argparse

import engine
from engine.models.causal import CausalDenoiser
from engine.models.writer import WriterDenoiser
from tests.bench import canvas, causal, check, reader

parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Figures of speed, in one run.")
parser.add_argument("tables", nargs="*", metavar="TABLE", help="reader, causal, canvas, check (all)")
parser.add_argument("--quick", action="store_true", help="fewer lengths")
chosen = parser.parse_args()
wanted = chosen.tables or ["reader", "causal", "canvas", "check"]
if unknown := set(wanted) - {"reader", "causal", "canvas", "check"}:
    parser.error(f"no table is called {', '.join(sorted(unknown))}; choose reader, causal, canvas or check")

ways = engine.load_ways()
base, writer = ways.denoisers["causal"], ways.denoisers["writer"]
assert isinstance(base, CausalDenoiser) and isinstance(writer, WriterDenoiser)
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

"""Figures for notes and docs, in one run: ``python -m tests.bench``. Never asserted: machines are noisy."""

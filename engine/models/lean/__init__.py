"""Llama-like networks in as few calls of torch as can be: projections fused and laid out for the processor. Llama itself
(llama.py), which the embedded model runs on, is there without transformers.

May import: engine.context.
"""

"""Llama-like networks in as few calls of torch as can be: projections fused and laid out for the processor.

May import: engine.context.
"""

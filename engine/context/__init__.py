"""Reading the fixed text once: the exact cache of a causal model, the dual cache of a masked one, attention that all
rows share, steps in fixed shapes, and how much of a text is read.

May import: engine.diffusion.
"""

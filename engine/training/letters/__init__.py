"""A masked diffusion model of one text's letters, small enough to be trained while somebody watches.

May import: engine.denoising, engine.diffusion, engine.models.dit, engine.samplers, engine.text.
"""

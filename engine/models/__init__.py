"""Model families, a folder each, and how a checkpoint is found and becomes a denoiser (load.py). The scripted
denoiser needs no weights.

May import: engine.denoising, engine.diffusion, engine.systems, engine.text, engine.models.causal, engine.models.dit,
engine.models.embedded, engine.models.gemma, engine.models.lean, engine.models.loading, engine.models.masked.
"""

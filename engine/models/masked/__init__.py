"""Masked diffusion models with full attention: LLaDA, Dream, A2D, masked language models, and checkpoints with code
of their own.

May import: engine.context, engine.denoising, engine.diffusion, engine.models.causal, engine.models.loading,
engine.text.
"""

"""The embedded model taught to see both sides of a canvas: an adapter on the causal weights.

May import: engine.context, engine.denoising, engine.diffusion, engine.judging, engine.models.causal,
engine.models.lean, engine.models.loading, engine.text.
"""

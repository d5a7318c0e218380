"""DiffusionGemma: an encoder that reads the text and a decoder that reads the canvas.

May import: engine.context, engine.denoising, engine.diffusion, engine.models.causal, engine.models.loading,
engine.text.
"""

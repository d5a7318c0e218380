"""Any causal language model as a denoiser: fills are drawn left to right and judged by the text on both sides.

May import: engine.context, engine.denoising, engine.diffusion, engine.judging, engine.models.loading, engine.text.
"""

"""The denoiser protocol and THE loop that joins a denoiser and a sampler, with what wraps the two: guidance,
correction by a judge, length tokens.

May import: engine.diffusion, engine.text, engine.text.only, engine.text.places.
"""

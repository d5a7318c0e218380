"""What a user asks for: infill, edit as told, restyle, proofread.

May import: engine.denoising, engine.diffusion, engine.edits.proofreading, engine.edits.restyling, engine.models.causal,
engine.models.writer, engine.runs, engine.samplers, engine.systems, engine.text, engine.text.kinds,
engine.text.places, engine.text.prose.
"""

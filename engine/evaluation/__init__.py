"""How good the ways of writing are on held-out text: likelihood, infilling, editing, speed.

May import: engine.context, engine.denoising, engine.diffusion, engine.edits, engine.models.causal,
engine.models.embedded, engine.models.writer, engine.runs, engine.systems, engine.text, engine.training,
engine.training.examples.
"""

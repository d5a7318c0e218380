"""The model that ships: fetching its weights, loading its ways of writing, exporting it.

May import: engine.context, engine.denoising, engine.models.causal, engine.models.loading, engine.models.writer,
engine.systems, engine.text.
"""

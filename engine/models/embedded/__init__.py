"""The model that ships: fetching its weights, loading its ways of writing, exporting it.

May import: engine.context, engine.denoising, engine.models.causal, engine.models.lean, engine.models.loading,
engine.models.writer, engine.systems, engine.text.
"""

"""Teaching a writer: batches, the student, the run with its checkpoints, held-out likelihood.

May import: engine.context, engine.models.writer, engine.text, engine.training.examples.
"""

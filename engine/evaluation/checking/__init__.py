"""What Instant edit underlines: in correct texts, in texts with mistakes, in other languages.

May import: engine.denoising, engine.edits.proofreading, engine.evaluation, engine.text, engine.text.prose,
engine.training.examples.
"""

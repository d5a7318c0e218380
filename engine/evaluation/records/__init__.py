"""What is kept of measurements: a line of the leaderboard, quality against forward passes as a table and a
picture, and what a reader said of fills.

May import: engine.denoising, engine.edits, engine.evaluation, engine.evaluation.checking,
engine.models.embedded, engine.systems, engine.text, engine.training.examples.
"""

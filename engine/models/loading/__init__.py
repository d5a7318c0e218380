"""Finding and reading checkpoints of any family: options, the hub, and whether the memory will do.

May import: engine.context, engine.text.
"""

"""What a writer is taught on: the corpus, the tasks made of it, and the mistakes and registers that are made up.

May import: engine.diffusion, engine.text.
"""

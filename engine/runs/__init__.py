"""One run of a system on one text: where it begins, its length, its steps as people see them.

May import: engine.denoising, engine.diffusion, engine.systems, engine.text.
"""

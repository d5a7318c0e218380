"""What of a text that stands should be another word: passages are weighed, changes proposed, and judged.

May import: engine.denoising, engine.diffusion, engine.judging, engine.text, engine.text.prose.
"""

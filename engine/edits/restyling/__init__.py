"""How a text is brought into a style by a model that cannot be told to: places are found, scraped, and written again
by choice among what may stand there. One file for each kind of finding; ``engine.restyle`` joins them.

May import: engine.context, engine.denoising, engine.diffusion, engine.models.causal, engine.runs, engine.text,
engine.text.kinds, engine.text.prose.
"""

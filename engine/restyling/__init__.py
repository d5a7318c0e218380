"""How a text is brought into a style by a model that cannot be told to: places are found, scraped, and written again by choice
among what may stand there. One file for each kind of finding; see ``engine.restyle``.
"""

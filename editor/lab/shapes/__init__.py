"""What a lesson is and what it shows, as data: the lab and every lesson speak of these.

May import: editor.payload, engine.study, engine.training.letters.
"""

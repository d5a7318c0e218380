"""How likely finished words are in their text, by an untouched causal model.

May import: engine.context, engine.text.
"""

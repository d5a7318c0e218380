"""What a place in a text asks of whatever is written there: read from the words that stand there and from those around.
Text only, no tokens and no model.

May import: engine.text.kinds, engine.text.only.
"""

"""What stands in a text, in characters and in tokens: the tokenizer, spans, the context around them, chat turns,
wishes for a length, the words that lie near others, and what may be written in a gap. No canvas and no model.

May import: engine.text.kinds, engine.text.only, engine.text.places.
"""

"""What of a text is English prose, and what rules of English say of it.

May import: engine.text, engine.text.kinds.
"""

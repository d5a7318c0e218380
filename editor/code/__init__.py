"""What is known of code beyond its words: whether it parses, and how it is indented.

May import: engine.text.kinds.
"""

"""What a span may be and nothing else: words to choose from, or a pattern; as a machine that reads tokens.

May import: nothing of the house.
"""

"""Kinds of words that a reader tells at once from all others: a greeting, a closing, a question, an emoji. Plain text.

May import: nothing of the house.
"""

"""The tables, the two kinds of transaction, and what SQLite says when it fails.

May import: nothing of the house.
"""

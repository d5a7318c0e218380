"""Texts by the hash of their content: what everything else in the store stands on.

May import: storage.characters, storage.database, storage.wording.
"""

"""Finished runs and their steps.

May import: storage.characters, storage.database, storage.passages, storage.records, storage.texts.
"""

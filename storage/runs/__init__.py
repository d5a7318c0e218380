"""Finished runs and their steps.

May import: storage.characters, storage.database, storage.records, storage.texts.
"""

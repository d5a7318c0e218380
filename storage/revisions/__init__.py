"""Revisions: a tree for each document.

May import: storage.database, storage.passages, storage.records, storage.runs, storage.texts,
storage.wording.
"""

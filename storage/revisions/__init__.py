"""Revisions: a tree for each document.

May import: storage.database, storage.records, storage.runs, storage.texts.
"""

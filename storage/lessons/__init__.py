"""Lessons that people put together: saved runs in an order, with text between.

May import: storage.database, storage.records.
"""

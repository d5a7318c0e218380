"""Documents: what they are called, where their head is, what was typed since, and the bin.

May import: storage.database, storage.facts, storage.lessons, storage.passages, storage.records, storage.revisions,
storage.runs, storage.texts, storage.wording.
"""

"""What is done for a database as a whole: looking it over, counting, making room, backups.

May import: storage.database, storage.documents, storage.facts, storage.passages, storage.records, storage.revisions,
storage.runs, storage.texts.
"""

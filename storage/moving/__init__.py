"""Documents out of a database and into another: one file, a git repository, or a database itself.

May import: storage.database, storage.lessons, storage.opening, storage.records, storage.revisions,
storage.runs, storage.store, storage.texts, storage.wording.
"""

"""What can be searched for: the words that each revision brought in and each run wrote.

May import: storage.database.
"""

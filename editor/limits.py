"""Limits, in one place."""

FILE_BYTES = 2 * 1024 * 1024
BODY_BYTES = 8 * FILE_BYTES
"""of a request in JSON: a text as long as a file may be with every character escaped, and what goes with it"""
ARCHIVE_BYTES = 256 * 1024 * 1024
"""of an archive that is sent; larger ones are imported in a terminal"""
TITLE = 200
FILE_NAME = 240
"""bytes of a file's name: every usual file system takes 255, and browsers add " (1)"""
NOTE = 4000
"""characters of a note on a revision"""
LESSON_TEXT = 20_000
"""characters of a text in a lesson"""
TAGS = 40
"""characters of a tag"""
QUERY = 200
"""characters that documents can be searched for"""
WAITING = 8
"""runs that may wait for the engine at once"""
CANDIDATES = 8
PINS = 16
"""of one run"""
SPANS = 128
"""of one run: each is a token at least, and a run writes no more tokens"""
LISTS = {"spans": SPANS, "fills": SPANS, "pins": PINS, "picks": 4096, "ranges": 1000, "tags": 32, "parts": 200}
"""entries of the lists in a request"""
WORD = 200
"""characters of what is put into a dictionary"""

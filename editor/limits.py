"""Limits, in one place."""

FILE_BYTES = 2 * 1024 * 1024
TITLE = 200
QUERY = 200
"""characters that documents can be searched for"""
WAITING = 8
"""runs that may wait for the engine at once"""
CANDIDATES = 8
PINS = 16
"""of one run"""
WORD = 200
"""characters of what is put into a dictionary"""

"""A run as a file to keep or to show: a page that replays it, a picture that moves, its data.

May import: editor.languages, editor.runs.
"""

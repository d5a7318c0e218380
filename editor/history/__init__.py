"""Revisions as the page asks for them, and what changed between two texts.

May import: editor.answers, editor.limits, editor.payload.
"""

"""Lessons that people put together from saved runs and text: kept, shown, as one page to carry about, and back from it.

May import: editor.answers, editor.documents, editor.export, editor.languages, editor.limits, editor.payload,
editor.runs.
"""

"""Proofreading: which parts of a document are prose, and what could be better in them.

May import: editor.code, editor.documents, editor.languages, editor.limits, editor.payload, editor.runs.
"""

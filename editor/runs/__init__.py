"""Runs of the engine for a page: what is asked, whose turn it is, the frames, going on from a step, reviewing what
came back.

May import: editor.answers, editor.code, editor.documents, editor.history, editor.languages, editor.limits,
editor.payload.
"""

"""Documents and files: their texts, line ends, encodings, titles and names.

May import: editor.answers, editor.languages, editor.limits, editor.payload.
"""

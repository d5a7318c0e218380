"""Writing styles: the files of assets/styles, and runs in a style.

May import: editor.code, editor.datafiles, editor.languages, editor.payload, editor.runs.
"""

"""Lessons on what happens while a text is written, a file each.

May import: editor.lab.shapes, engine.study, engine.study.writing.
"""

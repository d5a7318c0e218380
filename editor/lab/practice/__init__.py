"""Lessons in which the reader does something: train a model, be asked.

May import: editor.lab.shapes, engine.study, engine.study.writing,
engine.training.letters.
"""

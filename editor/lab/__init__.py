"""The lab: lessons on diffusion language models, each computed on a text by the engine that edits. A lesson is data (a title, a
text, what can be set, where it stands in the code) and one function from settings to figures; the page draws any of them.

May import: editor.documents, editor.lab.practice, editor.lab.shapes, editor.lab.writing, editor.payload, editor.runs,
engine.study.
"""

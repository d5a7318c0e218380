"""The program as a web application: the page's one component, HTTP routes, Gradio's calls, and the guard before all
of them.

May import: editor.answers, editor.export, editor.lab, editor.languages, editor.limits, editor.payload, editor.runs,
editor.service.
"""

"""The web application: routes, static files and the Gradio page in one FastAPI app."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from gradio.routes import App
from starlette.routing import Mount

from editor import api, events
from editor.answers import answer_errors
from editor.languages import ASSETS
from editor.service import EditService
from editor.surface import HEAD
from editor.ui import build_ui


def create_app(service: EditService) -> FastAPI:
    app = FastAPI(title="Palimpsest", version=service.version, docs_url=None, redoc_url=None)
    outward = api.routes(service)
    app.include_router(outward)
    # Not /assets or /static: those are Gradio's own.
    app.mount("/web", StaticFiles(directory=ASSETS / "web" / "dist"), name="web")

    gr.mount_gradio_app(
        app, build_ui(service), path="/", ssr_mode=False, run_history=False, show_error=True, footer_links=[],
        theme=gr.themes.Base(), head=HEAD.format(version=service.version), enable_monitoring=False,
    )  # fmt: skip
    page = app.router.routes.pop()
    assert isinstance(page, Mount) and isinstance(page.app, App)
    inward = events.routes(service, page.app)
    app.include_router(inward)
    app.router.routes.append(page)  # last: it takes every address that nobody else does
    for one in (app, page.app):
        answer_errors(one, [*outward.routes, *inward.routes])
    return app

"""The web application: routes, static files and the Gradio page in one FastAPI app."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import Mount
from starlette.types import ASGIApp

from editor.answers import answer_errors
from editor.languages import ASSETS
from editor.limits import FILE_BYTES
from editor.service import EditService
from editor.web import events
from editor.web import routes as api
from editor.web.doors import Doors
from editor.web.guard import Guard
from editor.web.library import App, gr
from editor.web.page import build_ui
from editor.web.surface import HEAD


class Guarded(FastAPI):
    """An application behind its guard. That is no add_middleware: the answer to what went wrong would be sent around it."""

    def __init__(self, names: Collection[str], **more: Any) -> None:
        super().__init__(**more)
        self.names = names

    def build_middleware_stack(self) -> ASGIApp:
        return Guard(super().build_middleware_stack(), self.names)


def create_app(service: EditService, names: Collection[str] = ("localhost",)) -> Guarded:
    """The whole application. ``names``: what the server is called, beside IP addresses."""
    app = Guarded(names, title="Palimpsest", version=service.version, openapi_url=None)
    outward = api.routes(service)
    app.include_router(outward)
    # Not /assets or /static: those are Gradio's own.
    app.mount("/web", StaticFiles(directory=ASSETS / "web" / "dist"), name="web")

    gr.mount_gradio_app(
        app, build_ui(service), path="/", ssr_mode=False, run_history=False, show_error=True, footer_links=[],
        theme=gr.themes.Base(), head=HEAD.format(version=service.version), enable_monitoring=False,
        max_file_size=FILE_BYTES,
    )  # fmt: skip
    page = app.router.routes.pop()
    assert isinstance(page, Mount) and isinstance(page.app, App)
    inward = events.routes(service, page.app)
    app.include_router(inward)
    app.router.routes.append(page)  # last: it takes every address that nobody else does
    for one in (app, page.app):
        answer_errors(one, [*outward.routes, *inward.routes])
    page.app = Doors(page.app)
    return app

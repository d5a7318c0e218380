"""The web application: routes, static files and the Gradio page in one FastAPI app."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from editor.api import routes
from editor.errors import EditorError, reply, status
from editor.languages import ASSETS
from editor.service import EditService
from editor.surface import HEAD
from editor.ui import build_ui
from engine import EngineError
from storage import StorageError


def create_app(service: EditService) -> FastAPI:
    app = FastAPI(title="Palimpsest", version=service.version, docs_url=None, redoc_url=None)
    app.include_router(routes(service))
    # Not /assets or /static: those are Gradio's own.
    app.mount("/web", StaticFiles(directory=ASSETS / "web" / "dist"), name="web")

    async def refuse(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse(reply(error), status_code=status(error))

    for kind in (EngineError, StorageError, EditorError):
        app.add_exception_handler(kind, refuse)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return JSONResponse(
            {"error": {"code": "invalid_request", "message": f"{where}: {first['msg']}"}}, status_code=422
        )

    mounted: FastAPI = gr.mount_gradio_app(
        app, build_ui(service), path="/", ssr_mode=False, run_history=False, show_error=True, footer_links=[],
        theme=gr.themes.Base(), head=HEAD.format(version=service.version), enable_monitoring=False,
    )  # fmt: skip
    return mounted

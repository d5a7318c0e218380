"""Gradio's routes that the page uses, beside those of events.py, which stand before Gradio's.

Its others (uploads, files, proxy, API pages, monitoring, ...) are not served.
"""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

_READ = re.compile(r"/|/theme\.css|/favicon\.ico|/(assets|static)/[^/].*|/gradio_api/app_id")
_WRITE = re.compile(r"/gradio_api/(cancel|reset)")
OPEN = {"GET": _READ, "HEAD": re.compile("/"), "POST": _WRITE}


class Doors:
    """ASGI middleware around Gradio: what is not listed here is not found, whatever the next version of Gradio brings."""

    def __init__(self, gradio: ASGIApp) -> None:
        self.gradio = gradio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and is_open(scope["method"], scope["path"])):
            return await self.gradio(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008, "reason": "not_found"})
        raise HTTPException(404)


def is_open(method: str, path: str) -> bool:
    return method in OPEN and OPEN[method].fullmatch(path) is not None

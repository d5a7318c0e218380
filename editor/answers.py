"""Answers as JSON, and every refusal of the program in the one shape: {"error": {"code", "message"}}."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from editor.errors import EditorError, reply, status
from editor.payload import Payload
from engine import EngineError, shown
from storage import StorageError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RETRY_AFTER = "5"
"""seconds after which to ask again what was refused with 503"""
CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 503: "busy"}
Headers = dict[str, str]


def encoded(content: Any) -> str:
    """JSON in ASCII, so that half a character in a text is no error; a number that is none, which JSON cannot say, is null."""
    try:
        return json.dumps(content, allow_nan=False)
    except ValueError:
        return json.dumps(_sayable(content))


def _sayable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sayable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sayable(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def told(record: DataclassInstance) -> Payload:
    """A record of the store as an answer has it: times in ISO 8601, everything else as it is."""
    values = asdict(record)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


class Answer(JSONResponse):
    def render(self, content: Any) -> bytes:
        return encoded(content).encode("ascii")


def refusal(error: Exception) -> Answer:
    return _refused(status(error), reply(error))


def refused(code: int, name: str, message: str, headers: Headers | None = None) -> Answer:
    return _refused(code, {"error": {"code": name, "message": message}}, headers)


def _refused(code: int, content: Any, headers: Headers | None = None) -> Answer:
    later = {"Retry-After": RETRY_AFTER} if code == 503 else {}
    return Answer(content, status_code=code, headers={**later, **(headers or {})})


def invalid(error: RequestValidationError) -> Answer:
    """A request that is not of the form that its route takes: the first thing that is wrong with it."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return refused(
            422, "invalid_request", f"the body is no JSON: {first.get('ctx', {}).get('error', first['msg'])}"
        )
    if isinstance(first.get("input"), bytes):
        return refused(
            422, "invalid_request", "the body is not read as JSON; send it as Content-Type: application/json"
        )
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "path", "query")) or "the body"
    got = "" if first["type"] == "missing" else f", got {shown(first.get('input'))}"
    return refused(422, "invalid_request", f"{where}: {first['msg']}{got}")


def answer_errors(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Every error of ``app`` in the one shape. ``routes``: those of the program, whoever is asked for them."""

    async def foreseen(request: Request, error: Exception) -> Answer:
        return refusal(error)

    async def malformed(request: Request, error: RequestValidationError) -> Answer:
        return invalid(error)

    async def http(request: Request, error: HTTPException) -> Answer:
        return _http(request, error, routes)

    for kind in (EngineError, StorageError, EditorError, Exception):
        app.add_exception_handler(kind, foreseen)
    app.add_exception_handler(RequestValidationError, malformed)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http)  # type: ignore[arg-type]


def _http(request: Request, error: HTTPException, routes: Sequence[BaseRoute]) -> Answer:
    """What Starlette or Gradio refuse. A route that is there for another method is not unknown."""
    code, headers = error.status_code, dict(error.headers or {})
    asked = f"{request.method} {shown(request.url.path)[1:-1]}"
    if code in (404, 405):
        partial = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
        methods = sorted({method for route in partial for method in getattr(route, "methods", None) or ()})
        allowed = ", ".join(methods) or headers.get("allow") or headers.get("Allow")
        if allowed:
            return refused(405, CODES[405], f"{asked} is not answered; use {allowed}", {"Allow": allowed})
        if code == 404:
            return refused(404, CODES[404], f"there is no {asked} here; the README lists what is", headers)
    name = CODES.get(code, "invalid_request" if code < 500 else "internal")
    detail = error.detail if isinstance(error.detail, str) else shown(error.detail)
    if isinstance(error.__cause__, RecursionError):
        detail = "the body is nested too deeply"
    return refused(code, name, f"{asked}: {detail}", headers)

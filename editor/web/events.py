"""Gradio's routes that the page needs and that take more than an address: what comes in is checked before Gradio sees it.

They stand in front of Gradio's own. A call of the page goes straight to the service; a run is handed on to Gradio's queue.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from editor.answers import Answer, encoded, refusal
from editor.errors import EditorError
from editor.payload import Malformed
from editor.service import EditService
from editor.web.library import App, gr

API = "/gradio_api"
CALLS = 40
"""calls of pages that are worked on at a time; they have threads of their own, so none of the other routes waits for them"""
Session = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]


class Called(BaseModel):
    name: str = Field(max_length=64)
    payload: dict[str, Any] | None = None


class PageCall(BaseModel):
    """What Gradio's client sends for ``server.call(...)``; what else it sends is not needed."""

    fn_name: Literal["call"]
    data: Called


class Event(BaseModel):
    """What Gradio's client sends for an event of the page; what else it sends is not needed."""

    session_hash: Session
    fn_index: int
    data: list[Any] = Field(default=[], max_length=1)
    event_data: dict[str, Any] | None = None
    trigger_id: int | None = None


class Handed(Response):
    """What Gradio answers to a request; with ``body`` in place of the one that came, which has been read by now."""

    def __init__(self, gradio: App, body: bytes | None = None) -> None:
        super().__init__()
        self._gradio, self._new = gradio, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {key: value for key, value in scope.items() if key not in ("route", "endpoint", "path_params")}
        body = self._new
        if body is None:
            return await self._gradio(asked, receive, send)
        kept = [
            (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")
        ]
        asked["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._gradio(asked, replayed, send)


def answered(service: EditService, name: str, payload: dict[str, Any]) -> Answer:
    """A call of the page. A refusal is an answer as well, and the page shows it; what is no call at all is an error of HTTP."""
    try:
        return Answer(service.asked(name, payload))
    except Exception as error:
        answer = refusal(error)
        if not isinstance(error, Malformed):
            answer.status_code = 200
        return answer


def routes(service: EditService, gradio: App) -> APIRouter:
    router, limiter = APIRouter(include_in_schema=False), CapacityLimiter(CALLS)
    blocks: gr.Blocks = gradio.get_blocks()

    @router.post(f"{API}/component_server")
    @router.post(f"{API}/component_server/")  # as Gradio's client has it
    async def call(asked: PageCall) -> Answer:
        payload = asked.data.payload or {}
        return await to_thread.run_sync(answered, service, asked.data.name, payload, limiter=limiter)

    @router.post(f"{API}/queue/join")
    async def join(event: Event) -> Response:
        known = blocks.fns.get(event.fn_index)
        if known is None or known.fn is None or not known.targets or known.targets[0][1] != "run":
            raise Malformed(f"fn_index names no event of the page, got {event.fn_index}; reload the page")
        if event.trigger_id is not None and event.trigger_id not in blocks.blocks:
            raise Malformed(f"trigger_id names no part of the page, got {event.trigger_id}; reload the page")
        fields = {name: getattr(event, name) for name in Event.model_fields}
        return Handed(gradio, encoded(fields).encode("ascii"))

    @router.get(f"{API}/queue/data")
    async def data(session_hash: Session) -> Response:
        if session_hash not in blocks._queue.pending_messages_per_session:
            raise EditorError("session_not_found", f"no page is open as {session_hash}; reload the page", 404)
        return Handed(gradio)

    @router.get(f"{API}/heartbeat/{{session_hash}}")
    async def heartbeat(session_hash: Session) -> Response:
        return Handed(gradio)

    return router

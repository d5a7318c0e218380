"""The HTTP routes beside the page."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from editor.answers import Answer, encoded
from editor.errors import reply
from editor.export.export import TYPES
from editor.lab.lab import Computing
from editor.languages import language_named
from editor.payload import few
from editor.runs.jobs import Job
from editor.runs.requests import DEFAULTS, Request, pins_of, settings_of, spans_of, styles_of
from editor.service import EditService
from storage import half

Whole = Annotated[int, Field(strict=True)]
"""true is no number"""
Point = Annotated[Whole, Field(ge=0)]


def unbroken(text: str) -> str:
    """A text of whole characters. What a page sends is mended; a program is told."""
    if broken := half(text):
        raise PydanticCustomError(
            "half_character",
            "holds half a character (U+{code}, a surrogate alone); send whole ones",
            {"code": f"{ord(broken):04X}"},
        )
    return text


Text = Annotated[str, AfterValidator(unbroken)]
PATIENCE = 0.25
"""seconds between two looks whether somebody still waits for a lesson"""


class Wishes(BaseModel):
    """What is wished for one span alone."""

    model_config = ConfigDict(extra="forbid")

    strength: Annotated[float, Field(strict=True)] | None = None
    length: Text | Whole | None = None
    style: Text | None = None
    only: Text | dict[Text, list[Text] | Text] | None = None


class PinnedWords(BaseModel):
    """Words that a span must contain."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    span: Whole = 0
    at: Text | Whole = "anywhere"


class DenoiseRequest(BaseModel):
    """Offsets are Unicode code points of ``text``. What is not named here is a setting of the system."""

    model_config = ConfigDict(extra="allow")

    text: Text
    spans: Annotated[list[tuple[Point, Point] | tuple[Point, Point, Wishes]], BeforeValidator(partial(few, "spans"))]
    pins: Annotated[list[PinnedWords], BeforeValidator(partial(few, "pins"))] = []
    candidates: Whole = DEFAULTS["candidates"]
    system: Text = DEFAULTS["system"]
    seed: Whole = DEFAULTS["seed"]
    way: Text = DEFAULTS["way"]
    instruction: Text = DEFAULTS["instruction"]
    style: Text = DEFAULTS["style"]
    language: Text = "plain"
    length: Text | Whole = DEFAULTS["length"]


class Saving(BaseModel):
    """A document's text as it stands on a page, and the base that the page has seen."""

    model_config = ConfigDict(extra="forbid")

    base: Text
    text: Text


def routes(service: EditService) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        denoiser = service.denoiser
        return {"status": "ok", "model": denoiser.name, "device": denoiser.device, "version": service.version}

    @router.get("/api/systems")
    def systems() -> Answer:
        return Answer(service.boot()["systems"])

    @router.post("/api/denoise")
    async def denoise(request: DenoiseRequest) -> Response:
        own = request.model_extra or {}
        given = request.model_dump(exclude=set(own))  # what is not declared may be anything, however deep
        spans, pins = spans_of(given), pins_of(given)
        settings = settings_of({**given, "settings": own})
        language, styles = language_named(given), styles_of(given)
        asked = Request(request.text, spans, settings, pins, language=language, styles=styles)
        start = partial(service.denoise, uuid.uuid4().hex, asked)
        job = await anyio.to_thread.run_sync(start)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events(service, job), media_type="text/event-stream", headers=headers)

    @router.post("/api/files")
    async def add(request: HttpRequest, name: str = "Untitled", encoding: str = "utf-8") -> Answer:
        data = await request.body()  # no larger than a file may be: the guard has read it
        return Answer(await anyio.to_thread.run_sync(service.documents.add_file, data, name, encoding))

    @router.put("/api/documents/{document}/text")
    def save(document: int, saving: Saving) -> Answer:
        return Answer(service.documents.save({"document": document, **saving.model_dump()}))

    @router.get("/api/documents/{document}/file")
    def file(document: int) -> Response:
        name, data, encoding = service.documents.file(document)
        answer = attached(name, data, "application/octet-stream")
        answer.headers["X-Palimpsest-Encoding"] = encoding
        return answer

    @router.get("/api/search")
    def search(query: str = "", in_bin: bool = False) -> Answer:
        return Answer(service.housekeeping.find({"query": query, "in_bin": in_bin}))

    @router.get("/api/archive")
    def archive(documents: str = "", format: str = "zip") -> Response:
        name, data = service.archives.export(documents, format)
        return attached(name, data, "application/octet-stream")

    @router.post("/api/archive")
    async def bring(request: HttpRequest) -> Answer:
        data = await request.body()
        return Answer(await anyio.to_thread.run_sync(service.archives.bring, data))

    @router.get("/api/backup")
    def backup() -> Response:
        name, data = service.archives.backup()
        return attached(name, data, "application/octet-stream")

    @router.get("/api/runs/{run}/export")
    def export(run: str, format: str = "html", candidate: Annotated[int, Field(ge=0)] | None = None) -> Response:
        name, data = service.exported(run, format, candidate)
        return attached(name, data, TYPES[format])

    @router.get("/api/lessons/{lesson}/export")
    def carry(lesson: str) -> Response:
        name, data = service.teaching.export(lesson)
        return attached(name, data, TYPES["html"])

    @router.post("/api/lessons")
    async def teach(request: HttpRequest) -> Answer:
        data = await request.body()
        return Answer(await anyio.to_thread.run_sync(service.teaching.bring, data))

    @router.get("/api/lab")
    def lessons() -> Answer:
        return Answer(service.lab.lessons())

    @router.get("/api/lab/{lesson}")
    async def lesson(lesson: str, request: HttpRequest) -> Response:
        query = dict(request.query_params)
        computing = await anyio.to_thread.run_sync(service.lab.begin, lesson, query)
        if "text/event-stream" in request.headers.get("accept", ""):
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(taught(computing), media_type="text/event-stream", headers=headers)
        try:
            while not await anyio.to_thread.run_sync(computing.wait, PATIENCE):
                if await request.is_disconnected():
                    break
        finally:
            computing.cancel()
        return Answer(await anyio.to_thread.run_sync(computing.result))

    return router


def attached(name: str, data: bytes, kind: str) -> Response:
    """A file to keep, whatever is in it: no browser shows it as a page of this address."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=kind, headers=headers)


async def events(service: EditService, job: Job) -> AsyncIterator[str]:
    """Frames as server-sent events. When the client goes away this generator is closed, and the forward passes stop."""
    stream = job.stream()
    try:
        while True:
            batch = await anyio.to_thread.run_sync(partial(next, stream, None), abandon_on_cancel=True)
            if batch is None:
                return
            for frame in batch[1]:
                yield f"data: {encoded(frame)}\n\n"
    except Exception as error:
        yield f"data: {encoded({'run': job.run, **reply(error)})}\n\n"
    finally:
        service.forget(job)


async def taught(computing: Computing) -> AsyncIterator[str]:
    """A lesson as server-sent events: {"progress": [done, total]}, or the lesson as far as it is, then all of it or {"error"}.
    When the client goes away the forward passes stop."""
    steps = computing.progress()
    try:
        while (step := await anyio.to_thread.run_sync(partial(next, steps, None), abandon_on_cancel=True)) is not None:
            yield f"data: {encoded(step if isinstance(step, dict) else {'progress': step})}\n\n"
        yield f"data: {encoded(computing.result())}\n\n"
    except Exception as error:
        yield f"data: {encoded(reply(error))}\n\n"
    finally:
        computing.cancel()

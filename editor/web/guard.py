"""Who may speak to the server: its own page, programs, and links to the page. Not another web page, nor the page of a name
that was made to point here.

It stands in front of every route, Gradio's included, so that nothing depends on what a route checks by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from editor.answers import refusal
from editor.errors import EditorError
from editor.limits import ARCHIVE_BYTES, BODY_BYTES, FILE_BYTES
from editor.web import hosts

log = logging.getLogger("palimpsest")

PAGE = "/"
FILES = "/api/files"
ARCHIVE, LESSONS = "/api/archive", "/api/lessons"
RAW = {FILES: FILE_BYTES, ARCHIVE: ARCHIVE_BYTES, LESSONS: ARCHIVE_BYTES}
"""the routes that take a body that is not JSON, and how many bytes of it"""
_SCHEMES = {"ws": "http", "wss": "https"}
# Gradio's page has scripts in it and makes functions of strings, so those must be allowed; nothing from elsewhere is.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; frame-src 'none'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware. ``names``: what the server is called, beside IP addresses."""

    def __init__(self, app: ASGIApp, names: Collection[str] = ("localhost",)) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        try:
            self.check(scope)
            if scope["type"] == "websocket":
                return await self.app(scope, receive, send)
            whole = await _whole(scope, receive)
        except EditorError as error:
            log.info("refused %s %s: %s", scope.get("method", "a web socket"), scope["path"], error)
            return await _refuse(error, scope, receive, send)
        await self.app(scope, whole, _with_headers(send))

    def check(self, scope: Scope) -> None:
        """Raises EditorError where it is not the page, a program or a link to the page that asks."""
        headers = Headers(scope=scope)
        scheme = str(scope["scheme"])
        scheme = _SCHEMES.get(scheme, scheme)
        here = (scheme, *self._host(headers.getlist("host"), scheme))
        _check_origin(headers, here)
        _check_site(headers, scope)
        _check_type(headers, scope)

    def _host(self, given: list[str], scheme: str) -> tuple[str, int]:
        """The name and port that the request was sent to. A page whose name was rebound to this address betrays itself here."""
        try:
            (authority,) = given
            name, port = hosts.parted(authority, scheme)
        except ValueError as error:
            said = ", ".join(map(repr, given)) or "nothing"
            raise EditorError("unknown_host", f"a request names one host; the Host header says {said}", 403) from error
        if name not in self.names and not hosts.is_address(name):
            raise EditorError(
                "unknown_host",
                f"this server is not called {name!r}; open it as localhost or by its address, "
                f"or start it with --allow-host {name}",
                403,
            )
        return name, port


def _foreign(who: str) -> EditorError:
    return EditorError("foreign_page", f"{who} asked for this; only Palimpsest's own page and programs may", 403)


def _check_origin(headers: Headers, here: tuple[str, str, int]) -> None:
    """A browser names the page that asks. Programs do not, and a browser does not for links and pictures."""
    for given in headers.getlist("origin"):
        try:
            same = hosts.origin(given) == here
        except ValueError:
            same = False
        if not same:
            raise _foreign(f"the page of {given!r}")


def _check_site(headers: Headers, scope: Scope) -> None:
    """Where nothing names the page that asks, browsers say how far from here it is. A link to the page may come from anywhere."""
    link = (
        scope.get("method") in ("GET", "HEAD")
        and scope["path"] == PAGE
        and headers.getlist("sec-fetch-mode") == ["navigate"]
        and headers.getlist("sec-fetch-dest") == ["document"]
    )
    if not link and not set(headers.getlist("sec-fetch-site")) <= {"same-origin", "none"}:
        raise _foreign("another web page")


def _check_type(headers: Headers, scope: Scope) -> None:
    """JSON says so: a form on a web page cannot, and a browser asks leave before a script may."""
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    if scope["type"] == "websocket" or empty or scope["path"] in RAW:
        return
    kinds = headers.getlist("content-type")
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != ["application/json"]:
        said = ", ".join(kinds) or "nothing"
        raise EditorError("not_json", f"send JSON as Content-Type: application/json; the request says {said}", 415)


async def _whole(scope: Scope, receive: Receive) -> Receive:
    """The body, counted while it is read, as a receive of its own: no route sees a part of one that is too large."""
    headers = Headers(scope=scope)
    limit = RAW.get(scope["path"], BODY_BYTES)
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(scope, limit)
    data, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return receive
        data += message.get("body", b"")
        more = message.get("more_body", False)
        if len(data) > limit:
            raise _too_large(scope, limit)
    first: list[Message] = [{"type": "http.request", "body": bytes(data), "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


def _too_large(scope: Scope, limit: int) -> EditorError:
    said = f"the limit is {limit / 2**20:g} MB"
    if scope["path"] != FILES:
        return EditorError("body_too_large", f"the request is too large; {said}", 413)
    name = QueryParams(scope["query_string"]).get("name") or "the file"
    return EditorError("file_too_large", f"{name} is too large; {said}", 413)


def _with_headers(send: Send) -> Send:
    """Every answer tells browsers what other pages may do with it: nothing."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return headed


async def _refuse(error: EditorError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": error.code})
    await refusal(error)(scope, receive, _with_headers(send))

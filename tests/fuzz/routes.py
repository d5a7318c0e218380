"""Every route of the program, and what is thrown at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from editor.lab.lab import LESSONS
from editor.lab.shapes.lesson import Control
from editor.service import EditService
from engine import Parameter
from tests.fuzz.values import KINDS, NUMBERS, ODD, RAW, UNICODE, WORDS, body, near, written

TEXT = "The quick brown fox jumps over the lazy dog.\n\nIt was a day like any other."
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "WORD"]
API, JSON = "/gradio_api", "application/json"
Payload = dict[str, Any]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    kind: str = ""
    endless: bool = False
    """a stream that does not end by itself: its beginning is enough"""
    event: bool = False
    """a run of the page: what comes of it arrives on another stream"""


@dataclass(frozen=True)
class Target:
    name: str
    requests: st.SearchStrategy[Request]


@dataclass(frozen=True)
class Page:
    """What a page of the program would know."""

    component: int
    event: int
    runs: list[str]
    revisions: list[str]
    bases: list[str]
    lessons: list[str]
    files: dict[str, bytes]
    """what the program itself wrote to be brought in again, by its route"""


def targets(service: EditService, page: Page) -> list[Target]:
    return [*_http(page), *_calls(service, page), *_gradio(page), *_elsewhere()]


def _words(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _part(*good: str) -> st.SearchStrategy[str]:
    """A part of an address."""
    odd = st.one_of(WORDS, UNICODE, NUMBERS.map(str)).map(
        lambda text: quote(text[:6000], safe="", errors="surrogatepass")
    )
    return st.one_of(st.sampled_from(good), odd)


def _spans() -> st.SearchStrategy[Any]:
    wishes = near(
        {"strength": _words(0.5, 1, 0), "length": _words("auto", "shorter", 3), "style": _words("", "formal")}
    )
    span = st.one_of(_words([4, 9], [10, 15], [0, 44]), st.tuples(st.just(4), st.just(9), wishes).map(list))
    return st.one_of(st.lists(span, max_size=2), st.lists(st.one_of(span, st.lists(NUMBERS, max_size=3)), max_size=3))


def _run(of_a_page: bool) -> Payload:
    """What a run is asked for with; on a page its settings are a table of their own."""
    pin = near({"text": _words("fox", "a b"), "span": _words(0, 1), "at": _words("anywhere", "start", 2, "2")})
    settings = {"steps": _words(1, 2), "temperature": _words(0, 0.7)}
    return {
        "text": TEXT, "spans": _spans(), "system": _words("llada", "mercury", "gemini", "mdlm", "eso-a", "instant-edit"),
        "seed": _words(0, 1, 2**32 - 1), "candidates": _words(1, 2), "way": "auto", "instruction": _words("", "", "Shorter."),
        "style": _words("", "", "formal"), "length": _words("auto", "same", 3, "4"), "pins": st.lists(pin, max_size=2),
        **({"settings": near(settings)} if of_a_page else {**settings, "language": _words("prose", "python")}),
    }  # fmt: skip


def _asked(method: str, path: str, query: st.SearchStrategy[str]) -> st.SearchStrategy[Request]:
    """Requests without a body; ``path`` has a place for what is drawn."""
    return query.map(lambda part: Request(method, path.format(part)))


def _sent(
    method: str, path: str, payload: st.SearchStrategy[Any], *, event: bool = False
) -> st.SearchStrategy[Request]:
    """Requests with JSON as their body, or what was meant to be some."""
    return body(payload).map(lambda b: Request(method, path, *b, event=event))


@st.composite
def _lesson(draw: st.DrawFn) -> str:
    """A lesson with some of its controls, now and then another one's, and a text."""
    name = draw(_part(*LESSONS))
    lesson = LESSONS.get(name, LESSONS["quiz"])
    good = {control.name: _good(control) for control in lesson.controls if control.kind != "press"}
    good |= {"text": _words("The%20cat%20sat.", "a", ""), "from": _words("0", "2"), "to": _words("9", "3")}
    asked = draw(st.lists(st.sampled_from([*good, "document", "model", "t", "answers"]), max_size=2))
    odd = _part("0.5", "1", "", "own-1")
    return f"{name}?" + "".join(f"{one}={draw(st.one_of(good.get(one, odd), odd))}&" for one in asked)


def _good(control: Control) -> st.SearchStrategy[str]:
    """Values that a control takes."""
    if isinstance(control, Parameter) and not control.choices:
        return _words(*map(str, (control.low, control.default, control.high)))
    if isinstance(control, Parameter):
        return _words(*(name for name, _ in control.choices))
    return _words("1,.9,.8,.7,.6,.5,.4,.3,0", "4", "4,1", "7,2,4,9", "")


@st.composite
def _bent(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file that the program wrote: as it is, cut off, with other bytes in it, or none of its kind."""
    how, at = draw(st.integers(0, 3)), draw(st.integers(0, len(whole)))
    if how == 0:
        return whole
    odd = draw(st.one_of(st.binary(max_size=20), RAW))
    return {1: whole[:at], 2: whole[:at] + odd + whole[at + len(odd) :], 3: odd}[how]


PLAIN = ("/healthz", "/api/systems", "/api/lab", "/openapi.json")


def _http(page: Page) -> list[Target]:
    document, run = _part("1", "2", "3"), _part(*page.runs)
    saving = body(near({"base": _words(*page.bases), "text": TEXT}))
    more = _words("", "", "&name=x", "&", "&%ff=%00")
    name = st.builds("?name={}&encoding={}{}".format, _part("a.txt", "b.py"), _part("utf-8", "latin-1"), more)
    candidate = st.one_of(st.just(""), _part("0", "1", "-1").map("&candidate={}".format))
    shape = st.builds("?format={}{}".format, _part("html", "json", "bad", "gif"), candidate)
    archive = st.builds("?documents={}&format={}".format, document, _part("zip", "git"))
    search = st.builds("?query={}&in_bin={}".format, _part("fox"), _part("true"))
    data = st.one_of(st.binary(max_size=60), RAW, UNICODE.map(lambda text: text.encode("utf-8", "surrogatepass")))
    saved = st.builds(lambda d, b: Request("PUT", f"/api/documents/{d}/text", *b), document, saving)
    return [
        *(Target(f"GET {path}", _asked("GET", path + "?{}", _part(""))) for path in PLAIN),
        Target("POST /api/denoise", _sent("POST", "/api/denoise", near(_run(of_a_page=False)))),
        Target("POST /api/files", st.builds(lambda q, d, k: Request("POST", f"/api/files{q}", d, k), name, data, KINDS)),
        Target("PUT /api/documents/{document}/text", saved),
        Target("GET /api/documents/{document}/file", _asked("GET", "/api/documents/{}/file", document)),
        Target("GET /api/lab/{lesson}", _asked("GET", "/api/lab/{}", _lesson())),
        Target("GET /api/lessons/{lesson}/export", _asked("GET", "/api/lessons/{}/export", _part(*page.lessons))),
        *(Target(f"POST {at}", st.builds(partial(Request, "POST", at), _bent(file), KINDS)) for at, file in page.files.items()),
        Target("GET /api/search", _asked("GET", "/api/search{}", search)),
        Target("GET /api/archive", _asked("GET", "/api/archive{}", archive)),
        Target("GET /api/backup", _asked("GET", "/api/backup?{}", _part(""))),
        Target("GET /api/runs/{run}/export", _asked("GET", "/api/runs/{}", st.builds("{}/export{}".format, run, shape))),
    ]  # fmt: skip


DOCUMENT = ("open", "duplicate", "delete", "restore_document", "delete_for_ever", "history", "dictionary")
RUN = ("review", "branches", "discard", "running", "cancel")
"""calls that name a document, or a run, and nothing else"""


LESSON = ("lesson", "delete_lesson", "restore_lesson", "delete_lesson_for_ever")


def payloads(page: Page) -> dict[str, Payload]:
    """What the page sends with each of its calls. A call that is not here is sent odd values alone."""
    document, base, run = _words(1, 2, 3, 4), _words(*page.bases), _words(*page.runs)
    in_bin, spans = _words(True, False), _words([[4, 9]], [[4, 9], [10, 15]])
    place = {"document": document, "base": base, "before": TEXT, "spans": spans, "run": run}
    picks = st.lists(st.lists(st.integers(-1, 2), min_size=2, max_size=4), max_size=3)
    asked, revision, language = _run(of_a_page=True), _words(*page.revisions), _words("prose", "python")
    shown = near({"run": run, "candidate": _words(0, 1)})
    parts = st.lists(st.one_of(st.fixed_dictionaries({"text": st.one_of(WORDS, UNICODE)}), shown), max_size=3)
    within = {"text": TEXT, "from": _words(0, 4), "to": _words(10, 44, 70), "page": "p", "language": language}
    return {
        **{name: {"document": document} for name in DOCUMENT}, **{name: {"run": run} for name in RUN},
        "documents": {"in_bin": in_bin}, "search": {"query": _words("fox", ""), "in_bin": in_bin},
        "create": {"title": "t", "language": "prose", "text": TEXT}, "sample": {"name": "1-a-walk-by-the-sea.txt"},
        "rename": {"document": document, "title": "new"}, "language": {"document": document, "language": "python"},
        "save": {"document": document, "base": base, "text": TEXT, "kind": _words(None, "saved")},
        "accept": {**place, "candidate": _words(0, 1), "picks": st.one_of(st.none(), picks)}, "keep": place,
        "kept_candidate": {"run": run, "revision": revision},
        "diff": {"revision": revision}, "trace": {"revision": revision, "run": run},
        "restore": {"document": document, "revision": revision}, "warm": {"text": TEXT, "cursor": _words(0, 9)},
        "prepare": asked, "level": asked, "nll": {"text": TEXT, "spans": _words([[4, 9]]), "fills": _words(["slow"])},
        "tokens": {"text": TEXT}, "text": {"page": "fuzz", "version": 1, "text": TEXT},
        "check": {**within, "document": document}, "heat": within,
        "ignore": {"document": document, "word": "fox", "ignored": in_bin},
        "lessons": {"in_bin": in_bin}, "showable": {},
        "save_lesson": {"lesson": _words("", *page.lessons), "title": "t", "seen": _words("", "2026-01-01"), "parts": parts},
        **{name: {"lesson": _words(*page.lessons)} for name in LESSON},
    }  # fmt: skip


def _calls(service: EditService, page: Page) -> list[Target]:
    known = payloads(page)

    def sent(name: str) -> st.SearchStrategy[Request]:
        payload = near(known[name]) if name in known else ODD
        asked = {"component_id": page.component, "fn_name": "call", "session_hash": "fuzz"}
        envelope = payload.map(lambda value: {**asked, "data": {"name": name, "payload": value}})
        return _sent("POST", f"{API}/component_server", envelope)

    return [Target(f"call {name}", sent(name)) for name in sorted(service._calls)]


def _gradio(page: Page) -> list[Target]:
    named = near({"name": _words("open", "nonsense"), "payload": ODD})
    function = _words("call", "call", "postprocess", "__init__")
    call = near({"component_id": page.component, "fn_name": function, "session_hash": "fuzz", "data": named})
    session = st.uuids().map(lambda drawn: drawn.hex[:10])
    event = {"data": [], "fn_index": page.event, "trigger_id": page.component, "session_hash": session}
    switches = {"batched": _words(True, False), "simple_format": _words(True, False)}
    begin = near({"run": _words(*page.runs), "step": _words(0, 1), "candidate": 0, "pin": _words(None, [0, 0, 70])})
    place = {"document": _words(1, 2, 3), "run": st.uuids().map(str), "after": _words("", *page.runs)}
    going_on = near({**_run(of_a_page=True), **place, "begin": st.one_of(st.none(), begin)})
    cancel = near({"session_hash": "fuzz", "fn_index": page.event, "event_id": "x"})
    ask = st.builds(lambda payload, own: {**event, "session_hash": own, "event_data": payload}, going_on, session)
    streams = [(f"{API}/queue/data?session_hash=", "GET queue/data"), (f"{API}/heartbeat/", "GET heartbeat")]
    return [
        Target("POST component_server", _sent("POST", f"{API}/component_server", call)),
        Target("POST queue/join", _sent("POST", f"{API}/queue/join", near({**event, **switches, "event_data": ODD}), event=True)),
        Target("a run of the page", ask.map(lambda v: Request("POST", f"{API}/queue/join", written(v), JSON, event=True))),
        Target("POST cancel", _sent("POST", f"{API}/cancel", cancel)),
        *(Target(name, _part("fuzz").map(lambda s, at=at: Request("GET", f"{at}{s}", endless=True))) for at, name in streams),
        *(Target(f"GET {path}", _asked("GET", path + "?{}", _part(""))) for path in ("/config", "/")),
    ]  # fmt: skip


KNOWN = (
    *("/healthz", "/api/denoise", "/api/files", "/api/documents/1/text", "/api/documents/1/file", "/api/runs/x/export"),
    *("/api/lab", "/api/lab/noise", "/api/lessons", "/api/lessons/x/export", "/api/search", "/api/archive"),
    *("/api/systems", "/web/palimpsest.js", f"{API}/component_server", f"{API}/queue/join", f"{API}/queue/data"),
    *("/config", "/"),
)


def _elsewhere() -> list[Target]:
    """Files, addresses that nobody has, and the right addresses with the wrong methods."""
    parts = _part("api", "web", "gradio_api", "assets", "static", "..", ".", "file=", "documents")
    anything = st.lists(parts, max_size=4).map(lambda found: "/" + "/".join(found))
    files = st.lists(_part("..", "palimpsest.js", "fonts"), min_size=1, max_size=3).map("/".join)
    wrong = st.builds(partial(Request, endless=True), _words(*METHODS), _words(*KNOWN), RAW, KINDS)
    return [
        Target("GET /web/{path}", _asked("GET", "/web/{}", files)),
        Target("unknown addresses", st.builds(partial(Request, endless=True), _words(*METHODS[:4]), anything)),
        Target("other methods", wrong),
    ]

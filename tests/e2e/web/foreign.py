"""A foreign web page: what it tries in a browser against the program, and what it got."""

from __future__ import annotations

import json
import os
import re
import threading
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import Site

# Chromium asks before a page of the internet may reach this machine. Other browsers do not, so here it does not either.
FLAGS = [
    "--disable-features=LocalNetworkAccessChecks",
    "--host-resolver-rules=MAP foreign.test 127.0.0.1, MAP rebound.test 127.0.0.1, MAP editor.test 127.0.0.1",
]
SECRET = "nobody-else-reads-this"

# What a page asks of the program in its own words. T is the program's address; D a document, B one in the bin,
# E the number that Gradio gives the editor: 1 in a program, more in a process that has made several.
WORDS = """
const wait = (seconds, value = "") => new Promise((done) => setTimeout(done, seconds * 1000, value));
const called = (name, payload) => JSON.stringify(
  { data: { name, payload }, component_id: E, fn_name: "call", session_hash: "foreign" });
const CALL = "/gradio_api/component_server/", json = { "Content-Type": "application/json" };
const destroy = () => called("delete_for_ever", { document: B });
const run = JSON.stringify({ text: "one two three", spans: [[4, 7]], steps: 2 });
const join = JSON.stringify({ fn_index: 0, trigger_id: E, session_hash: "foreign", data: [null],
  event_data: { run: "f", text: "one two three", spans: [[4, 7]], system: "llada", settings: { steps: 2 } } });
const asked = (path, options) => fetch(T + path, options).then((answer) => answer.text());
const simple = (path, body, more) => fetch(T + path, { method: "POST", mode: "no-cors", body, ...more }).then(() => wait(1));
const added = (tag, more) => {
  const element = Object.assign(document.createElement(tag), more);
  document.body.append(element);
  return element;
};
const loaded = (tag, more) => new Promise((done) => {
  const element = added(tag, more);
  element.onload = () => done(`${tag} loaded`);
  element.onerror = () => done("");
  setTimeout(done, 15000, "");
});
const sent = (action, enctype, fields) => {
  const name = `frame${Math.random()}`;
  added("iframe", { name });
  const form = added("form", { action: T + action, enctype, method: "post", target: name });
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("input"), { name, value }));
  form.submit();
  return wait(1);
};
const typed = JSON.stringify({ base: "x", text: "" });
const file = () => {
  const data = new FormData();
  data.append("files", new Blob([crypto.getRandomValues(new Uint8Array(60000))]), "big.bin");
  return data;
};
const heard = (path) => new Promise((done) => {
  const source = new EventSource(T + path, { withCredentials: true });
  source.onmessage = (event) => { source.close(); done(event.data); };
  source.onerror = () => { source.close(); done(""); };
});
const socket = () => new Promise((done) => {
  const opened = new WebSocket(`${T.replace("http", "ws")}/gradio_api/queue/data?session_hash=x`);
  opened.onopen = () => done("opened");
  opened.onerror = () => done("");
});
const sandboxed = () => new Promise((done) => {
  const code = `fetch(${JSON.stringify(T + CALL)}, { method: "POST", body: ${JSON.stringify(destroy())} })
    .then((answer) => answer.text()).then((text) => parent.postMessage(text, "*"), () => parent.postMessage("", "*"))`;
  addEventListener("message", (event) => typeof event.data === "string" && done(event.data));
  added("iframe", { sandbox: "allow-scripts", srcdoc: `<script>${code}</` + "script>" });
  setTimeout(done, 3000, "");
});
const opened = async () => {
  const other = window.open(T + "/");
  await wait(1.5);
  try { return String(other.document.title); } catch { return other.length ? "frames counted" : ""; } finally { other?.close(); }
};
"""

ATTACKS = {
    "fetch, list of documents": 'asked(CALL, {method: "POST", body: called("documents", {})})',
    "fetch with credentials, open": 'asked(CALL, {method: "POST", credentials: "include", body: called("open", {document: D})})',
    "fetch, JSON with preflight": 'asked(CALL, {method: "POST", headers: json, body: called("delete", {document: D})})',
    "fetch, PUT of a text": 'asked(`/api/documents/${D}/text`, {method: "PUT", headers: json, body: typed})',
    "fetch, a document's file": "asked(`/api/documents/${D}/file`)",
    "fetch, the settings": 'asked("/config")',
    "fetch, the page": 'asked("/")',
    "fetch, start the model": 'asked("/api/denoise", {method: "POST", headers: json, body: run})',
    "fetch, upload to Gradio": 'asked("/gradio_api/upload", {method: "POST", body: file()})',
    "no-cors, delete for ever": "simple(CALL, destroy())",
    "no-cors and keepalive, rename": 'simple(CALL, called("rename", {document: D, title: "Yours"}), {keepalive: true})',
    "no-cors, new document": 'simple("/api/files?name=evil", "evil")',
    "no-cors, upload to Gradio": 'simple("/gradio_api/upload", file())',
    "no-cors, start the model": 'simple("/api/denoise", run)',
    "no-cors, join the queue": 'simple("/gradio_api/queue/join", join)',
    "beacon, delete for ever": "navigator.sendBeacon(T + CALL, destroy()) && wait(1)",
    "form as text/plain, delete for ever": 'sent(CALL, "text/plain", {[destroy().slice(0, -1) + \', "x": "\']: \'"}\'})',
    "form, new document": 'sent("/api/files?name=evil", "application/x-www-form-urlencoded", {evil: "1"})',
    "form with a file, new document": 'sent("/api/files?name=evil", "multipart/form-data", {evil: "1"})',
    "frame": 'loaded("iframe", {src: T + "/"}).then(() => wait(2))',
    "object": 'loaded("object", {data: T + "/"}).then(() => wait(2))',
    "sandboxed frame (origin null)": "sandboxed()",
    "script": 'loaded("script", {src: T + "/web/palimpsest.js"}).then(() => window.Palimpsest ? "its code" : "")',
    "style sheet": 'loaded("link", {rel: "stylesheet", href: T + "/web/palimpsest.css"})',
    "picture": 'loaded("img", {src: T + "/static/img/logo.svg"})',
    "web socket": "socket()",
    "event source, heartbeat": 'heard("/gradio_api/heartbeat/x")',
    "event source, queue": 'heard("/gradio_api/queue/data?session_hash=foreign")',
}  # fmt: skip
# Opens the page as a link does, so it is let in, and a first visit makes a document: nothing is read or held.
WINDOW = "opened()"


def attack(page: Page, site: Site, target: str, names: Collection[str] = ATTACKS) -> dict[str, str]:
    """Let the foreign page that is open try all of that at once. What it got, by the name of the attack."""
    store = site.service.store
    numbers = [store.documents.create("Mine", "plain", SECRET).id for _ in range(2)]
    store.bin.put(numbers[1])
    before = _state(site)
    tries = ", ".join(
        f"tried({json.dumps(name)}, async () => {({**ATTACKS, 'window': WINDOW})[name]})" for name in names
    )
    read: dict[str, str] = page.evaluate(
        f"""async ([T, D, B, E]) => {{ {WORDS}
        const got = {{}};
        const tried = async (name, work) => {{ try {{ got[name] = String(await work()); }} catch {{ got[name] = ""; }} }};
        await Promise.all([{tries}]);
        return got; }}""",
        [target, *numbers, _component(site)],
    )
    got = {name: text for name, text in read.items() if text}
    if any(frame.query_selector(".pz-app") for frame in page.frames[1:]):
        got["framed"] = "the editor is drawn in another page"
    if _state(site) != before:
        got["changed"] = "documents, files or the model's passes are not what they were"
    return got


def _component(site: Site) -> int:
    with urllib.request.urlopen(site.url) as answer:
        found = re.search(rb'"id":(\d+),"type":"html"', answer.read())
    assert found is not None
    return int(found[1])


def _state(site: Site) -> tuple[object, ...]:
    """Everything that an attack could change: documents, the bin, the model's passes, files of Gradio's."""
    store = site.service.store
    listed = [*store.documents.all(False), *store.documents.all(True)]
    uploads = Path(os.environ["GRADIO_TEMP_DIR"])
    texts = tuple((d.id, d.title, d.deleted_at, store.documents.get(d.id).text) for d in listed)
    return texts, site.denoiser.nfe, tuple(sorted(str(path) for path in uploads.rglob("*")))


class _Blank(BaseHTTPRequestHandler):
    """An empty page at every address."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>foreign</title><body>A foreign page"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def foreign_server() -> Iterator[int]:
    """A web server of somebody else's; gives its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Blank)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()

"""A run as a file to keep or to show: a page that replays it offline, a moving picture, or its data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable
from string import Template

from editor.errors import EditorError
from editor.export.scenes import Scene, scene_of
from editor.languages import ASSETS
from editor.runs.frames import Frame, candidate_of
from storage import Run

SCHEMA, SCHEMA_VERSION = "palimpsest-run", 1
TYPES = {
    "html": "text/html; charset=utf-8",
    "gif": "image/gif",
    "webp": "image/webp",
    "json": "application/json",
}


def export(run: Run, title: str, language: str, version: str, kind: str, candidate: int | None = None) -> bytes:
    """A run as a file. Without ``candidate`` the first is shown, and the data has all. Raises EditorError."""
    if kind not in TYPES:
        *most, last = TYPES
        raise EditorError(
            "unknown_format", f"format must be {', '.join(most)} or {last}, got {kind!r}; choose one of these"
        )
    scene = scene_of(run, language, candidate or 0)
    made: dict[str, Callable[[], bytes]] = {
        "html": lambda: page(scene, title, version),
        "gif": lambda: picture(scene, "gif"),
        "webp": lambda: picture(scene, "webp"),
        "json": lambda: data(run, title, language, version, candidate),
    }
    return made[kind]()


def data(run: Run, title: str, language: str, version: str, candidate: int | None = None) -> bytes:
    """Everything that is known of a run; the frames are those of the HTTP stream."""
    frames = [f for f in run.frames if candidate is None or candidate_of(f) == candidate]
    known = {
        "format": SCHEMA,
        "version": SCHEMA_VERSION,
        "program": version,
        "run": run.id,
        "document": {"title": title, "language": language},
        "settings": run.settings,
        "text": run.text,
        "result": run.result,
        "frames": frames,
    }
    return json.dumps(known).encode("ascii")


def picture(scene: Scene, kind: str) -> bytes:
    from editor.export.pictures import animation  # fonts and drawing are loaded when somebody asks for them

    return animation(scene, kind)


# ---- the page --------------------------------------------------------------------------------------------------------
def page(scene: Scene, title: str, version: str) -> bytes:
    """A run as one HTML file."""
    says = "This page replays a run of Palimpsest step by step; that takes JavaScript."
    return standalone("replay", title, carried(scene, title, version), says)


def carried(scene: Scene, title: str, version: str) -> Frame:
    """What is seen of a run, as the page that replays it carries it along."""
    table, frames = _shared(scene.moments)
    return {
        "title": title, "version": version, "code": scene.code, "pieces": scene.pieces, "facts": scene.facts(),
        "tokens": table, "frames": frames,
    }  # fmt: skip


def standalone(bundle: str, title: str, shown: Frame, says: str, more: str = "") -> bytes:
    """One HTML file that asks nothing of anybody: its policy lets its own style and script run, and nothing else. ``says``: to
    who has no JavaScript; ``more``: elements beside what is shown."""
    built = ASSETS / "web" / "dist"
    style, script = ((built / f"{bundle}.{kind}").read_text(encoding="utf-8").strip() for kind in ("css", "js"))
    template = Template((ASSETS / "export" / "replay.html").read_text(encoding="utf-8"))
    text = template.substitute(
        title=html.escape(title), says=html.escape(says), more=more,
        style=style, script=script, style_hash=_allowed(style), script_hash=_allowed(script),
        # Inside a script element nothing but "<" could end it or open a comment.
        shown=json.dumps(shown, separators=(",", ":")).replace("<", "\\u003c"),
    )  # fmt: skip
    return text.encode("utf-8", "replace")


def _allowed(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _shared(moments: tuple[tuple[Frame, ...], ...]) -> tuple[list[object], list[Frame]]:
    """Tokens that most moments have in common once, and frames that name them by number."""
    numbers: dict[str, int] = {}
    frames = []
    for moment in moments:
        for frame in moment:
            toks = [numbers.setdefault(json.dumps(tok), len(numbers)) for tok in frame["toks"]]
            frames.append({**{k: v for k, v in frame.items() if k != "run"}, "toks": toks})
    return [json.loads(tok) for tok in numbers], frames

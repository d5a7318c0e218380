"""The frames of a run, packed: only what changed from one frame of a span to its next, as compressed JSON."""

from __future__ import annotations

import json
import zlib
from typing import Any

from storage.characters import mended

Frame = dict[str, Any]
VERSION = 1
Unreadable = (zlib.error, UnicodeDecodeError, json.JSONDecodeError)


def pack(frames: list[Frame]) -> bytes:
    """Frames as bytes; ``unpack`` gives them back exactly."""
    last: dict[object, Frame] = {}
    deltas: list[dict[str, Any]] = []
    for frame in frames:
        before = last.get(frame.get("span"), {})
        delta: dict[str, Any] = {k: v for k, v in frame.items() if k != "toks" and (k not in before or before[k] != v)}
        gone = [k for k in before if k not in frame]
        toks, old = frame.get("toks"), before.get("toks")
        entry: dict[str, Any] = {"s": frame.get("span"), "d": delta}
        if gone:
            entry["g"] = gone
        if isinstance(toks, list) and isinstance(old, list) and len(toks) == len(old):
            entry["c"] = [[i, tok] for i, tok in enumerate(toks) if tok != old[i]]
        elif toks is not None:
            entry["t"] = toks
        deltas.append(entry)
        last[frame.get("span")] = frame
    body = json.dumps({"version": VERSION, "frames": deltas}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(body.encode("utf-8", "surrogatepass"), 9)


def unpack(data: bytes) -> list[Frame]:
    """The frames that ``pack`` was given; none where they were thinned. Raises one of ``Unreadable``."""
    if not data:
        return []
    last: dict[object, Frame] = {}
    frames: list[Frame] = []
    for entry in json.loads(mended(zlib.decompress(data).decode("utf-8", "surrogatepass")))["frames"]:
        before = last.get(entry["s"], {})
        frame = {k: v for k, v in before.items() if k not in entry.get("g", ())}
        frame.update(entry["d"])
        if "c" in entry:
            toks = list(before["toks"])
            for i, tok in entry["c"]:
                toks[i] = tok
            frame["toks"] = toks
        elif "t" in entry:
            frame["toks"] = entry["t"]
        last[entry["s"]] = frame
        frames.append(frame)
    return frames

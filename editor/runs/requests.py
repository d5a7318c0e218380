"""What comes in a request of the page, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import engine
from editor.code.indentation import keep_indentation
from editor.code.parsing import CHECKS, WellFormed
from editor.documents import lines
from editor.errors import EditorError
from editor.languages import PROSE, SPOKEN, spoken
from editor.limits import CANDIDATES
from editor.payload import Malformed, Payload, listed, malformed, name_of, number, table, text_of, whole, wholes
from editor.runs.frames import Frame
from engine import Beginning, Pin, Span, SpanState

DEFAULTS: Payload = {
    "system": "llada", "seed": 0, "way": engine.AUTOMATIC, "instruction": "", "style": "", "length": "auto", "candidates": 1,
}  # fmt: skip
"""what every run has; the rest of its settings are those of its system (``engine.SYSTEMS``)"""
PARAMETERS = list(dict.fromkeys(p.name for system in engine.SYSTEMS.values() for p in system.parameters))
WISHED = ("strength", "length", "style", "only")
AROUND = 200
"""characters on each side of a caret"""
DIGITS = 9
"""of a number that is written as a text"""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do."""

    text: str
    spans: list[Span]
    settings: Payload
    pins: list[Pin] = field(default_factory=list)
    begin: Beginning | None = None
    before: list[Frame] = field(default_factory=list)
    """steps of the run that it goes on from"""
    language: str = "plain"
    styles: list[str] = field(default_factory=list)
    """of each span; "": that of the run; none: no span has one of its own"""
    known: Sequence[str] = ()
    """words that are right: the dictionary of the document"""

    def fill(self, span: SpanState) -> str:
        """What a span holds at last: its lines end as those of the text do, and in code they are indented as those that it
        replaces. A style goes by the lines that stand there."""
        text = lines.ended(span.text, lines.kind(self.text))
        if span.start == span.end:
            return text  # nothing stood there to be indented by: it is written as the place wants it
        if "\n" not in text or self.language in PROSE or self.settings.get("style") or any(self.styles):
            return text
        line = self.text[self.text.rfind("\n", 0, span.start) + 1 : span.start]
        indent = line[: len(line) - len(line.lstrip())]
        return keep_indentation(self.text[span.start : span.end], text, len(line), indent)


def written_in(language: str) -> Payload:
    """What the engine is told of a text's language: whether it is prose (None: plain text may be anything), or which code, and
    whether it parses where there is a parser."""
    if language == "plain":
        return {"prose": None}
    if language in PROSE:
        return {"prose": True}
    return {"prose": False, "language": language, "accepts": WellFormed(language) if language in CHECKS else None}


def strange(language: str, text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The languages other than English in which prose is to be written there, in words; "" for English and for code. What
    stands around a caret tells its language."""
    if language not in PROSE:
        return ""
    found = [(a, b) if a < b else (max(0, a - AROUND), min(len(text), a + AROUND)) for a, b in spans]
    return spoken(code for a, b in found for _, _, code in engine.foreign(text, a, b) if code in SPOKEN)


def told(request: Request) -> Span:
    """The span that an instruction changes. Raises EditorError: one_span, pins_and_instruction."""
    if len(request.spans) != 1:
        raise EditorError(
            "one_span",
            f"an instruction changes one span, {len(request.spans)} are selected; keep one, or leave it empty",
        )
    if request.pins:
        raise EditorError("pins_and_instruction", "words cannot be pinned in an edit as told; leave one of both out")
    return request.spans[0]


def settings_of(payload: Payload) -> Payload:
    """The engine's settings from a request: what every run has, then those of the system.

    Raises EditorError, UnknownParameter.
    """
    try:
        names = {name: name_of(payload, name, DEFAULTS[name]) for name in ("system", "way", "style")}
        numbers = {name: whole(payload, name, DEFAULTS[name]) for name in ("seed", "candidates")}
        instruction = text_of(payload, "instruction", DEFAULTS["instruction"]).strip()
        own = table(payload, "settings", {})
    except EditorError as error:
        raise EditorError("bad_settings", f"a setting is of no use: {error}") from error
    if not 1 <= numbers["candidates"] <= CANDIDATES:
        raise EditorError("bad_settings", f"candidates must be in 1..{CANDIDATES}, got {numbers['candidates']}")
    for name in own:
        if name not in PARAMETERS:
            raise engine.UnknownParameter(
                f"no system has a setting {engine.shown(name)}; there are {', '.join(PARAMETERS)}"
            )
    length = engine.wish(DEFAULTS["length"] if payload.get("length") is None else payload["length"])
    return {**names, "length": str(length), **numbers, "instruction": instruction, **own}


def spans_of(payload: Payload) -> list[Span]:
    """The spans of a request: [from, to] or [from, to, {"strength", "length", "style", "only"}]. Raises EditorError,
    InvalidRequest."""
    found = []
    for entry in listed(payload, "spans", []):
        start, end, wishes = _span(entry)
        strength, length = wishes.get("strength"), wishes.get("length")
        share = None if strength is None else float(engine.STRENGTH.checked(strength))
        may_be = None if wishes.get("only") is None else engine.only(wishes["only"])
        if may_be is not None and wishes.get("style"):
            raise EditorError("bad_span", "a span that may be something only is in no style; leave one of both out")
        found.append(Span(start, end, share, None if length is None else engine.wish(length), only=may_be))
    return found


def _span(entry: object) -> tuple[int, int, Payload]:
    """(from, to, wishes) of a span as it was sent."""
    try:
        if not isinstance(entry, list | tuple) or len(entry) not in (2, 3):
            raise malformed("a span", "[from, to] or [from, to, wishes]", entry)
        start, end = wholes("a span", list(entry[:2]), 2)
        wishes = table({"the wishes of a span": entry[2]}, "the wishes of a span", {}) if len(entry) > 2 else {}
        unknown = sorted(set(wishes) - set(WISHED))
        if unknown:
            raise Malformed(f"a span has no wish {engine.shown(unknown[0])}; it may have {', '.join(WISHED)}")
        number(wishes, "strength", None)
        name_of(wishes, "style", None)
    except EditorError as error:
        raise EditorError("bad_span", f"{error}; give [from, to] or [from, to, wishes]") from error
    return start, end, wishes


def ranges_of(payload: Payload) -> list[tuple[int, int]]:
    """Where the spans of a request lie, in order. Raises EditorError."""
    return sorted(_span(entry)[:2] for entry in listed(payload, "spans"))


def styles_of(payload: Payload) -> list[str]:
    """The style of each span of a request, where it has one of its own: [from, to, {"style"}]. Raises EditorError."""
    return [name_of(_span(entry)[2], "style", "") for entry in listed(payload, "spans", [])]


def pins_of(payload: Payload) -> list[Pin]:
    """Words that spans must contain: [{"span", "text", "at"}]. Raises EditorError."""
    found = []
    for entry in listed(payload, "pins", []):
        try:
            if not isinstance(entry, dict):
                raise malformed("a pin", "an object", entry)
            unknown = sorted(set(entry) - {"text", "span", "at"})
            if unknown:
                raise Malformed(f"it has {engine.shown(unknown[0])}")
            at = entry.get("at")
            place: Any = "anywhere" if at is None else at if at in engine.PLACES else _tokens(entry)
            found.append(Pin(whole(entry, "span", 0), text_of(entry, "text"), place))
        except EditorError as error:
            choices = ", ".join(engine.PLACES)
            raise EditorError(
                "bad_pin", f"{error}; a pin has its text, its span, and at: {choices} or a number of tokens"
            ) from error
    return found


def _tokens(pin: Payload) -> int:
    """A place behind so many tokens, which may be written as a text. Raises EditorError."""
    at = pin["at"]
    if isinstance(at, str) and at.isdecimal() and len(at) <= DIGITS:
        return int(at)
    return int(whole(pin, "at"))

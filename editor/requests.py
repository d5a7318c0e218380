"""What comes in a request of the page, checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import engine
from editor.code_sense import keep_indentation
from editor.errors import EditorError
from editor.languages import PROSE, languages
from editor.limits import CANDIDATES, PINS, QUERY, TITLE
from editor.render import Frame
from engine import Beginning, Pin, Span, SpanState

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Payload = dict[str, Any]
DEFAULTS: Payload = {
    "system": "llada", "seed": 0, "way": engine.AUTOMATIC, "instruction": "", "style": "", "length": "auto", "candidates": 1,
}  # fmt: skip
"""what every run has; the rest of its settings are those of its system (``engine.SYSTEMS``)"""


def told(record: DataclassInstance) -> Payload:
    """A record of the store as an answer has it: times in ISO 8601, everything else as it is."""
    values = asdict(record)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


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

    def fill(self, span: SpanState) -> str:
        """What a span holds at last: in code the lines of a fill are indented as those that it replaces. A style goes by the
        lines that stand there."""
        if "\n" not in span.text or self.language in PROSE or self.settings.get("style") or any(self.styles):
            return span.text
        line = self.text[self.text.rfind("\n", 0, span.start) + 1 : span.start]
        indent = line[: len(line) - len(line.lstrip())]
        return keep_indentation(self.text[span.start : span.end], span.text, len(line), indent)


def settings_of(payload: Payload) -> Payload:
    """The engine's settings from a request: what every run has, then those of the system. Raises EditorError."""
    wanted = {**DEFAULTS, **{name: payload[name] for name in DEFAULTS if name in payload}}
    try:
        common = {name: str(wanted[name]) for name in ("system", "way", "style", "length")}
        seed, candidates = int(wanted["seed"]), int(wanted["candidates"])
        own = dict(payload.get("settings") or {})
    except (TypeError, ValueError) as error:
        raise EditorError("bad_settings", f"a setting is of no use: {error}") from error
    if not 1 <= candidates <= CANDIDATES:
        raise EditorError("bad_settings", f"candidates must be in 1..{CANDIDATES}, got {candidates}")
    instruction = str(wanted["instruction"]).strip()
    return {**common, "seed": seed, "candidates": candidates, "instruction": instruction, **own}


def spans_of(payload: Payload) -> list[Span]:
    """The spans of a request: [from, to] or [from, to, {"strength", "length", "style"}]. Raises EditorError."""
    found = []
    for entry in payload.get("spans") or ():
        try:
            start, end, *more = entry
            wishes = dict(more[0] or {}) if more else {}
            strength, length = wishes.get("strength"), wishes.get("length")
            span = Span(int(start), int(end), None if strength is None else float(strength))
        except (TypeError, ValueError) as error:
            raise EditorError("bad_span", f"{entry!r} is no span; give [from, to] or [from, to, wishes]") from error
        found.append(span if length is None else replace(span, length=engine.wish(length)))
    return found


def styles_of(payload: Payload) -> list[str]:
    """The style of each span of a request, where it has one of its own: [from, to, {"style"}]."""
    return [str((entry[2] or {}).get("style") or "") if len(entry) > 2 else "" for entry in payload.get("spans") or ()]


def pins_of(payload: Payload) -> list[Pin]:
    """Words that spans must contain: [{"span", "text", "at"}]. Raises EditorError."""
    found = []
    for entry in payload.get("pins") or ():
        try:
            at = entry.get("at", "anywhere")
            place = at if at in engine.PLACES else int(at)
            found.append(Pin(int(entry.get("span", 0)), str(entry["text"]), place))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            choices = ", ".join(engine.PLACES)
            raise EditorError(
                "bad_pin", f"{entry!r} is no pin; give its text, its span, and at: {choices} or a number of tokens"
            ) from error
    if len(found) > PINS:
        raise EditorError("too_many_pins", f"{len(found)} words are pinned and the limit is {PINS}; remove some")
    return found


def title_of(title: object) -> str:
    text = " ".join(str(title).split()) or "Untitled"
    if len(text) > TITLE:
        raise EditorError("title_too_long", f"the title has {len(text)} characters; the limit is {TITLE}")
    return text


def copied(title: str) -> str:
    """The title of a copy, cut where the limit asks for it."""
    mark = " copy"
    return title[: TITLE - len(mark)].rstrip() + mark


def query_of(query: object) -> str:
    text = str(query)
    if len(text) > QUERY:
        raise EditorError("query_too_long", f"what is searched for has {len(text)} characters; the limit is {QUERY}")
    return text


def language_named(payload: Payload) -> str:
    name = str(payload.get("language", "plain"))
    if name not in {language.name for language in languages()}:
        raise EditorError("unknown_language", f"there is no language {name!r}; choose one of the list")
    return name

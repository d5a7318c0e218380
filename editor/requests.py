"""What comes in a request of the page, checked."""

from __future__ import annotations

from typing import Any

import engine
from editor.errors import EditorError
from editor.languages import languages
from editor.limits import TITLE

Payload = dict[str, Any]
DEFAULTS: Payload = {"system": "llada", "seed": 0, "way": engine.AUTOMATIC, "instruction": "", "length": "auto"}
"""what every run has; the rest of its settings are those of its system (``engine.SYSTEMS``)"""


def settings_of(payload: Payload) -> Payload:
    """The engine's settings from a request: what every run has, then those of the system. Raises EditorError."""
    wanted = {**DEFAULTS, **{name: payload[name] for name in DEFAULTS if name in payload}}
    try:
        common = {name: str(wanted[name]) for name in ("system", "way", "length")}
        seed, own = int(wanted["seed"]), dict(payload.get("settings") or {})
    except (TypeError, ValueError) as error:
        raise EditorError("bad_settings", f"a setting is of no use: {error}") from error
    return {**common, "seed": seed, "instruction": str(wanted["instruction"]).strip(), **own}


def title_of(title: object) -> str:
    text = " ".join(str(title).split()) or "Untitled"
    if len(text) > TITLE:
        raise EditorError("title_too_long", f"the title has {len(text)} characters; the limit is {TITLE}")
    return text


def language_named(payload: Payload) -> str:
    name = str(payload.get("language", "plain"))
    if name not in {language.name for language in languages()}:
        raise EditorError("unknown_language", f"there is no language {name!r}; choose one of the list")
    return name

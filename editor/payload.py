"""Reading what comes in a payload: every value is checked by what it has to be, here and nowhere else.

Each reader takes a payload and a name, and a default where the value may be left out (or null). All raise EditorError.
"""

from __future__ import annotations

from typing import Any

from editor.errors import EditorError
from editor.limits import LISTS
from engine import shown

Payload = dict[str, Any]
MOST = 2**63 - 1
"""the largest whole number: what a database can hold"""
NAME = 200
"""characters of an id, a base or another name"""
_NEEDED: Any = object()


class Malformed(EditorError):
    """A request that is not even a request: no page of this version sends it."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid_request", message, 422)


def malformed(name: str, what: str, value: object) -> Malformed:
    return Malformed(f"{name} must be {what}, got {shown(value)}")


def _read(payload: Payload, name: str, kind: Any, what: str, default: Any) -> Any:
    value = payload.get(name)
    if value is None:
        if default is _NEEDED:
            raise Malformed(f"{name} is missing; give {what}")
        return default
    if not isinstance(value, kind) or isinstance(value, bool) and kind is not bool:
        raise malformed(name, what, value)
    return value


def whole(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    """A whole number."""
    return bounded(name, _read(payload, name, int, "a whole number", default))


def bounded(name: str, value: Any) -> Any:
    """A whole number, or no number at all, if it is no larger than any that means something."""
    if isinstance(value, int) and abs(value) > MOST:
        raise malformed(name, "a whole number below 2^63", value)
    return value


def text_of(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    """A text, however long."""
    return _read(payload, name, str, "a text", default)


def name_of(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    """A short text: an id or what something is called."""
    value = text_of(payload, name, default)
    if value is not None and len(value) > NAME:
        raise malformed(name, f"a text of at most {NAME} characters", value)
    return value


def flag(payload: Payload, name: str, default: bool = False) -> bool:
    found: bool = _read(payload, name, bool, "true or false", default)
    return found


def number(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    """A number, whole or not; whether it is one that makes sense is for the engine to say."""
    return _read(payload, name, int | float, "a number", default)


def listed(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    """A list, whatever is in it; one that is too long is refused before any of its entries is looked at."""
    return few(name, _read(payload, name, list, "a list", default))


def few(name: str, entries: Any) -> Any:
    """A list of one of LISTS, if it is not too long."""
    if isinstance(entries, list) and len(entries) > LISTS[name]:
        message = f"{len(entries)} {name} are given and the limit is {LISTS[name]}; send fewer"
        raise EditorError(f"too_many_{name}", message)
    return entries


def texts_of(payload: Payload, name: str) -> list[str]:
    """A list of texts."""
    found: list[str] = listed(payload, name)
    for value in found:
        if not isinstance(value, str):
            raise malformed(name, "a list of texts", found)
    return found


def table(payload: Payload, name: str, default: Any = _NEEDED) -> Any:
    return _read(payload, name, dict, "an object", default)


def wholes(name: str, value: object, count: int) -> list[int]:
    """A list of ``count`` whole numbers."""
    fits = isinstance(value, list | tuple) and len(value) == count
    if not fits or not all(isinstance(item, int) and not isinstance(item, bool) for item in value):  # type: ignore[attr-defined]
        raise malformed(name, f"a list of {count} whole numbers", value)
    return [bounded(name, item) for item in value]  # type: ignore[attr-defined]

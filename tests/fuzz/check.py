"""What an answer has to be, and the figures of a route."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass
class Figures:
    requests: int = 0
    fine: int = 0
    refused: int = 0
    failed: int = 0
    busy: int = 0
    shape: int = 0
    tracebacks: int = 0
    hung: int = 0
    example: str = ""
    """the first request that went wrong"""

    @property
    def wrong(self) -> bool:
        return bool(self.failed or self.shape or self.tracebacks or self.hung)

    def count(self, code: int) -> None:
        self.requests += 1
        if code == 503:
            self.busy += 1
        self.fine += code < 400
        self.refused += 400 <= code < 500
        self.failed += code >= 500 and code != 503

    def note(self, what: str) -> None:
        self.example = self.example or what


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def strict(text: str | bytes) -> Any:
    """JSON as the standard has it. Raises ValueError."""
    return json.loads(text, parse_constant=_no_number)


def shaped(found: Any) -> bool:
    """Whether an answer is a refusal in the README's shape, and a foreseen one."""
    error = found.get("error") if isinstance(found, dict) else None
    return (
        isinstance(error, dict)
        and set(error) == {"code", "message"}
        and all(isinstance(part, str) and part for part in error.values())
        and error["code"] != "internal"
    )


def right(answer: httpx.Response, content: bytes, *, head: bool) -> str:
    """What is wrong with an answer; "" if nothing is."""
    code, kind = answer.status_code, answer.headers.get("content-type", "")
    if code == 503 and "retry-after" not in answer.headers:
        return "503 without Retry-After"
    if head or code < 300 and not content:
        return ""
    try:
        if kind.startswith("text/event-stream"):
            return _events(content)
        if kind.startswith("application/json"):
            found = strict(content)
            if isinstance(found, dict) and "error" in found and not shaped(found):
                return "an error of another shape"
            return "" if code < 400 or shaped(found) else "a refusal of another shape"
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return "" if code < 400 else f"a refusal that is {kind or 'of no kind'}"


def _events(content: bytes) -> str:
    for line in content.decode("utf-8").splitlines():
        if not line.startswith("data: ") or line == "data: ALIVE":
            continue
        found = strict(line[6:])
        if isinstance(found, dict) and "error" in found and not shaped(found):
            return "an error of another shape in a stream"
    return ""

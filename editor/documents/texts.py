"""Texts that pages have told: each all of it once, and then what has changed of it, so that no question about it carries it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from editor.documents.files import fitting
from editor.errors import EditorError
from editor.payload import Malformed, Payload, name_of, text_of, whole

KEPT = 12
"""texts, of all pages together"""
Key = tuple[str, int]
"""a page and its own count of what it has told"""


class Texts:
    """The newest texts of the pages that are open. A page whose text is gone tells it again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, str] = OrderedDict()
        self._lock = threading.Lock()
        self.calls: dict[str, Callable[[Payload], Payload]] = {"text": self.tell}

    def tell(self, payload: Payload) -> Payload:
        """Keep {page, version, text}, or {page, version, base, at, gone, put}: that of version ``base`` with ``put`` in place of
        ``gone`` code points. Raises EditorError: unknown_text, bad_change, text_too_large."""
        key = self._key(payload, "version")
        if "text" in payload:
            text = text_of(payload, "text")
        else:
            before, at, gone = self._found(self._key(payload, "base")), whole(payload, "at"), whole(payload, "gone")
            if not 0 <= at <= at + gone <= len(before):
                raise EditorError("bad_change", f"{at}..{at + gone} is outside the text of {len(before)} characters")
            text = before[:at] + text_of(payload, "put") + before[at + gone :]
        fitting(text)
        with self._lock:
            self._kept[key] = text
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return {"version": key[1]}

    def of(self, payload: Payload) -> str:
        """The text that a question is about: its own, or one that was told. Raises EditorError: unknown_text, text_too_large."""
        return fitting(text_of(payload, "text")) if "text" in payload else self._found(self._key(payload, "version"))

    def _found(self, key: Key) -> str:
        with self._lock:
            if key not in self._kept:
                raise EditorError(
                    "unknown_text", f"version {key[1]} of the page's text is not known; send all of it", 409
                )
            self._kept.move_to_end(key)
            return self._kept[key]

    @staticmethod
    def _key(payload: Payload, name: str) -> Key:
        if "page" not in payload:
            raise Malformed(f"text is missing; give it, or the page and the {name} of one that was told")
        return name_of(payload, "page"), whole(payload, name)

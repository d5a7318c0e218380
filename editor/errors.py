"""The one place where errors become what a user or a program sees."""

from __future__ import annotations

import logging
from typing import Any

from engine import EngineError
from storage import BadArchive, DatabaseDamaged, NotInBin, RevisionKept, StorageError, mended

log = logging.getLogger("palimpsest")


class EditorError(Exception):
    """A request the editor itself refuses. ``status`` is the HTTP status of the same refusal."""

    def __init__(self, code: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def prose_unknown() -> EditorError:
    """Where prose cannot be told from the rest in time."""
    return EditorError(
        "prose_unknown", "the structure of this text takes too long to be found; select less, or split the text"
    )


def reply(error: Exception) -> dict[str, Any]:
    """An exception as {"error": {"code", "message"}}. What nobody foresaw is logged, and named as such."""
    if isinstance(error, EngineError | StorageError | EditorError):
        return {"error": {"code": error.code, "message": mended(str(error))}}
    log.error("unexpected error", exc_info=error)
    message = f"Something went wrong inside Palimpsest ({type(error).__name__}). Your text is unchanged; try again."
    return {"error": {"code": "internal", "message": message}}


def status(error: Exception) -> int:
    if isinstance(error, EditorError):
        return error.status
    if isinstance(error, DatabaseDamaged):
        return 500
    if isinstance(error, NotInBin | RevisionKept):
        return 409
    if isinstance(error, BadArchive):
        return 422
    if isinstance(error, StorageError):
        return 404 if error.code.endswith("_not_found") else 503
    return 422 if isinstance(error, EngineError) else 500

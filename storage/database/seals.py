"""Seals: every row carries a digest of its columns, made when it is written through the ORM."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapper

from storage.database.models import Sealed


def seal_of(row: Sealed) -> str:
    """The seal that a row ought to have."""
    whole = hashlib.blake2b(digest_size=16)
    for attribute in inspect(type(row)).column_attrs:
        if attribute.key not in row.unsealed:
            part = _bytes(getattr(row, attribute.key))
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().encode()
    return json.dumps(int(value) if isinstance(value, bool) else value, sort_keys=True).encode()


@event.listens_for(Sealed, "before_insert", propagate=True)
@event.listens_for(Sealed, "before_update", propagate=True)
def _seal(mapper: Mapper[Any], connection: object, row: Any) -> None:
    for attribute in mapper.column_attrs:
        default = attribute.columns[0].default
        if default is not None and getattr(row, attribute.key) is None:
            made = default.arg(None) if default.is_callable else default.arg
            setattr(row, attribute.key, made)
    row.seal = seal_of(row)

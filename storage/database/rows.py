"""Rows as plain values, the way JSON has them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, select

from storage.database.models import Moment, Sealed

Plain = dict[str, Any]
MOST = 10_000
"""values of one statement; SQLite takes 32,766"""


def among(column: Any, keys: Collection[str]) -> ColumnElement[bool]:
    """A column is one of some keys, however many these are."""
    if len(keys) <= MOST:
        return column.in_(keys)
    listed = func.json_each(json.dumps(list(keys))).table_valued("value")
    return column.in_(select(listed.c.value))


def plain(row: Sealed, *without: str) -> Plain:
    """The columns of a row but for some; times in ISO 8601."""
    values = {a.key: getattr(row, a.key) for a in inspect(type(row)).column_attrs if a.key not in (*without, "seal")}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def columns(table: type[Sealed], values: Plain) -> Plain:
    """The values of some columns of a table as its rows have them; what is no column is left out. Raises ValueError."""
    known = {a.key: a.columns[0].type for a in inspect(table).column_attrs if a.key != "seal"}
    return {
        key: _moment(value) if isinstance(known[key], Moment) else value
        for key, value in values.items()
        if key in known
    }


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    read = datetime.fromisoformat(str(value))
    return read if read.tzinfo else read.replace(tzinfo=UTC)

"""Rows as plain values, the way JSON has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import inspect

from storage.database.models import Moment, Sealed

Plain = dict[str, Any]


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

"""What is known of a database as a whole: rules that people set, how far upkeep is, the digest of the schema."""

from __future__ import annotations

from typing import Any

from storage.database.models import FactRow
from storage.database.transactions import Database

INDEXED = "indexed"
"""every revision and run has its passage"""


class Facts:
    """Named values of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        with self._database.reading() as session:
            row = session.get(FactRow, name)
            return default if row is None else row.value

    def set(self, name: str, value: object) -> None:
        with self._database.writing() as session:
            row = session.get(FactRow, name)
            if row is None:
                session.add(FactRow(name=name, value=value))
            else:
                row.value = value

"""Texts by the hash of their content: what everything else in the store stands on."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, union, update
from sqlalchemy.orm import Session

from storage.characters import mended
from storage.database.models import Base, TextRow
from storage.database.refusals import refused
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged


def digest(*parts: str) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def unpacked(data: bytes) -> str:
    """Raises zlib.error or UnicodeDecodeError when the bytes were changed on the disk."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Packed:
    """A text ready to be stored. It is made before the write lock is taken: long texts take a while."""

    text: str
    hash: str
    data: bytes
    words: int

    @classmethod
    def of(cls, text: str) -> Packed:
        return cls(text, digest(text), zlib.compress(text.encode("utf-8", "surrogatepass")), len(text.split()))


class Texts:
    """The texts of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @staticmethod
    def put(session: Session, text: Packed) -> None:
        there = session.scalar(select(TextRow.data).where(TextRow.hash == text.hash))
        if there is None:
            session.execute(insert(TextRow).values(hash=text.hash, data=text.data))
        elif there != text.data:  # damaged on the disk, or packed by another version of zlib
            session.execute(update(TextRow).where(TextRow.hash == text.hash).values(data=text.data))

    def get(self, session: Session, key: str) -> str:
        """Raises DatabaseDamaged when the text is missing or not what it was."""
        data = session.scalar(select(TextRow.data).where(TextRow.hash == key))
        return self.unpacked(key, data)

    def unpacked(self, key: str, data: bytes | None) -> str:
        """A packed text, read. Older versions stored half characters; they are mended. Raises DatabaseDamaged."""
        return mended(self.raw(key, data))

    def raw(self, key: str, data: bytes | None) -> str:
        """A packed text as it was stored. Raises DatabaseDamaged."""
        try:
            return unpacked(data or b"")
        except (zlib.error, UnicodeDecodeError) as error:
            raise refused(DatabaseDamaged, self.database.where, f"text {key} cannot be read") from error

    def legible(self, key: str, data: bytes) -> str:
        """A packed text; nothing of a damaged one, where others are to be shown all the same."""
        try:
            return self.unpacked(key, data)
        except DatabaseDamaged:
            return ""

    @staticmethod
    def forget(session: Session, key: str) -> None:
        """Delete a text, unless a row refers to it."""
        referred = [select(column).where(column == key).exists() for column in _referring()]
        session.execute(delete(TextRow.__table__).where(TextRow.hash == key, *(~there for there in referred)))  # type: ignore[arg-type]

    @staticmethod
    def sweep(session: Session) -> None:
        """Delete every text that no row refers to."""
        needed: list[Select[Any]] = [select(column).where(column.is_not(None)) for column in _referring()]
        session.execute(delete(TextRow.__table__).where(TextRow.hash.not_in(union(*needed))))  # type: ignore[arg-type]


def _referring() -> Iterator[ColumnElement[Any]]:
    """Every column that holds the hash of a text."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is TextRow.__table__.c.hash for key in column.foreign_keys):
                yield column

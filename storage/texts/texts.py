"""The table of texts."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, union, update

from storage.characters import mended
from storage.database.models import Base, TextRow
from storage.database.refusals import refused
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged
from storage.texts.identity import digest

BATCH = 50
"""texts of one short transaction"""


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
    """The texts of one database. A text stays as long as a row of any table refers to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, text: Packed) -> None:
        with self._database.writing() as session:
            there = session.scalar(select(TextRow.data).where(TextRow.hash == text.hash))
            if there is None:
                session.execute(insert(TextRow).values(hash=text.hash, data=text.data))
            elif there != text.data:  # damaged on the disk, or packed by another version of zlib
                session.execute(update(TextRow).where(TextRow.hash == text.hash).values(data=text.data))

    def get(self, key: str) -> str:
        """A text; half characters, which older versions stored, are mended. Raises DatabaseDamaged."""
        with self._database.reading() as session:
            data = session.scalar(select(TextRow.data).where(TextRow.hash == key))
        return mended(self._raw(key, data))

    def legible(self, keys: Collection[str]) -> dict[str, str]:
        """Texts by their keys, unpacked when the database is free again; nothing of a damaged one."""
        with self._database.reading() as session:
            found = session.execute(select(TextRow.hash, TextRow.data).where(TextRow.hash.in_(keys))).all()
        texts = {}
        for key, data in found:
            try:
                texts[key] = mended(self._raw(key, data))
            except DatabaseDamaged:
                texts[key] = ""
        return texts

    def _raw(self, key: str, data: bytes | None) -> str:
        """A packed text as it was stored. Raises DatabaseDamaged."""
        try:
            return unpacked(data or b"")
        except (zlib.error, UnicodeDecodeError) as error:
            raise refused(DatabaseDamaged, self._database.where, f"text {key} cannot be read") from error

    def unreadable(self) -> Iterator[str]:
        """Keys of texts that are not what they were: every text is read and its hash made anew."""
        last = ""
        while True:
            with self._database.reading() as session:
                wanted = select(TextRow.hash, TextRow.data).where(TextRow.hash > last)
                texts = session.execute(wanted.order_by(TextRow.hash).limit(BATCH)).all()
            for key, data in texts:
                try:
                    sound = digest(self._raw(key, data)) == key
                except DatabaseDamaged:
                    sound = False
                if not sound:
                    yield key
            if len(texts) < BATCH:
                return
            last = texts[-1][0]

    def forget(self, key: str) -> None:
        """Delete a text, unless a row refers to it."""
        with self._database.writing() as session:
            session.flush()
            referred = [select(column).where(column == key).exists() for column in _referring()]
            gone = delete(TextRow.__table__).where(TextRow.hash == key, *(~there for there in referred))  # type: ignore[arg-type]
            session.execute(gone)

    def sweep(self) -> None:
        """Delete every text that no row refers to."""
        needed: list[Select[Any]] = [select(column).where(column.is_not(None)) for column in _referring()]
        with self._database.writing() as session:
            session.flush()
            session.execute(delete(TextRow.__table__).where(TextRow.hash.not_in(union(*needed))))  # type: ignore[arg-type]


def _referring() -> Iterator[ColumnElement[Any]]:
    """Every column that holds the hash of a text."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is TextRow.__table__.c.hash for key in column.foreign_keys):
                yield column

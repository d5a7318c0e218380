"""The table of texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, union
from sqlalchemy.orm import Session

from storage.characters import mended
from storage.database.models import Base, TextRow
from storage.database.refusals import refused
from storage.database.rows import among
from storage.database.transactions import Database
from storage.errors import DatabaseDamaged
from storage.texts.identity import digest
from storage.texts.packing import CHAIN, WORTH, ZSTD, Broken, Packed, encoded, packed, unpacked
from storage.wording import words

BATCH = 50
"""texts of one short transaction"""
t = TextRow


class Texts:
    """The texts of one database. A text stays as long as a row of any table refers to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- reading -----------------------------------------------------------------------------------------------
    def get(self, key: str) -> str:
        """A text; half characters, which older versions stored, are mended. Raises DatabaseDamaged."""
        with self._database.reading() as session:
            return mended(self._raw(session, key).decode("utf-8", "surrogatepass"))

    def raw(self, key: str) -> bytes:
        """A text as it was stored, in UTF-8. Raises DatabaseDamaged."""
        with self._database.reading() as session:
            return self._raw(session, key)

    def legible(self, keys: Collection[str]) -> dict[str, str]:
        """Texts by their keys; "" for a damaged one."""
        found = {}
        for key in keys:
            try:
                found[key] = self.get(key)
            except DatabaseDamaged:
                found[key] = ""
        return found

    def _raw(self, session: Session, key: str) -> bytes:
        """A text as it was stored. Raises DatabaseDamaged."""
        chain: list[bytes] = []
        at: str | None = key
        try:
            while at is not None:
                row = session.execute(select(t.data, t.base_hash).where(t.hash == at)).one_or_none()
                if row is None or len(chain) > CHAIN:
                    raise UnicodeDecodeError("utf-8", b"", 0, 0, f"text {at} is missing")
                chain.append(row.data)
                at = row.base_hash
            raw: bytes | None = None
            for data in reversed(chain):
                raw = unpacked(data, raw)
            assert raw is not None
            raw.decode("utf-8", "surrogatepass")
            return raw
        except Broken as error:
            raise refused(DatabaseDamaged, self._database.where, f"text {key} cannot be read") from error

    def _sound(self, session: Session, key: str) -> bool:
        try:
            return digest(self._raw(session, key).decode("utf-8", "surrogatepass")) == key
        except DatabaseDamaged:
            return False

    def unreadable(self) -> Iterator[str]:
        """Keys of texts that are not what they were: every text is read and its hash made anew."""
        last = ""
        while True:
            with self._database.reading() as session:
                wanted = select(t.hash).where(t.hash > last).order_by(t.hash).limit(BATCH)
                keys = session.scalars(wanted).all()
                broken = [key for key in keys if not self._sound(session, key)]
            yield from broken
            if len(keys) < BATCH:
                return
            last = keys[-1]

    def size(self, keys: Collection[str] | Select[Any] | None = None) -> int:
        """Bytes of some texts, or of all, as they are stored."""
        wanted = select(func.coalesce(func.sum(func.length(t.data)), 0))
        with self._database.reading() as session:
            return int(session.scalar(wanted if keys is None else wanted.where(t.hash.in_(keys))) or 0)

    # ---- writing -----------------------------------------------------------------------------------------------
    def packed(self, text: str, near: str | None = None) -> Packed:
        """A text ready to be stored, by what differs from one that is ``near`` it, where that is little."""
        with self._database.reading() as session:
            base, place = self._base(session, near)
            try:
                before = self._raw(session, base) if base else None
            except DatabaseDamaged:
                before = None
        if before is not None:
            raw = encoded(text)
            data = packed(raw, before)
            if len(data) * WORTH < len(raw):
                return Packed(text, digest(text), data, len(words(text)), base, place)
        return Packed.of(text)

    @staticmethod
    def _base(session: Session, near: str | None) -> tuple[str | None, int]:
        """What a text after ``near`` is told by, and its place; none where a whole one is due."""
        row = session.get(TextRow, near) if near else None
        if row is None or row.place + 1 >= CHAIN:
            return None, 0
        place = row.place + 1
        while row.base_hash and row.place > (place & (place - 1)):
            lower = session.get(TextRow, row.base_hash)
            if lower is None:
                return None, 0
            row = lower
        return row.hash, place

    def put(self, text: Packed) -> None:
        with self._database.writing() as session:
            there = session.get(TextRow, text.hash)
            if there is None:
                if text.base and session.get(TextRow, text.base) is None:  # it went meanwhile
                    text = Packed.of(text.text)
                session.add(
                    TextRow(hash=text.hash, data=text.data, base_hash=text.base, place=text.place)
                )  # fmt: skip
                session.flush()
            elif there.data != text.data and not self._sound(session, text.hash):
                there.data, there.base_hash, there.place = packed(encoded(text.text)), None, 0

    def repack(self, pairs: Sequence[tuple[str, str | None]]) -> None:
        """Pack texts that an older version stored as today's are. ``pairs``: texts, and which each was made from; these first."""
        with self._database.reading() as session:
            old = set(session.scalars(select(t.hash).where(func.substr(t.data, 1, len(ZSTD)) != ZSTD)))
        due = [pair for pair in dict(pairs[::-1]).items() if pair[0] in old]
        order = {key: at for at, (key, _) in reversed(list(enumerate(pairs)))}
        due.sort(key=lambda pair: order[pair[0]])
        for start in range(0, len(due), BATCH):
            with self._database.writing() as session:
                for key, near in due[start : start + BATCH]:
                    row = session.get(TextRow, key)
                    if row is not None and self._sound(session, key):
                        again = self.packed(self._raw(session, key).decode("utf-8", "surrogatepass"), near)
                        row.data, row.base_hash, row.place = again.data, again.base, again.place
                        session.flush()

    def forget(self, *keys: str) -> None:
        """Delete texts, unless a row refers to them."""
        with self._database.writing() as session:
            session.flush()
            referred = [select(column).where(column == t.hash).exists() for column in _referring()]
            gone = select(t.hash).where(among(t.hash, keys), *(~there for there in referred))
            self._delete(session, set(session.scalars(gone)))

    def sweep(self) -> None:
        """Delete every text that no row refers to."""
        needed: list[Select[Any]] = [select(column).where(column.is_not(None)) for column in _referring()]
        with self._database.writing() as session:
            session.flush()
            self._delete(session, set(session.scalars(select(t.hash).where(t.hash.not_in(union(*needed))))))

    def _delete(self, session: Session, gone: set[str]) -> None:
        """Delete texts. Those that are told by them are told by what these were told by."""
        if not gone:
            return
        session.flush()
        standing = select(t.hash).where(among(t.base_hash, gone))
        for key in set(session.scalars(standing)) - gone:
            self._move(session, session.get_one(TextRow, key), gone)
        session.flush()
        session.execute(delete(TextRow).where(among(t.hash, gone)).execution_options(synchronize_session="fetch"))

    def _move(self, session: Session, row: TextRow, gone: set[str]) -> None:
        """Tell a text by the next lower one that stays."""
        try:
            raw = self._raw(session, row.hash)
            base = row.base_hash
            while base in gone:
                base = session.scalar(select(t.base_hash).where(t.hash == base))
            row.data = packed(raw, self._raw(session, base)) if base else packed(raw)
        except DatabaseDamaged:  # nobody can read it any more, and it is said elsewhere
            return
        row.base_hash, row.place = base, row.place if base else 0


def _referring() -> Iterator[ColumnElement[Any]]:
    """Every column that holds the hash of a text."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is TextRow.__table__.c.hash for key in column.foreign_keys):
                yield column

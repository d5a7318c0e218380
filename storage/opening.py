"""Opening a database: where it lies, how SQLite is set up, and bringing it to the newest schema."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.characters import mended_all
from storage.database import soundness
from storage.database.refusals import PATIENCE, refusal
from storage.errors import DatabaseBusy, DatabaseDamaged, StorageError
from storage.store import Store
from storage.upkeep import backups

FILE = "palimpsest.sqlite3"
MIGRATIONS = Path(__file__).parent / "migrations"
PRAGMAS = (
    f"busy_timeout={PATIENCE * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
    f"journal_size_limit={8 << 20}", "secure_delete=ON",
)  # fmt: skip
SLACK = 8 << 20
"""bytes of a file that may lie free; they are used again"""


def default_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('palimpsest', appauthor=False) / FILE}"


def _loads(stored: str) -> object:
    """A JSON column. Those of older versions may hold half characters, as escapes."""
    value = json.loads(stored)
    return mended_all(value) if "\\ud" in stored else value


def _prepare(connection: object, entry: ConnectionPoolEntry) -> None:
    # Transactions are begun by the store, not by the driver.
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def configuration(engine: Engine) -> Config:
    """Alembic's settings, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


@cache
def _newest() -> str | None:
    """The revision of the newest schema, for which all migrations are read: half of what it takes to open a store."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _file(url: URL) -> Path | None:
    """The file of a SQLite database, if it is one."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(url.database).expanduser()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, json_deserializer=_loads)
    path = _file(url)
    # Writers that wait for each other must not use up the connections that readers need.
    at = {"url": url.set(database=str(path)), "max_overflow": -1} if path else {"url": url}
    engine = create_engine(**at, json_deserializer=_loads)
    event.listen(engine, "connect", _prepare)
    return engine


def _migrate(engine: Engine) -> bool:
    """Bring the schema up to date, and whether it was not. One that is needs no lock."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == _newest():
        return False
    command.upgrade(configuration(engine), "head")
    engine.dispose()  # a migration may have set its connection up otherwise
    return True


def _try_to_write(engine: Engine) -> None:
    """A read-only file opens without a word. One that is locked for now can be read, and written later."""
    try:
        with engine.connect() as connection:
            connection.detach()  # what is set here is for this try
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("PRAGMA user_version = 1")
            connection.rollback()
    except DatabaseError as error:
        if not isinstance(refusal(error, ""), DatabaseBusy):
            raise


def _shrink(engine: Engine) -> None:
    """Give back what lies free, where that is most of the file: copying the rest takes a moment then. It may wait."""
    with suppress(DatabaseError), engine.connect() as connection:
        ask = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_size", "page_count", "freelist_count")
        }
        if ask["freelist_count"] * 2 > ask["page_count"] and ask["freelist_count"] * ask["page_size"] > SLACK:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def database_file(where: str | None = None) -> Path:
    """The file of the database at a URL. Raises StorageError for one that is no file."""
    try:
        path = _file(make_url(where or default_url()))
    except ArgumentError as error:
        raise StorageError(f"{where!r} is not a database URL; use sqlite:///PATH ({error})") from error
    if path is None:
        raise StorageError(f"{where} is no file")
    return path


def open_store(url: str | None = None) -> Store:
    """Open (and make) the database at a SQLAlchemy URL and bring it up to date.

    Raises StorageError with one line when it cannot be used. A damaged one is left as it is.
    """
    where = url or default_url()
    engine = path = None
    try:
        parsed = make_url(where)
        path = _file(parsed)
        if path and not path.parts[0].startswith("file:"):
            path.parent.mkdir(parents=True, exist_ok=True)
            soundness.check(path, where)
        engine = _engine(parsed)
        migrated = _migrate(engine)
        if engine.dialect.name == "sqlite":
            _try_to_write(engine)
            _shrink(engine)
        store = Store(engine)
        if migrated:
            store.upkeep.begin()
            store.verification.remember()
        return store
    except Exception as error:
        if engine is not None:
            engine.dispose()
        if (told := _refused(error, where)) is None:
            raise
        if path and isinstance(told, DatabaseDamaged):
            told = backups.offered(path, told)
        raise told from error


def _refused(error: Exception, where: str) -> StorageError | None:
    """What kept a database from being opened."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, ArgumentError | NoSuchModuleError | ModuleNotFoundError):
        return StorageError(f"{where!r} is not a database URL this program can open; use sqlite:///PATH ({error})")
    if isinstance(error, CommandError):
        return StorageError(f"{where} was written by a newer Palimpsest; update the program ({error})")
    if isinstance(error, DatabaseError):
        told = refusal(error, where)
        return told if "--database" in str(told) else type(told)(f"{told}, or name another with --database")
    if isinstance(error, OSError):
        return StorageError(f"the database {where} cannot be written: {error.strerror}; name another with --database")
    return None

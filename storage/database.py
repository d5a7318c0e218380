"""Opening a database: where it lies, how SQLite is set up, and bringing it to the newest schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageError
from storage.store import Store

FILE = "palimpsest.sqlite3"


def default_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('palimpsest', appauthor=False) / FILE}"


def _prepare(connection: object, entry: ConnectionPoolEntry) -> None:
    # Transactions are begun by the store (BEGIN IMMEDIATE), not by the driver.
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def configuration(engine: Engine) -> Config:
    """Alembic's settings, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def open_store(url: str | None = None) -> Store:
    """Open (and make) the database at a SQLAlchemy URL and bring it up to date.

    Raises StorageError with one line when it cannot be used.
    """
    where = url or default_url()
    try:
        parsed = make_url(where)
        if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare)
        command.upgrade(configuration(engine), "head")
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:  # a read-only file opens without a word
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("PRAGMA user_version = 1")
                connection.rollback()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StorageError(
            f"{where!r} is not a database URL this program can open; use sqlite:///PATH ({error})"
        ) from error
    except CommandError as error:
        raise StorageError(f"{where} was written by a newer Palimpsest; update the program ({error})") from error
    except DatabaseError as error:
        raise StorageError(
            f"the database {where} cannot be used: {error.orig}; name another with --database"
        ) from error
    except OSError as error:
        raise StorageError(
            f"the database {where} cannot be written: {error.strerror}; name another with --database"
        ) from error
    return Store(engine)

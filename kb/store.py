"""The store: opened by its URL, read through `reading()`, changed only through `writing()`.

Every promise of durability stands here: one transaction a change, foreign keys on, and on SQLite a write-ahead log
that is flushed to the disk before a change is acknowledged. Who may change what, and what a change records, is not
known here.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, String, column, create_engine, event, inspect, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from kb.errors import CaveatError, InputError, KeptForEver, StoreUnavailable
from kb.late import Late
from kb.model import Meta

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic takes a while to load; it makes and changes tables, and opening a store does neither.
new_config = Late("alembic.config:Config")
upgrade = Late("alembic.command:upgrade")

BUSY_SECONDS = 30
TRIES_A_SECOND = 20
# Any number will do that nothing else on the server uses; see `writing`.
WRITER_LOCK = 0x_CA_FE_A7
STORE_ID = "store-id"
# What the triggers say that guard what is only added to: see migration 0003.
KEPT = ("a grade is never changed or deleted, only superseded", "the history is only added to")
# Alembic's own table.
VERSIONS = table("alembic_version", column("version_num", String))


class Store:
    """One open database. Sessions are short: a page reads in one, a change writes in one."""

    def __init__(self, engine: Engine, signing_key: bytes) -> None:
        self._engine = engine
        self._signing_key = signing_key
        with self.reading() as session:
            kept = session.scalar(select(Meta.value).where(Meta.name == STORE_ID))
        if kept is None:
            raise StoreUnavailable(
                "The store has lost the number it is known by.",
                place=engine.url.render_as_string(hide_password=True),
                cure="Restore it from a backup.",
            )
        self.id = kept

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the store and never waits for a writer."""
        with self._session("BEGIN") as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes all become visible together, or not at all.

        Writers follow one another. On PostgreSQL they take one advisory lock, because there numbers of the change log
        would otherwise become visible out of order. Raises StoreUnavailable where another writer holds on too long.
        """
        with self._session("BEGIN IMMEDIATE") as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
            yield session
            session.commit()

    def _isolation(self, begins: str) -> dict[str, str]:
        """What a server must be told so that a reader sees one moment; SQLite's readers do by themselves.

        A writer waits for its turn after it has begun, and must then see what the one before it wrote.
        """
        reading = begins == "BEGIN" and self._engine.dialect.name == "postgresql"
        return {"isolation_level": "REPEATABLE READ"} if reading else {}

    @contextmanager
    def _session(self, begins: str) -> Iterator[Session]:
        try:
            with (
                self._engine.connect().execution_options(begins=begins, **self._isolation(begins)) as connection,
                Session(connection, autoflush=False, expire_on_commit=False) as session,
            ):
                session.info["signing_key"] = self._signing_key
                yield session
        except DBAPIError as error:
            if (meant := unavailable(error, self._engine)) is None:
                raise
            raise meant from error
        except json.JSONDecodeError as error:
            raise StoreUnavailable(
                "A record in the store is damaged: where JSON is kept stands something else.",
                place=self._engine.url.render_as_string(hide_password=True),
                cure="`kb verify` says where; restore the store from a backup.",
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def unavailable(error: DBAPIError, engine: Engine) -> CaveatError | None:
    """What a driver's error means to a person; None for one that is a fault of ours."""
    said = str(error.orig)
    place = engine.url.render_as_string(hide_password=True)
    for kept in KEPT:
        if kept in said:
            return KeptForEver(
                f"The store refused: {kept}. Nothing was changed.",
                place=place,
                cure="This is a fault in Caveat, or in a program that writes into its store: report it.",
            )
    for part, message, cure in (
        ("locked", "Another program has been writing to the store for too long.", "Try again in a moment."),
        ("readonly", "The store cannot be written to.", "Give yourself write access to KB_HOME."),
        ("disk is full", "The disk is full; nothing was changed.", "Free some space and try again."),
        ("disk I/O error", "The disk is full or failing; nothing was changed.", "Free some space."),
        ("no such table", "The store is damaged: a table is missing.", "Restore it from a backup."),
        ("malformed", "The store's file is damaged.", "Restore it from a backup."),
        ("not a database", "The file is not a store.", "Set KB_DATABASE_URL to the right one."),
        ("unable to open", "The store cannot be opened.", "Look at the folder's owner and permissions."),
    ):
        if part in said:
            return StoreUnavailable(message, place=place, cure=cure)
    return None


@contextmanager
def opening(engine: Engine) -> Iterator[None]:
    """Give the connections back where opening fails, and say what a driver's error means."""
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        if (meant := unavailable(error, engine)) is None:
            raise
        raise meant from error
    except StoreUnavailable:
        engine.dispose()
        raise


def create_store(url: str, signing_key: bytes) -> Store:
    """Make the store at `url`, or bring an older one up to today's tables, and open it."""
    engine = connect(url)
    with opening(engine):
        with engine.connect() as connection:
            refuse_newer(connection, engine)
        keep_write_ahead_log(engine)
        with migrating(engine) as connection:
            refuse_newer(connection, engine)
            config = migrations()
            config.attributes["connection"] = connection
            upgrade(config, "head")
            with Session(connection, autoflush=False) as session:
                if session.get(Meta, STORE_ID) is None:
                    session.add(Meta(name=STORE_ID, value=uuid.uuid4().hex))
                session.flush()
                refuse_orphans(connection, engine)
                connection.commit()
    return Store(engine, signing_key)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A connection for changing tables, used for nothing else: tables and id come into being together, or nothing does.

    SQLite changes a table by copying it and dropping the old one, at which it would delete, or refuse, whatever points
    there; so it looks at foreign keys only afterwards (`refuse_orphans`).
    """
    with engine.connect() as connection:
        # Closed afterwards and not given back: others rely on foreign keys being looked at.
        connection.detach()
        if engine.dialect.name == "sqlite":
            connection.execution_options(begins="")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        connection.execution_options(begins="BEGIN IMMEDIATE")
        yield connection


def refuse_orphans(connection: Connection, engine: Engine) -> None:
    """Raise StoreUnavailable where a row points at one that is not there; the caller's transaction ends with it."""
    if engine.dialect.name == "sqlite" and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StoreUnavailable(
            f"The store cannot be brought up to date: a row of {orphans[0][0]} points at one of {orphans[0][2]} that is"
            " missing; nothing was changed.",
            place=engine.url.render_as_string(hide_password=True),
            cure="Restore it from a backup.",
        )


def open_store(url: str, signing_key: bytes) -> Store:
    """Open the store at `url`. Raises StoreUnavailable where there is none, or where its tables are not today's.

    A database that is refused is left as it was found.
    """
    refuse_missing(url)
    engine = connect(url)
    place = engine.url.render_as_string(hide_password=True)
    with opening(engine), engine.connect() as connection:
        found = tables_version(connection)
        refuse_newer(connection, engine)
        if found is None:
            raise StoreUnavailable("The database holds no Caveat store.", place=place, cure="Run `kb init` first.")
        if found != known_versions()[-1]:
            raise StoreUnavailable(
                "The store is older than this program.", place=place, cure="Run `kb init` to update it."
            )
        connection.rollback()
        keep_write_ahead_log(engine)
    return Store(engine, signing_key)


def refuse_missing(url: str) -> None:
    """Raise StoreUnavailable where `url` names a SQLite file that is not there, so that nothing is made beside it."""
    engine = connect(url)
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        raise StoreUnavailable("There is no store yet.", place=file, cure="Run `kb init` (or `kb init --demo`) first.")


def refuse_newer(connection: Connection, engine: Engine) -> None:
    """Raise StoreUnavailable where the store was made by a later Caveat, whose tables are not known here."""
    found = tables_version(connection)
    if found is not None and found not in known_versions():
        raise StoreUnavailable(
            f"The store was written by a newer Caveat (its tables are at {found}).",
            place=engine.url.render_as_string(hide_password=True),
            cure="Install that version or a later one; nothing was changed.",
        )


def tables_version(connection: Connection) -> str | None:
    """Which migration the tables are at; None where there are none of Caveat's."""
    if not inspect(connection).has_table(VERSIONS.name):
        return None
    return connection.scalar(select(VERSIONS.c.version_num))


def known_versions() -> list[str]:
    """The migrations that this program knows, oldest first: a file's name begins with its number."""
    return sorted(path.name.partition("_")[0] for path in (scripts() / "versions").glob("*.py"))


def scripts() -> Path:
    """Where the migrations lie: beside this file, so that an installed wheel has them too."""
    return Path(__file__).parent / "migrations"


def migrations() -> Config:
    """Alembic's settings."""
    config: Config = new_config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def connect(url: str) -> Engine:
    """An engine for `url`. Raises InputError where the URL is not one or its driver is missing."""
    try:
        parsed = make_url(url)
        # Hidden parameters: an error in the log must not say a statement's words without grade and caveats.
        engine = create_engine(parsed, connect_args=arguments(parsed.get_backend_name()), hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(
            f"This is not a database URL that can be opened: {error}.",
            place="KB_DATABASE_URL",
            cure="Write for example sqlite:////home/me/caveat.sqlite3 and install the database's driver.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    return engine


def arguments(backend: str) -> dict[str, Any]:
    """What a driver needs to be told: how long SQLite waits for another writer."""
    return {"timeout": BUSY_SECONDS} if backend == "sqlite" else {}


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up one SQLite connection: a flush at every commit, foreign keys on."""
    # The driver would otherwise open transactions by its own rules; `begin_sqlite` does it by ours.
    connection.isolation_level = None
    # Recursive: what REPLACE throws out is deleted too, and meets the triggers that keep grades and revisions.
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def keep_write_ahead_log(engine: Engine) -> None:
    """Let readers read beside a writer. SQLite keeps this in the file, so it is asked for only where the file is ours.

    Of all locks this is the one that SQLite does not wait for by itself: two programs may be making one store.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(begins="") as connection:
        for tries_left in reversed(range(BUSY_SECONDS * TRIES_A_SECOND)):
            try:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                return
            except OperationalError as error:
                if not tries_left or "locked" not in str(error.orig):
                    raise
                time.sleep(1 / TRIES_A_SECOND)


def begin_sqlite(connection: Connection) -> None:
    """Begin as a writer where the session will write: asking for the lock later could fail half-way."""
    if begins := connection.get_execution_options().get("begins", "BEGIN"):
        connection.exec_driver_sql(begins)

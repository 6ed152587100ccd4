"""Backup and restore: one file with the store as it was at one moment, its sums, and the key that signs its history.

    caveat.sqlite3      the store, copied by SQLite's online backup while it may be written to
    secret-key          the key in KB_HOME, where it is not given by KB_SECRET_KEY
    manifest.json       when, by which version, what the store is, how far its history goes, and SHA-256 of each file

The search index is not in it: it is built from the store. Whoever has the file has the key, so it is its owner's only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from kb.errors import InputError, StoreUnavailable
from kb.history import is_signed, stored_head
from kb.model import Statement
from kb.settings import Settings
from kb.store import Store, open_store

FORM = "caveat-backup"
VERSION = 1
STORE = "caveat.sqlite3"
KEY = "secret-key"
MANIFEST = "manifest.json"
CHUNK = 1 << 20
# SQLite copies so many pages at a time, and lets writers in between.
PAGES = 2_000
FASTEST = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `head` is the hash of the history's last revision, `sha256` the sum of each file."""

    form: str
    version: int
    made_at: str
    store_id: str
    statements: int
    revisions: int
    head: str
    sha256: dict[str, str]


def backup(settings: Settings, file: Path, at: datetime) -> Manifest:
    """Write a backup of the store to `file`, which must not exist; it appears whole or not at all.

    Raises InputError for a file that exists or cannot be written, and for a store that is not SQLite.
    """
    place = sqlite_file(settings)
    if file.exists():
        raise InputError("There is such a file already.", place=str(file), cure="Name another one.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as folder:
            copy = Path(folder) / STORE
            copy_store(place, copy)
            if fault := _torn(copy):
                raise StoreUnavailable(
                    f"The store is damaged: {fault}.", place=str(place), cure="Restore it from an earlier backup."
                )
            made = _described(settings, copy, at)
            packed = Path(folder) / "packed"
            _pack(packed, copy, settings, made)
            # Linked and not renamed: a file that came into being meanwhile is not overwritten.
            os.link(packed, file)
            _to_disk(file.absolute().parent)
    except FileExistsError as error:
        raise InputError("There is such a file already.", place=str(file), cure="Name another one.") from error
    except OSError as error:
        raise InputError(
            f"The backup cannot be written: {error.strerror}.", place=str(file), cure="Name another place."
        ) from error
    return made


def read_manifest(file: Path) -> Manifest:
    """What a backup says it holds. Raises InputError where the file is none."""
    try:
        with zipfile.ZipFile(file) as packed:
            said = json.loads(packed.read(MANIFEST))
        if said.get("form") != FORM:
            raise ValueError("it is of another form")
        if said["version"] > VERSION:
            raise InputError("A newer Caveat wrote this backup.", place=str(file), cure="Restore it with that version.")
        return Manifest(**{name: said[name] for name in Manifest.__slots__})
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", place=str(file), cure="Look at it.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"This is no backup of Caveat, or a damaged one: {error}.", place=str(file), cure="Name another file."
        ) from error


def restore(settings: Settings, file: Path, at: datetime, force: bool = False) -> tuple[Manifest, Path | None]:
    """Put the store of a backup in the place of the one in force; returns what it holds and where the old one is kept.

    Nothing is changed before the whole backup has proved sound. A store that is there already is replaced with `force`
    only, after a backup of it was written into KB_HOME, or its files were moved there where they are too damaged for
    one. Raises InputError for a backup that is damaged, or whose history the key in force did not sign.
    """
    place = sqlite_file(settings)
    made = read_manifest(file)
    settings.make_home()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as folder:
        _unpack(file, made, Path(folder))
        key = _key_for(settings, Path(folder))
        _prove(Path(folder) / STORE, key, made, file)
        kept = None
        if place.exists():
            if not force:
                raise InputError(
                    "There is a store already.",
                    place=str(place),
                    cure="Add --force to replace it; a backup of it is kept.",
                )
            kept = _kept(settings, place, at)
        if not settings.given_secret:
            _replace_key(settings, key)
        copy_store(Path(folder) / STORE, place)
    return made, kept


def sqlite_file(settings: Settings) -> Path:
    """The file of the store. Raises InputError where the store is on a server, which has tools of its own for this."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise InputError(
            "Backup and restore are for stores in a file.",
            place="KB_DATABASE_URL",
            cure="Use the server's own, such as pg_dump and pg_restore.",
        )
    return Path(url.database)


def copy_store(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, over whatever is in the target, all of it or nothing."""
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=30)) as reading,
            contextlib.closing(sqlite3.connect(target, timeout=30)) as writing,
        ):
            os.chmod(target, 0o600)
            writing.execute("PRAGMA synchronous=FULL")
            reading.backup(writing, pages=PAGES)
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"The store cannot be copied: {error}.", place=str(target), cure="Look at the disk, then try again."
        ) from error


@contextlib.contextmanager
def _opened(file: Path, key: bytes) -> Iterator[Store]:
    store = open_store(f"sqlite:///{file}", key)
    try:
        yield store
    finally:
        store.close()


def _described(settings: Settings, copy: Path, at: datetime) -> Manifest:
    with _opened(copy, settings.secret_key()) as store, store.reading() as session:
        head = stored_head(session)
        statements = session.scalar(select(func.count()).select_from(Statement)) or 0
        store_id = store.id
    # Opened once, the copy has a write-ahead log, which a file that travels alone must not have.
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return Manifest(
        form=FORM,
        version=VERSION,
        made_at=at.isoformat(timespec="seconds"),
        store_id=store_id,
        statements=statements,
        revisions=head.count if head else 0,
        head=head.hash if head else "",
        sha256={STORE: _sha256(copy), **({} if settings.given_secret else {KEY: _sha256(settings.home / KEY)})},
    )


def _pack(packed: Path, copy: Path, settings: Settings, made: Manifest) -> None:
    with (
        os.fdopen(os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST) as archive,
    ):
        archive.writestr(MANIFEST, json.dumps(asdict(made), indent=1))
        archive.write(copy, STORE)
        if KEY in made.sha256:
            archive.write(settings.home / KEY, KEY)
    _to_disk(packed)


def _unpack(file: Path, made: Manifest, folder: Path) -> None:
    """The files of a backup, each compared with its sum. Raises InputError at the first that differs."""
    try:
        with zipfile.ZipFile(file) as packed:
            for name, sha256 in made.sha256.items():
                if name not in (STORE, KEY):
                    raise InputError(f"The backup holds “{name}”, which no backup has.", place=str(file))
                with packed.open(name) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target, CHUNK)
                if _sha256(folder / name) != sha256:
                    raise InputError(
                        f"The backup is damaged: {name} is not what was written.",
                        place=str(file),
                        cure="Use another backup; nothing was changed.",
                    )
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, zlib.error) as error:
        raise InputError(
            f"The backup is damaged: {error}.", place=str(file), cure="Use another backup; nothing was changed."
        ) from error


def _key_for(settings: Settings, folder: Path) -> bytes:
    if settings.given_secret:
        return settings.given_secret.encode()
    if (folder / KEY).exists():
        return (folder / KEY).read_bytes()
    raise InputError(
        "The backup was made where KB_SECRET_KEY was given, and holds no key.",
        place="KB_SECRET_KEY",
        cure="Give the same key.",
    )


def _kept(settings: Settings, place: Path, at: datetime) -> Path:
    """A backup of the store that is to be replaced; where it is too damaged for one, the folder with its files."""
    kept = settings.home / f"before-restore-{at:%Y%m%d-%H%M%S-%f}.caveat"
    try:
        backup(settings, kept, at)
    except StoreUnavailable:
        kept = kept.with_suffix("")
        kept.mkdir(mode=0o700)
        if not settings.given_secret and (settings.home / KEY).exists():
            shutil.copy2(settings.home / KEY, kept / KEY)
        # The log beside it before the store itself: cut short in between, it is no store without its log.
        for name in (f"{place.name}-wal", f"{place.name}-shm", place.name):
            with contextlib.suppress(FileNotFoundError):
                shutil.move(place.with_name(name), kept / name)
        _to_disk(place.parent)
    return kept


def _torn(copy: Path) -> str | None:
    """What is wrong with the file of a store; None where its pages hold together."""
    try:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if said == "ok" else str(said).splitlines()[0]


def _prove(copy: Path, key: bytes, made: Manifest, file: Path) -> None:
    """Raise InputError where the store in a backup is torn, or its history not signed with the key."""
    if _torn(copy):
        raise InputError("The store in the backup is damaged.", place=str(file), cure="Use another backup.")
    with _opened(copy, key) as store, store.reading() as session:
        head = stored_head(session)
        signed = head is None or is_signed(session, head)
        same = (head.hash if head else "") == made.head and store.id == made.store_id
    if not same:
        raise InputError(
            "The backup does not hold the store it speaks of.", place=str(file), cure="Use another backup."
        )
    if not signed:
        raise InputError(
            "The history in the backup was signed with another key.",
            place="KB_SECRET_KEY",
            cure="Give the key that it was written with; nothing was changed.",
        )


def _replace_key(settings: Settings, key: bytes) -> None:
    new = settings.home / f".{KEY}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    new.replace(settings.home / KEY)
    _to_disk(settings.home)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

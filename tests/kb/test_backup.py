"""`kb.backup`: what is given back is what was there, proved; a backup that is not whole changes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.backup import backup, restore
from kb.curate import By, Judgement, grade
from kb.data import data_folder
from kb.errors import CaveatError
from kb.history import stored_head
from kb.ingest.demo import load_demo
from kb.settings import Settings
from kb.store import Store, create_store, open_store
from kb.verify import faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Dump = dict[str, list[tuple[object, ...]]]


def settings_of(home: Path, **more: str) -> Settings:
    return Settings.read({"KB_HOME": str(home), **more})


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database_url, settings.secret_key())
    yield store
    store.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, by: Callable[..., By]) -> Path:
    """A home with the data that comes with Caveat, and a key of its own; to be copied."""
    settings = settings_of(tmp_path_factory.mktemp("filled") / "home")
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    with store.writing() as session:
        load_demo(session, data_folder(), by("the demo"))
    store.close()
    return settings.home


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Settings:
    """A full home of the test's own."""
    shutil.copytree(filled, tmp_path / "home")
    return settings_of(tmp_path / "home")


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """A home in which there is nothing yet."""
    return settings_of(tmp_path / "elsewhere")


@pytest.fixture
def file(here: Settings, tmp_path: Path, by: Callable[..., By]) -> Path:
    """A backup of `here`, and a change made after it."""
    file = tmp_path / "monday.caveat"
    backup(here, file, NOW)
    with opened(here) as store, store.writing() as session:
        grade(session, 25, Judgement("high"), by("after the backup"))
    return file


def proved(settings: Settings) -> str:
    """The head of a store whose history holds."""
    with opened(settings) as store, store.reading() as session:
        assert list(faults(session)) == []
        head = stored_head(session)
    assert head
    return head.hash


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive, sound in itself, with other content."""
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            if (new := change(name, content)) is not None:
                packed.writestr(name, new)


def swapped(file: Path, old: bytes, new: bytes) -> None:
    rewritten(file, lambda name, content: content.replace(old, new) if name == "manifest.json" else content)


def without(file: Path, part: str) -> None:
    rewritten(file, lambda name, content: None if name == part else content)


def fitted(file: Path, part: str, content: bytes) -> None:
    """Another file in the archive, and its sum made to fit."""

    def change(name: str, old: bytes) -> bytes:
        if name == "manifest.json":
            said = json.loads(old)
            said["sha256"][part] = hashlib.sha256(content).hexdigest()
            return json.dumps(said).encode()
        return content if name == part else old

    rewritten(file, change)


def damaged(content: bytes) -> bytes:
    return content[: len(content) // 2] + b"\x00damage\x00" + content[len(content) // 2 + 8 :]


def test_a_backup_in_an_empty_home_gives_back_every_row(
    here: Settings, empty: Settings, tmp_path: Path, everything: Callable[[Store], Dump]
) -> None:
    made = backup(here, tmp_path / "b.caveat", NOW)
    back, kept = restore(empty, tmp_path / "b.caveat", NOW)
    assert (back, kept) == (made, None)
    assert (made.statements, made.revisions, made.head) == (66, 6, proved(here))
    assert proved(empty) == made.head
    with opened(here) as left, opened(empty) as right:
        assert everything(left) == everything(right)
        assert left.id == right.id
    for private in (tmp_path / "b.caveat", empty.home / "caveat.sqlite3", empty.home / "secret-key"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_nothing_is_overwritten_without_force_and_what_force_replaces_is_kept(here: Settings, file: Path) -> None:
    before, now = file.read_bytes(), proved(here)
    with pytest.raises(CaveatError, match="There is such a file already"):
        backup(here, file, NOW)
    assert file.read_bytes() == before
    with pytest.raises(CaveatError, match=r"There is a store already.*--force"):
        restore(here, file, NOW)
    assert proved(here) == now
    made, kept = restore(here, file, NOW, force=True)
    assert proved(here) == made.head != now
    assert kept
    restore(here, kept, datetime.now(UTC), force=True)
    assert proved(here) == now


def test_a_store_too_damaged_for_a_backup_is_moved_aside(here: Settings, file: Path) -> None:
    store = here.home / "caveat.sqlite3"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    torn = store.read_bytes()[: store.stat().st_size // 3]
    store.write_bytes(torn)
    with pytest.raises(CaveatError, match=r"store.*(damaged|copied)"):
        backup(here, here.home / "torn.caveat", NOW)
    assert not (here.home / "torn.caveat").exists()
    made, kept = restore(here, file, NOW, force=True)
    assert proved(here) == made.head
    assert kept
    assert (kept / "caveat.sqlite3").read_bytes() == torn
    assert (kept / "secret-key").read_bytes() == (here.home / "secret-key").read_bytes()


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a damaged byte": (lambda file: file.write_bytes(damaged(file.read_bytes())), "damaged"),
    "cut short": (lambda file: file.write_bytes(file.read_bytes()[:-200]), "no backup of Caveat, or a damaged one"),
    "empty": (lambda file: file.write_bytes(b""), "no backup of Caveat"),
    "a text": (lambda file: file.write_text("# an article"), "no backup of Caveat"),
    "gone": (lambda file: file.unlink(), "No such file"),
    "another store": (
        lambda file: rewritten(file, lambda name, content: damaged(content) if name == "caveat.sqlite3" else content),
        "not what was written",
    ),
    "no store": (lambda file: without(file, "caveat.sqlite3"), "damaged"),
    "no key": (lambda file: without(file, "secret-key"), "damaged"),
    "a newer form": (lambda file: swapped(file, b'"version": 1', b'"version": 2'), "A newer Caveat wrote this backup."),
    "another form": (lambda file: swapped(file, b"caveat-backup", b"other-backup!"), "another form"),
    "a file elsewhere": (lambda file: swapped(file, b'"caveat.sqlite3"', b'"../../caveat.sq"'), "no backup has"),
    "no manifest": (lambda file: without(file, "manifest.json"), "no backup of Caveat"),
    "a list": (
        lambda file: rewritten(file, lambda name, content: b"[1, 2]" if name == "manifest.json" else content),
        "no backup of Caveat",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_a_backup_that_is_not_whole_changes_nothing(
    here: Settings, file: Path, spoil: Callable[[Path], object], said: str
) -> None:
    before = proved(here)
    files = sorted(each.name for each in here.home.iterdir())
    spoil(file)
    with pytest.raises(CaveatError, match=said) as refused:
        restore(here, file, NOW, force=True)
    assert refused.value.place == str(file)
    assert proved(here) == before
    assert sorted(each.name for each in here.home.iterdir()) == files


def test_a_store_changed_in_the_backup_with_its_sum_made_to_fit_is_found_out(
    empty: Settings, file: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(file) as packed:
        packed.extract("caveat.sqlite3", tmp_path)
    with closing(sqlite3.connect(tmp_path / "caveat.sqlite3", isolation_level=None)) as connection:
        connection.execute(
            "UPDATE meta SET value = replace(value, '\"count\": 6', '\"count\": 5') WHERE name = 'history-head'"
        )
        assert connection.total_changes == 1
    fitted(file, "caveat.sqlite3", (tmp_path / "caveat.sqlite3").read_bytes())
    with pytest.raises(CaveatError, match="signed with another key"):
        restore(empty, file, NOW)
    assert not (empty.home / "caveat.sqlite3").exists()


def test_a_given_key_is_not_in_the_backup_and_must_be_given_again(filled: Path, tmp_path: Path, file: Path) -> None:
    key = (filled / "secret-key").read_text()
    shutil.copytree(filled, tmp_path / "given")
    (tmp_path / "given" / "secret-key").unlink()
    other = tmp_path / "given.caveat"
    made = backup(settings_of(tmp_path / "given", KB_SECRET_KEY=key), other, NOW)
    assert key.encode() not in other.read_bytes()
    target = tmp_path / "target"
    with pytest.raises(CaveatError, match=r"holds no key\. Give the same key"):
        restore(settings_of(target), other, NOW)
    with pytest.raises(CaveatError, match="signed with another key"):
        restore(settings_of(target, KB_SECRET_KEY="k" * 40), other, NOW)
    assert not (target / "caveat.sqlite3").exists()
    given = settings_of(target, KB_SECRET_KEY=key)
    restore(given, other, NOW)
    assert proved(given) == made.head
    assert not (target / "secret-key").exists()


def test_a_place_that_cannot_be_written_to_is_named(here: Settings, tmp_path: Path) -> None:
    with pytest.raises(CaveatError, match="Name another place"):
        backup(here, tmp_path / "nowhere" / "b.caveat", NOW)


def test_a_store_on_a_server_is_left_to_the_tools_of_the_server(here: Settings, file: Path) -> None:
    server = settings_of(here.home, KB_DATABASE_URL="postgresql+psycopg://nobody@localhost/none")
    with pytest.raises(CaveatError, match="pg_dump"):
        restore(server, file, NOW)
    with pytest.raises(CaveatError, match="pg_dump"):
        backup(server, here.home / "b.caveat", NOW)

"""Settings come from the environment, take their defaults where it is silent, and keep their secrets."""

from __future__ import annotations

import multiprocessing
import re
import stat
from pathlib import Path

import pytest

from kb.errors import StoreUnavailable
from kb.settings import SETTINGS, Settings

LONG = 60


def test_every_setting_has_a_name_and_a_help() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"KB_[A-Z_]+", name) for name in names)
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_what_is_not_said_or_empty_takes_its_default() -> None:
    for environ in ({}, {setting.name: "" for setting in SETTINGS}):
        found = Settings.read(environ)
        assert found.home == Path("instance").resolve()
        assert found.database_url == f"sqlite:///{found.home / 'caveat.sqlite3'}"
        assert found.index_url == f"whoosh:{found.home / 'index'}"
        assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
        assert found.actor == "unnamed"


def test_what_is_said_holds(tmp_path: Path) -> None:
    environ = {"KB_HOME": str(tmp_path), "KB_ACTOR": "Ann", "KB_HOSTS": " a.example , b.example,", "USER": "root"}
    found = Settings.read({**environ, "KB_DATABASE_URL": "postgresql://u:p@h/d", "KB_INDEX_URL": "whoosh:/x"})
    assert (found.home, found.actor, found.hosts) == (
        tmp_path,
        "Ann",
        ("localhost", "127.0.0.1", "[::1]", "a.example", "b.example"),
    )
    assert (found.database_url, found.index_url) == ("postgresql://u:p@h/d", "whoosh:/x")


@pytest.mark.parametrize("url", ["postgresql://ann:s3cret@host/db", "postgresql://:s3cret@host/db"])
def test_a_password_is_not_shown(url: str) -> None:
    shown = Settings.read({"KB_DATABASE_URL": url}).shown_database_url
    assert "s3cret" not in shown
    assert "host/db" in shown


def test_the_secret_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    settings = Settings.read({"KB_HOME": str(tmp_path / "home")})
    secret = settings.secret_key()
    assert len(secret) == 64
    assert settings.secret_key() == secret
    assert stat.S_IMODE((tmp_path / "home" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["secret-key"]


def test_a_secret_that_is_given_is_taken_and_not_written(tmp_path: Path) -> None:
    settings = Settings.read({"KB_HOME": str(tmp_path / "home"), "KB_SECRET_KEY": "given"})
    assert settings.secret_key() == b"given"
    assert not (tmp_path / "home").exists()


def secret_of(home: Path) -> bytes:
    return Settings.read({"KB_HOME": str(home)}).secret_key()


def test_programs_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = pool.map_async(secret_of, [tmp_path / "home"] * 4, chunksize=1).get(LONG)
    assert len(set(secrets)) == 1


def test_a_home_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="Set KB_HOME"):
        Settings.read({"KB_HOME": str(tmp_path / "file" / "home")}).make_home()


def test_a_secret_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "secret-key").mkdir()
    with pytest.raises(StoreUnavailable, match=r"secret-key.*cannot be read"):
        Settings.read({"KB_HOME": str(tmp_path)}).secret_key()

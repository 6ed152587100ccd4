"""Every setting of Caveat: its name, its default and what it is for.

A setting is an environment variable; commands have flags of the same name. `kb settings` prints this table.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import InputError, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table of settings; `default` is words where it depends on another setting."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("KB_HOME", "instance", "Folder for the store, the index and the secret key; only its owner can read it."),
    Setting("KB_DATABASE_URL", "SQLite in KB_HOME", "The store, as a SQLAlchemy URL."),
    Setting("KB_INDEX_URL", "Whoosh in KB_HOME", "The search index, as whoosh:PATH."),
    Setting("KB_SECRET_KEY", "created in KB_HOME", "Signs form tokens and the head of the history; keep it secret."),
    Setting("KB_ACTOR", "the name you are logged in under", "Who a change on the command line is recorded for."),
    Setting("KB_HOSTS", "", "Host names that pages answer to beside this machine's own, with commas between them."),
    Setting("KB_PRIVATE", "", "`1`: reading needs an account too."),
    Setting("KB_PLAIN_HTTP", "", "`1`: cookies of those signed in go over http too; for a network that you trust."),
    Setting(
        "KB_PROXIES", "", "Addresses of proxies in front, with commas; of others, no X-Forwarded header is believed."
    ),
    Setting("KB_LOG", "info", "What `kb serve` writes: debug (with the words of searches), info, warning, error."),
    Setting("KB_SEARCH_RATE", "6000/minute", "Searches one address may make, such as 600/minute; none for no limit."),
    Setting("KB_WRITE_RATE", "600/minute", "Changes that one address may make on the pages; none for no limit."),
    Setting("KB_UPLOAD_LIMIT", "200 MB", "The largest file that the page of imports takes, such as 50 MB or 2 GB."),
    Setting("KB_MISSES", "on", "`off`: words that were searched and found nothing are not kept for curators."),
    Setting("KB_REVIEW_MONTHS", "12", "After how many months a statement is due again that was reviewed; 1 to 120."),
    Setting("KB_REQUIRE", "", "`all`: tests that would be skipped for a missing program fail instead."),
)


# What this machine calls itself is always answered: no name elsewhere can be pointed at it by a stranger.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LOG_LEVELS = ("debug", "info", "warning", "error")


def _level(text: str) -> str:
    if text.casefold() not in LOG_LEVELS:
        raise InputError(f"“{text}” is no level of the log.", place="KB_LOG", cure=f"Use {', '.join(LOG_LEVELS)}.")
    return text.casefold()


def _switch(name: str, text: str) -> bool:
    if text not in ("", "0", "1"):
        # Taken for “off”, a word such as “yes” would open what somebody meant to close.
        raise InputError(f"“{text}” is neither on nor off.", place=name, cure="Write 1 or 0.")
    return text == "1"


def _on_or_off(name: str, text: str) -> bool:
    if text.casefold() not in ("on", "off"):
        # Taken for “on”, a word such as “no” would keep what somebody meant not to keep.
        raise InputError(f"“{text}” is neither on nor off.", place=name, cure="Write on or off.")
    return text.casefold() == "on"


LONGEST_WAIT = 120


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= LONGEST_WAIT):
        raise InputError(
            f"“{text}” is no number of months.", place="KB_REVIEW_MONTHS", cure=f"Write 1 to {LONGEST_WAIT}."
        )
    return int(text)


SIZES = {"": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def _size(name: str, text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,12}) ?([kmg]b)?", text.strip().casefold())
    if found is None or int(found[1]) == 0:
        raise InputError(f"“{text}” is no size.", place=name, cure="Write for example 50 MB or 2 GB.")
    return int(found[1]) * SIZES[found[2] or ""]


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(each.strip())) for each in text.split(",") if each.strip())
    except ValueError as error:
        raise InputError(
            f"“{text}” is no list of addresses.", place="KB_PROXIES", cure="Write for example 10.0.0.5, 10.1.0.0/16."
        ) from error


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, read once at the start."""

    home: Path
    database_url: str
    index_url: str
    actor: str
    hosts: tuple[str, ...]
    given_secret: str = ""
    log_level: str = "info"
    search_rate: str = "6000/minute"
    write_rate: str = "600/minute"
    private: bool = False
    plain_http: bool = False
    proxies: tuple[str, ...] = ()
    upload_limit: int = 200 * 1024**2
    """In bytes."""
    misses: bool = True
    review_months: int = 12

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from the environment (or the mapping given); whatever is absent or empty takes its default."""
        given = os.environ if environ is None else environ
        home = Path(given.get("KB_HOME") or "instance").expanduser().resolve()
        hosts = given.get("KB_HOSTS") or ""
        return cls(
            home=home,
            database_url=given.get("KB_DATABASE_URL") or f"sqlite:///{home / 'caveat.sqlite3'}",
            index_url=given.get("KB_INDEX_URL") or f"whoosh:{home / 'index'}",
            actor=given.get("KB_ACTOR") or given.get("USER") or given.get("LOGNAME") or "unnamed",
            hosts=tuple(dict.fromkeys([*LOOPBACK, *(host.strip() for host in hosts.split(",") if host.strip())])),
            given_secret=given.get("KB_SECRET_KEY", ""),
            log_level=_level(given.get("KB_LOG") or "info"),
            search_rate=given.get("KB_SEARCH_RATE") or "6000/minute",
            write_rate=given.get("KB_WRITE_RATE") or "600/minute",
            private=_switch("KB_PRIVATE", given.get("KB_PRIVATE") or ""),
            plain_http=_switch("KB_PLAIN_HTTP", given.get("KB_PLAIN_HTTP") or ""),
            proxies=_networks(given.get("KB_PROXIES") or ""),
            upload_limit=_size("KB_UPLOAD_LIMIT", given.get("KB_UPLOAD_LIMIT") or "200 MB"),
            misses=_on_or_off("KB_MISSES", given.get("KB_MISSES") or "on"),
            review_months=_months(given.get("KB_REVIEW_MONTHS") or "12"),
        )

    def environ(self) -> dict[str, str]:
        """The environment of another process that is to work with these very settings."""
        given = {
            "KB_HOME": str(self.home),
            "KB_DATABASE_URL": self.database_url,
            "KB_INDEX_URL": self.index_url,
            "KB_ACTOR": self.actor,
            "KB_HOSTS": ",".join(self.hosts),
            "KB_LOG": self.log_level,
            "KB_SEARCH_RATE": self.search_rate,
            "KB_WRITE_RATE": self.write_rate,
            "KB_PRIVATE": "1" if self.private else "",
            "KB_PLAIN_HTTP": "1" if self.plain_http else "",
            "KB_PROXIES": ",".join(self.proxies),
            "KB_UPLOAD_LIMIT": str(self.upload_limit),
            "KB_MISSES": "on" if self.misses else "off",
            "KB_REVIEW_MONTHS": str(self.review_months),
        }
        return {**os.environ, **given, **({"KB_SECRET_KEY": self.given_secret} if self.given_secret else {})}

    @property
    def shown_database_url(self) -> str:
        """The store's URL without its password."""
        return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", self.database_url)

    def make_home(self) -> None:
        """Create KB_HOME, readable by its owner only. Raises StoreUnavailable where that is not possible."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The folder for the store cannot be created: {error.strerror}.",
                place=str(self.home),
                cure="Set KB_HOME to a folder that you may write to.",
            ) from error

    def secret_key(self) -> bytes:
        """The key that signs form tokens and the head of the history; made in KB_HOME at first use.

        Raises StoreUnavailable where it can be neither read nor made.
        """
        if self.given_secret:
            return self.given_secret.encode()
        path = self.home / "secret-key"
        try:
            if not path.exists():
                self.make_home()
                self._make_secret(path)
            return path.read_bytes()
        except OSError as error:
            raise StoreUnavailable(
                f"The secret key cannot be read or made: {error.strerror}.",
                place=str(path),
                cure="Look at its owner and permissions, or set KB_SECRET_KEY.",
            ) from error

    def _make_secret(self, path: Path) -> None:
        """Write the key whole and then link it, so that two processes starting at once agree on one."""
        with tempfile.NamedTemporaryFile(dir=self.home) as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)

"""Passwords: hashed with Argon2id, and refused where they would be among the first to be guessed.

The rules follow NIST SP 800-63B (2025) and OWASP ASVS 5 (6.2): long enough, not a known one, no rules about which
signs, never cut short, any sign allowed.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from kb.errors import InputError
from kb.words import fault_in

SHORTEST = 12
LONGEST = 1_000
# zxcvbn: 3 is "safely unguessable" where the hash is slow (0 to 4).
STRONG_ENOUGH = 3
# What zxcvbn looks at; the rest of a long password only makes it better.
LOOKED_AT = 72
# RFC 9106, the second recommended choice: 64 MiB and three passes. More than two at once would only take memory.
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The Argon2id hash, with its parameters and salt, as it is kept."""
    with _AT_ONCE:
        return _HASHER.hash(_bytes(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password fits a kept hash; takes as long where there is none, and is then false."""
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _nobodys(), _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def refuse_weak(password: str, about: Sequence[str] = ()) -> None:
    """Raise InputError for a password that is too short or easily guessed; `about` are words that belong to its owner.

    The password itself is never part of the message.
    """
    if fault := fault_in(password):
        raise InputError(f"This password cannot be kept: {fault}.", place="password", cure="Take it out.")
    if len(password) < SHORTEST:
        raise InputError(
            f"A password has at least {SHORTEST} characters.", place="password", cure="Four or five words will do."
        )
    if len(password) > LONGEST:
        raise InputError(f"A password has at most {LONGEST:,} characters.", place="password")
    rest = password.casefold()
    for each in filter(None, about):
        rest = rest.replace(each.casefold(), "")
    if len(rest) < SHORTEST // 2:
        raise InputError("This password is hardly more than your name.", place="password", cure="Choose other words.")
    looked_at = unicodedata.normalize("NFC", password)[:LOOKED_AT]
    found = zxcvbn(looked_at, user_inputs=["caveat", *(word for text in about for word in [text, *text.split()])])
    if found["score"] < STRONG_ENOUGH:
        why = found["feedback"]["warning"] or "It is easily guessed."
        raise InputError(
            f"This password is too weak: {why.rstrip('.')}.", place="password", cure="Four or five words will do."
        )


def made_up() -> str:
    """A password for one use: 20 letters and digits that are not mixed up with each other, some 100 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


@cache
def _nobodys() -> str:
    """A hash that no password fits, so that an unknown name takes as long as a wrong password."""
    return _HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    # Keyboards write one sign in two ways.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")

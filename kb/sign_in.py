"""Signing in and out of the pages, with limits that all processes share because they are counted in the store.

An unknown name and a wrong password get the same answer after the same work. A browser keeps a random secret, the store
only its hash, so signing out and a new password end a sign-in for good, wherever the cookie was copied to.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kb import passwords
from kb.errors import TooOften
from kb.history import Act, append
from kb.model import Attempt, Person, SignedIn
from kb.people import HANDED_OVER_FOR, Account, account_of, known_as, snapshot
from kb.store import Store

WINDOW = timedelta(minutes=15)
MOST_FOR_BOTH = 10
MOST_FROM_ADDRESS = 30
MOST_FOR_ACCOUNT = 100
"""Attempts in a window that failed, for one account from one address, from one address, for one account from anywhere;
the next one is not looked at. The last is high: a stranger elsewhere must not lock somebody out with a few guesses."""
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
"""A sign-in ends after so long without a request, and after so long in any case."""
SEEN_EVERY = timedelta(minutes=5)
NOBODY = "account:0"


def sign_in(store: Store, said: str, password: str, address: str, at: datetime) -> str | None:
    """Sign somebody in by name or e-mail and password; returns the secret for their browser, None where that fails.

    Raises TooOften where too many attempts for this account, or from this address, have failed.
    """
    with store.writing() as session:
        # Counted before the password is looked at: attempts that run side by side count each other.
        attempt = _attempt(session, said, address, at)
    with store.reading() as session:
        kept = session.scalar(select(Person.password_hash).where(known_as(said)))
    right = passwords.is_right(kept, password[: passwords.LONGEST])
    with store.writing() as session:
        return _decided(session, said, right, kept, attempt, at, password)


def _decided(
    session: Session, said: str, right: bool, kept: str | None, attempt: int, at: datetime, password: str
) -> str | None:
    row = session.scalar(select(Person).where(known_as(said)))
    expired = row is not None and row.must_change and row.password_at is not None
    expired = expired and at - row.password_at > HANDED_OVER_FOR  # type: ignore[union-attr,operator]
    # The password may have been changed, or the person disabled, while it was looked at.
    if row is None or not right or row.password_hash != kept or row.disabled_at is not None or expired:
        subject = NOBODY if row is None else f"account:{row.id}"
        append(session, [Act("sign-in-failed", subject, None, None, "")], "nobody", at)
        return None
    session.execute(delete(Attempt).where(Attempt.account == session.get_one(Attempt, attempt).account))
    if passwords.is_outdated(row.password_hash or ""):
        before = snapshot(session, row)
        row.password_hash = passwords.hashed(password)
        session.flush()
        append(session, [Act("rehash", f"person:{row.id}", before, snapshot(session, row), "")], row.name, at)
    append(session, [Act("sign-in", f"account:{row.id}", None, None, "")], row.name, at)
    return begin(session, row.id, at)


def proved(store: Store, name: str, password: str, address: str, at: datetime) -> bool:
    """Whether somebody who is signed in knows their password; wrong guesses count towards the limits of sign-in."""
    with store.writing() as session:
        attempt = _attempt(session, name, address, at)
    with store.reading() as session:
        kept = session.scalar(select(Person.password_hash).where(Person.name == name))
    right = passwords.is_right(kept, password[: passwords.LONGEST])
    if right:
        with store.writing() as session:
            session.execute(delete(Attempt).where(Attempt.account == session.get_one(Attempt, attempt).account))
    return right


def begin(session: Session, person_id: int, at: datetime) -> str:
    """A new sign-in of a person whose right to it has been proved; returns the secret for the browser."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignedIn).where((SignedIn.seen_at < at - IDLE) | (SignedIn.began_at < at - LONGEST)))
    session.add(SignedIn(hash=_hash(secret), person_id=person_id, began_at=at, seen_at=at))
    session.flush()
    return secret


def sign_out(session: Session, secret: str, at: datetime) -> None:
    """End the sign-in with this secret, for good."""
    row = session.get(SignedIn, _hash(secret))
    if row is not None:
        person = session.get_one(Person, row.person_id)
        session.delete(row)
        append(session, [Act("sign-out", f"account:{person.id}", None, None, "")], person.name, at)


def signed_in(store: Store, secret: str, at: datetime) -> Account | None:
    """Whose browser this is; None where the sign-in has ended or the person is disabled."""
    with store.reading() as session:
        row = session.get(SignedIn, _hash(secret))
        if row is None or at - row.seen_at > IDLE or at - row.began_at > LONGEST:
            return None
        found = account_of(session, session.get_one(Person, row.person_id))
        seen_at = row.seen_at
    if found.disabled:
        return None
    if at - seen_at > SEEN_EVERY:
        with store.writing() as session:
            session.execute(update(SignedIn).where(SignedIn.hash == _hash(secret)).values(seen_at=at))
    return found


def _attempt(session: Session, said: str, address: str, at: datetime) -> int:
    session.execute(delete(Attempt).where(Attempt.at < at - WINDOW))
    account = _keyed(session, "account", unicodedata.normalize("NFC", said).strip().casefold())
    place = _keyed(session, "address", address)
    for which, most in (
        ((Attempt.account == account) & (Attempt.address == place), MOST_FOR_BOTH),
        (Attempt.address == place, MOST_FROM_ADDRESS),
        (Attempt.account == account, MOST_FOR_ACCOUNT),
    ):
        count, first = session.execute(select(func.count(), func.min(Attempt.at)).where(which)).one()
        if count >= most:
            wait = (first + WINDOW - at).total_seconds()
            raise TooOften(
                "Too many attempts to sign in have failed.",
                cure="Wait a quarter of an hour, then try again.",
                wait=wait,
            )
    row = Attempt(at=at, account=account, address=place)
    session.add(row)
    session.flush()
    return row.id


def _keyed(session: Session, kind: str, value: str) -> str:
    """A hash that says nothing to whoever does not hold the key: names and addresses are personal."""
    key: bytes = session.info["signing_key"]
    return hmac.new(key, f"{kind}:{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

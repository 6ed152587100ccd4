"""Tokens: secrets with which programs act for a person, within scopes and until a day; shown once, kept as hashes.

The secret has 256 random bits, so a fast hash keeps it. Making, revoking and the first use on each day are revisions.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import Conflict, InputError, NotFound
from kb.history import Act, append, hashed
from kb.model import Person, Token
from kb.people import Account, account_of, account_row
from kb.records import LARGEST_ID
from kb.store import Store
from kb.words import fault_in

PREFIX = "caveat_"
SCOPES = {"read": None, "rate": "rater", "curate": "curator", "admin": "admin"}
"""What a token may be made for, and the role that its person must hold for it to be of use."""
LONGEST = timedelta(days=366)
LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token without its secret."""

    id: int
    person: str
    label: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_on: date
    revoked: bool
    used_on: date | None


def make(session: Session, name: str, label: str, scopes: Collection[str], expires_on: date, by: By) -> str:
    """Make a token for a person; returns its secret, which is nowhere else.

    Raises InputError for an empty label, an unknown scope or a day that is past or more than a year away, and Conflict
    for a person who is disabled.
    """
    row = account_row(session, name)
    if row.disabled_at is not None:
        raise Conflict(f"{row.name} is disabled.")
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL or not label.isprintable() or fault_in(label):
        raise InputError("A token needs a label.", place="label", cure="Say what it is for, such as: nightly import.")
    for scope in scopes:
        if scope not in SCOPES:
            raise InputError(f"“{scope}” is no scope.", place="scope", cure=f"Use {', '.join(SCOPES)}.")
    if not by.at.date() <= expires_on <= by.at.date() + LONGEST:
        raise InputError(
            "A token ends on a day between today and a year from now.", place="expires", cure="Write YYYY-MM-DD."
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        person_id=row.id,
        label=label,
        hash=_hash(secret),
        # Whoever may change may read.
        scopes=[scope for scope in SCOPES if scope in {*scopes, "read"}],
        made_at=by.at,
        expires_on=expires_on,
    )
    session.add(token)
    session.flush()
    after = hashed(token_content(token))
    append(session, [Act("token", f"token:{token.id}", None, after, by.reason)], by.actor, by.at)
    return secret


def revoke(session: Session, token_id: int, by: By, owner: str | None = None) -> None:
    """End a token. Raises NotFound where there is none, or none of the owner's where one is given."""
    token = session.get(Token, token_id) if 0 < token_id <= LARGEST_ID else None
    if token is None or owner not in (None, session.get_one(Person, token.person_id).name):
        raise NotFound(f"There is no token {token_id}.", cure="`kb token list` shows them.")
    if token.revoked_at is not None:
        raise Conflict(f"Token {token_id} is revoked already.")
    before = hashed(token_content(token))
    token.revoked_at = by.at
    session.flush()
    act = Act("revoke", f"token:{token.id}", before, hashed(token_content(token)), by.reason)
    append(session, [act], by.actor, by.at)


def tokens(session: Session, name: str | None = None) -> list[TokenRecord]:
    """All tokens, or one person's, oldest first."""
    query = select(Token, Person.name).join(Person, Person.id == Token.person_id).order_by(Token.id)
    if name is not None:
        query = query.where(Person.name == name)
    return [_record(token, owner) for token, owner in session.execute(query)]


def _record(token: Token, owner: str) -> TokenRecord:
    revoked = token.revoked_at is not None
    scopes = tuple(token.scopes)
    return TokenRecord(token.id, owner, token.label, scopes, token.made_at, token.expires_on, revoked, token.used_on)


def holder(store: Store, secret: str, at: datetime) -> Account | None:
    """For whom a token acts, with the roles that both its scopes and its person have; None where it is of no use."""
    with store.reading() as session:
        token = session.scalar(select(Token).where(Token.hash == _hash(secret)))
        if token is None or token.revoked_at is not None or token.expires_on < at.date():
            return None
        allowed = {role for scope in token.scopes if (role := SCOPES.get(scope)) is not None}
        found = account_of(session, session.get_one(Person, token.person_id), allowed)
        id_, used_on = token.id, token.used_on
    if found.disabled:
        return None
    if used_on != at.date():
        _note_use(store, id_, found, at)
    return found


def token_content(token: Token) -> dict[str, Any]:
    """What the history keeps of a token; its hash too, so that no other secret can be put in its place."""
    return {
        "person": token.person_id,
        "label": token.label,
        "scopes": token.scopes,
        "expires_on": token.expires_on.isoformat(),
        "hash": token.hash,
        "revoked": token.revoked_at is not None,
    }


def _note_use(store: Store, token_id: int, owner: Account, at: datetime) -> None:
    """The first use on a day is a revision; every use would make reading as slow as writing."""
    with store.writing() as session:
        token = session.get_one(Token, token_id)
        if token.used_on != at.date():
            token.used_on = at.date()
            session.flush()
            act = Act("token-use", f"account:{owner.id}", None, None, f"token {token_id}: {token.label}")
            append(session, [act], owner.name, at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

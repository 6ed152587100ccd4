"""People: accounts, what each may do, and their passwords. Every change here is a revision.

Hashed into the history are the name, the roles, whether the person is disabled, and a digest of the password's hash:
so `kb verify` finds a role or a password that was slipped in. The e-mail is not: it can be erased for good.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from kb import passwords
from kb.curate import LONGEST_NAME, By
from kb.errors import Conflict, InputError, NotFound
from kb.history import Act, append, hashed
from kb.model import ROLES, Person, PersonRole, SignedIn
from kb.words import fault_in

EVERY_ROLE = ROLES
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_EMAIL = 320
# A password that somebody else made up is of use for so long.
HANDED_OVER_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in. `must_change`: the password was made up for them, and they do nothing before a new one.

    `roles` are those in force: of somebody who acts through a token, only those that its scopes allow.
    """

    id: int
    name: str
    email: str | None
    roles: frozenset[str]
    must_change: bool
    disabled: bool


def add(session: Session, name: str, by: By, *, email: str | None = None, roles: Collection[str] = ()) -> str:
    """Give a person an account; returns a password for one use. A rater who is known by that name gets it.

    Raises InputError for a name, e-mail or role that is none, Conflict where the name or the e-mail has an account.
    """
    name = _name(name)
    email = _email(email)
    row = session.scalar(select(Person).where(Person.name == name))
    if row is not None and row.password_hash is not None:
        raise Conflict(f"{name} has an account already.", cure="`kb user list` shows them.")
    if email is not None and session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Conflict("This e-mail belongs to another account.", place="email", cure="Leave it out, or give another.")
    before = None if row is None else snapshot(session, row)
    if row is None:
        row = Person(name=name)
        session.add(row)
        session.flush()
    row.email = email
    for role in _roles(roles):
        session.add(PersonRole(person_id=row.id, role=role))
    made_up = _new_password(row, by.at)
    _record(session, row, "account", before, by)
    return made_up


def set_roles(session: Session, name: str, roles: Collection[str], by: By) -> None:
    """Let a person do this and nothing else. Raises Conflict where no administrator would be left."""
    row = account_row(session, name)
    before = snapshot(session, row)
    wanted = _roles(roles)
    session.execute(delete(PersonRole).where(PersonRole.person_id == row.id))
    session.add_all(PersonRole(person_id=row.id, role=role) for role in wanted)
    session.flush()
    if "admin" in before["content"]["roles"]:
        _refuse_without_admin(session)
    _record(session, row, "roles", before, by)


def disable(session: Session, name: str, by: By) -> None:
    """Keep a person out from now on: signed out everywhere, tokens of no use; what they did stays theirs."""
    row = account_row(session, name)
    if row.disabled_at is not None:
        raise Conflict(f"{row.name} is disabled already.")
    before = snapshot(session, row)
    row.disabled_at = by.at
    session.flush()
    if "admin" in before["content"]["roles"]:
        _refuse_without_admin(session)
    sign_out_everywhere(session, row.id)
    _record(session, row, "disable", before, by)


def enable(session: Session, name: str, by: By) -> None:
    """Let a disabled person in again, with the roles they had."""
    row = account_row(session, name)
    if row.disabled_at is None:
        raise Conflict(f"{row.name} is not disabled.")
    before = snapshot(session, row)
    row.disabled_at = None
    _record(session, row, "enable", before, by)


def reset(session: Session, name: str, by: By) -> str:
    """A new password for one use, for a person who lost theirs; they are signed out everywhere."""
    row = account_row(session, name)
    before = snapshot(session, row)
    made_up = _new_password(row, by.at)
    sign_out_everywhere(session, row.id)
    _record(session, row, "reset", before, by)
    return made_up


def change_password(session: Session, name: str, password: str, by: By) -> None:
    """Take a person's own new password; they are signed out everywhere. The caller has seen that the old one is right.

    Raises InputError for one that is too weak, or is the one that was handed over.
    """
    row = account_row(session, name)
    passwords.refuse_weak(password, [row.name, row.email or ""])
    if row.must_change and passwords.is_right(row.password_hash, password):
        raise InputError("This is the password that was handed over.", place="password", cure="Choose your own.")
    before = snapshot(session, row)
    row.password_hash, row.password_at, row.must_change = passwords.hashed(password), by.at, False
    sign_out_everywhere(session, row.id)
    _record(session, row, "password", before, by)


def forget_email(session: Session, name: str, by: By) -> None:
    """Erase a person's e-mail. The history says that it was done, and never held the address."""
    row = account_row(session, name)
    if row.email is None:
        raise Conflict(f"No e-mail of {row.name} is kept.")
    before = snapshot(session, row)
    row.email = None
    _record(session, row, "forget-email", before, by)


def accounts(session: Session) -> list[Account]:
    """Everybody who has an account, by name."""
    query = select(Person).where(Person.password_hash.is_not(None)).order_by(func.lower(Person.name))
    return [account_of(session, row) for row in session.scalars(query)]


def account(session: Session, name: str) -> Account | None:
    """The account of this name; None where there is none."""
    row = session.scalar(select(Person).where(Person.name == name, Person.password_hash.is_not(None)))
    return None if row is None else account_of(session, row)


def account_of(session: Session, row: Person, allowed: Collection[str] = ROLES) -> Account:
    """A person's account, with those of their roles that are allowed."""
    roles = session.scalars(select(PersonRole.role).where(PersonRole.person_id == row.id))
    in_force = frozenset(role for role in roles if role in allowed)
    return Account(row.id, row.name, row.email, in_force, row.must_change, row.disabled_at is not None)


def account_row(session: Session, name: str) -> Person:
    """The row of an account. Raises NotFound."""
    row = session.scalar(select(Person).where(Person.name == name, Person.password_hash.is_not(None)))
    if row is None:
        raise NotFound(f"Nobody called “{name}” has an account.", cure="`kb user list` shows who has.")
    return row


def known_as(said: str) -> ColumnElement[bool]:
    """Persons with this name or e-mail, as they type it at sign-in."""
    said = unicodedata.normalize("NFC", said).strip()
    return or_(Person.name == said, Person.email == said.casefold())


def sign_out_everywhere(session: Session, person_id: int) -> None:
    """End every browser's sign-in of a person."""
    session.execute(delete(SignedIn).where(SignedIn.person_id == person_id))


def person_content(session: Session, row: Person) -> dict[str, Any]:
    """What the history keeps of a person."""
    roles = session.scalars(select(PersonRole.role).where(PersonRole.person_id == row.id).order_by(PersonRole.role))
    kept = hashlib.sha256(row.password_hash.encode()).hexdigest() if row.password_hash else None
    return {"name": row.name, "roles": list(roles), "disabled": row.disabled_at is not None, "password": kept}


def snapshot(session: Session, row: Person) -> dict[str, Any]:
    """A person's content with its hash."""
    return hashed(person_content(session, row))


def _record(session: Session, row: Person, action: str, before: dict[str, Any] | None, by: By) -> None:
    session.flush()
    append(session, [Act(action, f"person:{row.id}", before, snapshot(session, row), by.reason)], by.actor, by.at)


def _new_password(row: Person, at: datetime) -> str:
    made_up = passwords.made_up()
    row.password_hash, row.password_at, row.must_change = passwords.hashed(made_up), at, True
    return made_up


def _refuse_without_admin(session: Session) -> None:
    """Raise Conflict where the last person who can let others in would be gone."""
    left = select(func.count()).select_from(PersonRole).join(Person, Person.id == PersonRole.person_id)
    if not session.scalar(left.where(PersonRole.role == "admin", Person.disabled_at.is_(None))):
        raise Conflict("Nobody would be left who may administer.", cure="Make somebody else an admin first.")


def _name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or "@" in name or fault_in(name):
        raise InputError(
            "This is no name for an account.",
            place="name",
            cure=f"Use 1 to {LONGEST_NAME} characters that can be printed, without @.",
        )
    return name


def _email(email: str | None) -> str | None:
    email = (email or "").strip().casefold()
    if not email:
        return None
    if not EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL or not email.isprintable() or fault_in(email):
        raise InputError("This is no e-mail address.", place="email", cure="Write it like a.rater@example.org.")
    return email


def _roles(roles: Collection[str]) -> Sequence[str]:
    for role in roles:
        if role not in ROLES:
            raise InputError(f"“{role}” is no role.", place="role", cure=f"Use {', '.join(ROLES)}.")
    return sorted(set(roles))

"""Accounts, passwords, sign-ins and tokens: who gets in, for how long, and what the history says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from kb import passwords, people, sign_in, tokens
from kb.curate import By, Judgement, grade
from kb.errors import CaveatError, Conflict, InputError, NotFound, TooOften
from kb.model import Attempt, Person, PersonRole, Revision, SignedIn, Token
from kb.store import Store
from kb.verify import faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = "strange mud battery giraffe"
HERE = "192.0.2.1"


pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def house(store: Store, by: Callable[..., By]) -> Store:
    """A store with an admin and a rater who have chosen their passwords."""
    with store.writing() as session:
        for name, roles in (("A. Dmin", ["admin"]), ("R. Ater", ["rater", "curator"])):
            people.add(session, name, by("to begin"), email=f"{name[0]}@example.org", roles=roles)
            people.change_password(session, name, GOOD, by("their own", actor=name))
    return store


def enter(store: Store, said: str, password: str = GOOD, address: str = HERE, at: datetime = NOW) -> str | None:
    return sign_in.sign_in(store, said, password, address, at)


def done(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        return [(each.action, each.actor) for each in session.scalars(select(Revision).order_by(Revision.seq))]


def proved(store: Store) -> list[str]:
    with store.reading() as session:
        return [f"{fault.place} {fault.message}" for fault in faults(session)]


# --- passwords


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "elevenchars",
        "password1234",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "caveatcaveat",
        "A. Dmin A. Dmin",
        "iloveyou1234",
    ],
)
def test_what_is_guessed_first_is_refused_and_not_repeated(weak: str) -> None:
    with pytest.raises(InputError, match="password") as refused:
        passwords.refuse_weak(weak, ["A. Dmin"])
    assert weak not in str(refused.value)


@pytest.mark.parametrize("good", [GOOD, "Füße über dem Nebelmeer", "正しい馬電池ホッチキス正しい馬"])
def test_any_signs_are_taken_and_all_of_them_count(good: str) -> None:
    passwords.refuse_weak(good)
    kept = passwords.hashed(good)
    assert kept.startswith("$argon2id$")
    assert passwords.is_right(kept, good)
    assert not passwords.is_right(kept, good[:-1])


def test_a_long_password_is_never_cut_short() -> None:
    long = GOOD * 30
    passwords.refuse_weak(long)
    kept = passwords.hashed(long)
    assert passwords.is_right(kept, long)
    assert not passwords.is_right(kept, long[:-1])
    with pytest.raises(InputError, match="at most"):
        passwords.refuse_weak(GOOD * 50)


def test_a_sign_written_in_two_ways_is_one() -> None:
    assert passwords.is_right(passwords.hashed("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


def test_an_unknown_account_takes_the_same_work_as_a_wrong_password(
    house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    class Counting(passwords.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(1, 8, 1))
    passwords._nobodys.cache_clear()
    written = []
    for said in ("R. Ater", "Nobody", "r@example.org", "nobody@example.org"):
        before = len(done(house))
        assert enter(house, said, "wrong") is None
        written.append(len(done(house)) - before)
    # One hash of the same parameters, and one revision, whoever is named.
    assert verified == ["$argon2id$v=19$m=8,t=1,p=1"] * 4
    assert written == [1] * 4


def test_what_is_made_up_is_strong_and_never_the_same() -> None:
    made = {passwords.made_up() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        passwords.refuse_weak(each)


# --- accounts


def test_an_account_is_added_with_a_password_for_one_use(store: Store, by: Callable[..., By]) -> None:
    with store.writing() as session:
        made_up = people.add(session, "  R.   Ater ", by(), email="R.Ater@Example.org", roles=["rater"])
        account = people.account(session, "R. Ater")
    assert account == people.Account(1, "R. Ater", "r.ater@example.org", frozenset({"rater"}), True, False)
    secret = enter(store, "r.ater@EXAMPLE.org", made_up)
    assert secret
    with store.writing() as session, pytest.raises(InputError, match="handed over"):
        people.change_password(session, "R. Ater", made_up, by())
    assert proved(store) == []


def test_a_handed_over_password_ends_after_a_week(store: Store, by: Callable[..., By]) -> None:
    with store.writing() as session:
        made_up = people.add(session, "R. Ater", by(at=NOW))
    assert enter(store, "R. Ater", made_up, at=NOW + timedelta(days=8)) is None
    assert enter(store, "R. Ater", made_up, at=NOW + timedelta(days=6))


def test_a_rater_who_is_known_by_name_gets_the_account(demo: Store, by: Callable[..., By]) -> None:
    with demo.writing() as session:
        grade(session, 25, Judgement("low"), by(actor="R. Ater"))
        id_ = session.scalar(select(Person.id).where(Person.name == "R. Ater"))
        people.add(session, "R. Ater", by(), roles=["rater"])
        assert people.account(session, "R. Ater").id == id_  # type: ignore[union-attr]
    assert proved(demo) == []


@pytest.mark.parametrize("name", ["", " ", "a@b", "x" * 201, "a\x00b", "a\u202eb"])
def test_a_name_that_is_none_is_refused(store: Store, by: Callable[..., By], name: str) -> None:
    with store.writing() as session, pytest.raises(InputError, match="no name"):
        people.add(session, name, by())


@pytest.mark.parametrize("email", ["a", "a@b", "a b@c.de", "@c.de", "a@b.c\u202e"])
def test_an_email_that_is_none_is_refused(store: Store, by: Callable[..., By], email: str) -> None:
    with store.writing() as session, pytest.raises(InputError, match="no e-mail"):
        people.add(session, "R. Ater", by(), email=email)


def test_a_name_and_an_email_have_one_account(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        with pytest.raises(Conflict, match="has an account already"):
            people.add(session, "R. Ater", by())
        with pytest.raises(Conflict, match="belongs to another account"):
            people.add(session, "R. Other", by(), email="A@example.org")
        with pytest.raises(InputError, match="no role"):
            people.add(session, "R. Other", by(), roles=["owner"])
        with pytest.raises(NotFound, match="Nobody called"):
            people.set_roles(session, "R. Other", ["rater"], by())


@pytest.mark.parametrize("act", ["roles", "disable"])
def test_somebody_must_be_left_who_administers(house: Store, by: Callable[..., By], act: str) -> None:
    def change(session: Session) -> None:
        if act == "roles":
            people.set_roles(session, "A. Dmin", ["rater"], by())
        else:
            people.disable(session, "A. Dmin", by())

    with pytest.raises(Conflict, match="Nobody would be left"), house.writing() as session:
        change(session)
    with house.reading() as session:
        account = people.account(session, "A. Dmin")
    assert account
    assert (account.roles, account.disabled) == ({"admin"}, False)


@pytest.mark.parametrize("act", [people.disable, people.reset, "password"])
def test_a_sign_in_ends_with_the_password_and_with_the_account(
    house: Store, by: Callable[..., By], act: Callable[..., object] | str
) -> None:
    secrets = [enter(house, "R. Ater"), enter(house, "R. Ater")]
    other = enter(house, "A. Dmin")
    with house.writing() as session:
        if isinstance(act, str):
            people.change_password(session, "R. Ater", GOOD + " again", by())
        else:
            act(session, "R. Ater", by())
    assert [sign_in.signed_in(house, str(each), NOW) for each in secrets] == [None, None]
    assert sign_in.signed_in(house, str(other), NOW)
    assert proved(house) == []


def test_who_is_disabled_cannot_come_in_and_may_come_back(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        secret = tokens.make(session, "R. Ater", "nightly", ["rate"], NOW.date(), by())
        people.disable(session, "R. Ater", by())
    assert enter(house, "R. Ater") is None
    assert tokens.holder(house, secret, NOW) is None
    with house.writing() as session:
        with pytest.raises(Conflict, match="disabled"):
            tokens.make(session, "R. Ater", "nightly", ["rate"], NOW.date(), by())
        people.enable(session, "R. Ater", by())
    assert enter(house, "R. Ater")
    assert tokens.holder(house, secret, NOW)


def test_an_email_is_erased_and_the_history_still_holds(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        people.forget_email(session, "R. Ater", by())
    with house.reading() as session:
        everything = " ".join(str(row) for row in session.execute(select(Revision.__table__)).all())
        assert session.scalar(select(func.count()).select_from(Person).where(Person.email == "r@example.org")) == 0
    assert "example.org" not in everything
    assert proved(house) == []
    assert enter(house, "r@example.org") is None


# --- signing in


def test_wrong_and_unknown_are_one_answer_and_both_are_in_the_history(house: Store) -> None:
    assert enter(house, "R. Ater", "wrong") is None
    assert enter(house, "Nobody", "wrong") is None
    assert enter(house, "R. Ater", "") is None
    assert enter(house, "R. Ater", "\x00\ud800") is None
    assert enter(house, "R. Ater")
    assert done(house)[-5:] == [*[("sign-in-failed", "nobody")] * 4, ("sign-in", "R. Ater")]
    with house.reading() as session:
        said = " ".join(str(row) for row in session.execute(select(Revision.__table__)).all())
    assert "Nobody" not in said, "people type their password into the wrong box"


def test_too_many_attempts_from_one_place_wait_and_nobody_elsewhere_is_locked_out(house: Store) -> None:
    for _ in range(sign_in.MOST_FOR_BOTH):
        assert enter(house, "R. Ater", "wrong") is None
    with pytest.raises(TooOften) as refused:
        enter(house, "R. Ater")
    assert 0 < refused.value.wait <= sign_in.WINDOW.total_seconds()
    assert enter(house, "r. ater", "wrong", "198.51.100.7") is None
    assert enter(house, "R. Ater", address="198.51.100.7")
    assert enter(house, "A. Dmin")
    assert enter(house, "R. Ater", at=NOW + sign_in.WINDOW + timedelta(seconds=1))


def test_guessing_at_many_accounts_from_one_place_is_stopped(house: Store) -> None:
    for number in range(sign_in.MOST_FROM_ADDRESS):
        assert enter(house, f"person {number}", "wrong") is None
    with pytest.raises(TooOften):
        enter(house, "R. Ater")
    assert enter(house, "R. Ater", address="198.51.100.7")


def test_guessing_at_one_account_from_many_places_is_stopped(house: Store) -> None:
    for number in range(sign_in.MOST_FOR_ACCOUNT):
        assert enter(house, "R. Ater", "wrong", f"198.51.100.{number}") is None
    with pytest.raises(TooOften):
        enter(house, "R. Ater", address="203.0.113.9")


def test_the_right_password_clears_the_count_and_says_nothing_of_addresses(house: Store) -> None:
    for _ in range(sign_in.MOST_FOR_BOTH - 1):
        enter(house, "R. Ater", "wrong")
    assert enter(house, "R. Ater")
    with house.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0
    enter(house, "R. Ater", "wrong")
    with house.reading() as session:
        (row,) = session.scalars(select(Attempt))
        assert HERE not in row.address
        assert "Ater" not in row.account


def test_a_sign_in_ends_when_idle_and_in_any_case_after_a_week(house: Store) -> None:
    secret = str(enter(house, "R. Ater"))
    assert sign_in.signed_in(house, secret, NOW + sign_in.IDLE - timedelta(minutes=1))
    assert sign_in.signed_in(house, secret, NOW + 2 * sign_in.IDLE - timedelta(minutes=2))
    assert sign_in.signed_in(house, secret, NOW + 4 * sign_in.IDLE) is None
    busy = str(enter(house, "R. Ater"))
    at = NOW
    while at < NOW + sign_in.LONGEST:
        assert sign_in.signed_in(house, busy, at)
        at += timedelta(hours=6)
    assert sign_in.signed_in(house, busy, at + timedelta(minutes=1)) is None


def test_signing_out_ends_it_for_every_copy_of_the_cookie(house: Store) -> None:
    first, second = str(enter(house, "R. Ater")), str(enter(house, "R. Ater"))
    assert first != second
    with house.writing() as session:
        sign_in.sign_out(session, first, NOW)
        sign_in.sign_out(session, "made up", NOW)
        assert first not in " ".join(session.scalars(select(SignedIn.hash)))
    assert sign_in.signed_in(house, first, NOW) is None
    assert sign_in.signed_in(house, second, NOW)
    assert done(house)[-1] == ("sign-out", "R. Ater")


def test_weak_parameters_of_yesterday_are_mended_at_the_next_sign_in(
    house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert enter(house, "R. Ater")
    with house.reading() as session:
        kept = session.scalar(select(Person.password_hash).where(Person.name == "R. Ater"))
    assert "t=2" in str(kept)
    assert enter(house, "R. Ater")
    assert proved(house) == []


# --- tokens


def test_a_token_acts_within_its_scopes_and_what_its_person_may(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        both = tokens.make(session, "R. Ater", "both", ["rate", "curate"], NOW.date(), by())
        one = tokens.make(session, "R. Ater", "one", ["rate", "admin"], NOW.date(), by())
        none = tokens.make(session, "R. Ater", "none", [], NOW.date(), by())
    held = [tokens.holder(house, each, NOW) for each in (both, one, none)]
    assert [sorted(each.roles) for each in held if each] == [["curator", "rater"], ["rater"], []]
    with house.writing() as session:
        people.set_roles(session, "R. Ater", ["curator"], by())
    assert [sorted(each.roles) for each in [tokens.holder(house, one, NOW)] if each] == [[]]
    with house.reading() as session:
        kept = " ".join(session.scalars(select(Token.hash)))
        said = " ".join(str(row) for row in session.execute(select(Revision.__table__)).all())
    assert not any(each in kept or each in said for each in (both, one, none))


def test_a_token_ends_on_its_day_and_when_it_is_revoked(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        secret = tokens.make(session, "R. Ater", "nightly", ["rate"], NOW.date(), by())
    assert tokens.holder(house, secret, NOW.replace(hour=23, minute=59))
    assert tokens.holder(house, secret, NOW + timedelta(days=1)) is None
    assert tokens.holder(house, secret + "x", NOW) is None
    with house.writing() as session:
        with pytest.raises(NotFound):
            tokens.revoke(session, 1, by(), owner="A. Dmin")
        tokens.revoke(session, 1, by(), owner="R. Ater")
        with pytest.raises(Conflict):
            tokens.revoke(session, 1, by())
    assert tokens.holder(house, secret, NOW) is None
    assert proved(house) == []


def test_the_first_use_on_a_day_is_in_the_history(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        secret = tokens.make(session, "R. Ater", "nightly", [], NOW.date() + timedelta(days=2), by())
    for hours in (0, 1, 2, 24, 25):
        tokens.holder(house, secret, NOW + timedelta(hours=hours))
    assert done(house).count(("token-use", "R. Ater")) == 2
    assert proved(house) == []


@pytest.mark.parametrize(
    ("label", "scopes", "days"),
    [("", ["read"], 1), ("x" * 201, ["read"], 1), ("a", ["all"], 1), ("a", ["read"], -1), ("a", ["read"], 400)],
)
def test_a_token_that_is_none_is_refused(
    house: Store, by: Callable[..., By], label: str, scopes: list[str], days: int
) -> None:
    with house.writing() as session, pytest.raises(InputError):
        tokens.make(session, "R. Ater", label, scopes, NOW.date() + timedelta(days=days), by())


# --- behind the history's back


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda session: session.add(PersonRole(person_id=2, role="admin")), "person:2"),
        (lambda session: session.execute(delete(PersonRole).where(PersonRole.person_id == 1)), "person:1"),
        (lambda session: session.execute(update(Person).values(password_hash="x").where(Person.id == 2)), "person:2"),
        (lambda session: session.execute(update(Person).values(disabled_at=NOW).where(Person.id == 2)), "person:2"),
        (lambda session: session.execute(update(Person).values(name="X").where(Person.id == 2)), "person:2"),
        (lambda session: session.add(Person(name="Z", password_hash="x")), "person:3"),
        (lambda session: session.execute(update(Token).values(hash="0" * 64)), "token:1"),
        (lambda session: session.execute(update(Token).values(scopes=["admin"])), "token:1"),
        (lambda session: session.execute(text("DELETE FROM token")), "token:1"),
    ],
    ids=["role", "no role", "password", "disabled", "name", "account", "token", "scopes", "no token"],
)
def test_verify_finds_an_account_that_was_changed_behind_the_historys_back(
    house: Store, by: Callable[..., By], change: Callable[..., object], place: str
) -> None:
    with house.writing() as session:
        tokens.make(session, "R. Ater", "nightly", ["rate"], NOW.date(), by())
    assert proved(house) == []
    with house.writing() as session:
        change(session)
        session.flush()
    assert [each.split()[0] for each in proved(house)] == [place]


def test_every_refusal_here_is_one_of_ours(house: Store, by: Callable[..., By]) -> None:
    with house.writing() as session:
        for act in (people.disable, people.enable, people.reset, people.forget_email):
            with pytest.raises(CaveatError):
                act(session, "nobody", by())

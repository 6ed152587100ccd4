"""Signing in, one's own page and the administrator's, by keyboard alone, in the real browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import violations

pytestmark = pytest.mark.browser

OWN = "strange mud battery giraffe"
NUMBER = count(1)

SignIn = Callable[..., Page]


def type_into(page: Page, **fields: str) -> None:
    """Fill a form by its labels' ids without a mouse, and send it by Enter."""
    for name, words in fields.items():
        page.locator(f"#{name}").focus()
        page.keyboard.type(words)
    page.keyboard.press("Enter")


@pytest.fixture
def sign_in(visit: Callable[..., Page], account: Callable[..., str]) -> SignIn:
    """Somebody new with these roles, signed in with a password of their own."""

    def enter(*roles: str, **options: Any) -> Page:
        name = f"Person {next(NUMBER)}"
        secret = account(name, *roles)
        page = visit("/sign-in", **options)
        type_into(page, name=name, password=secret)
        expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
        type_into(page, old=secret, new=OWN, again=OWN)
        expect(page.get_by_role("status")).to_contain_text("Your password is changed")
        return page

    return enter


def test_a_first_sign_in_by_keyboard_from_the_page_that_needed_it_and_out_again(
    visit: Callable[..., Page], account: Callable[..., str]
) -> None:
    name = f"Person {next(NUMBER)}"
    secret = account(name, "admin")
    page = visit("/people")
    expect(page).to_have_title("Sign in · Caveat")
    type_into(page, name=name, password="not this")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    assert page.locator("#name").input_value() == name
    assert page.locator("#password").input_value() == ""
    type_into(page, password=secret)
    expect(page.get_by_role("status")).to_contain_text("Choose your own")
    type_into(page, old=secret, new=OWN, again=OWN)
    expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    page.goto("/people")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.go_back()
    expect(page).to_have_title("Sign in · Caveat")


def test_after_signing_in_the_page_that_was_wanted_is_there(
    visit: Callable[..., Page], sign_in: SignIn, account: Callable[..., str]
) -> None:
    page = sign_in("admin")
    name = page.get_by_role("heading", level=1).inner_text()
    other = visit("/people")
    type_into(other, name=name, password=OWN)
    expect(other.get_by_role("heading", name="People")).to_be_visible()


def test_a_token_is_made_and_revoked_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("rater")
    type_into(page, label="nightly")
    expect(page.locator(".secret code")).to_contain_text("caveat_")
    page.get_by_role("link", name="Back").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Revoke nightly").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is revoked")


def test_an_administrator_lets_somebody_in_and_keeps_them_out_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto("/people")
    name = f"Person {next(NUMBER)}"
    page.locator("form.narrow input[value=rater]").focus()
    page.keyboard.press("Space")
    type_into(page, name=name, reason="joins")
    expect(page.get_by_role("heading", name=f"A password for {name}")).to_be_visible()
    page.goto("/people")
    person = page.locator("section.person").filter(has_text=name)
    expect(person).to_contain_text("rater")
    person.locator("summary").focus()
    page.keyboard.press("Enter")
    person.get_by_label("Why").focus()
    page.keyboard.type("leaves")
    person.get_by_role("button", name="Disable").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"Disabled: {name}")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_finds_nothing_behind_the_sign_in(sign_in: SignIn, phone: dict[str, Any], look: str) -> None:
    page = sign_in("admin", "rater", **(phone if look == "phone" else {"color_scheme": look}))
    assert violations(page) == []
    type_into(page, label="nightly")
    expect(page.locator(".secret code")).to_be_visible()
    assert violations(page) == []
    page.goto("/people")
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert violations(page) == []
    page.locator("section.person h2 a").first.click()
    assert violations(page) == []
    page.goto("/account")
    assert violations(page) == []


def test_nothing_behind_the_sign_in_is_wider_than_a_phone(sign_in: SignIn, phone: dict[str, Any]) -> None:
    page = sign_in("admin", **phone)
    for path in ("/account", "/people", "/person/caveat"):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), path

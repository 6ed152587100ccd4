"""Suggestions by keyboard, by touch and for a screen reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import violations

pytestmark = pytest.mark.browser


def typed(page: Page, words: str) -> Locator:
    """The list after these words were typed into the box."""
    box = page.locator("#q")
    box.focus()
    expect(box).to_be_focused()
    page.keyboard.type(words)
    found = page.get_by_role("listbox", name="Suggestions")
    expect(found).to_be_visible()
    return found


@pytest.mark.parametrize("path", ["/", "/legend"])
def test_arrows_go_through_the_list_and_enter_opens_a_line(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    found = typed(page, "kratom liv")
    box = page.locator("#q")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = found.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    expect(found.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/s/\d+$"))


def test_enter_without_a_choice_searches_what_was_typed(visit: Callable[..., Page]) -> None:
    page = visit("/")
    typed(page, "kratom liv")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=kratom+liv")


def test_escape_closes_the_list_and_keeps_the_words(visit: Callable[..., Page]) -> None:
    page = visit("/")
    found = typed(page, "kratom")
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(page.locator("#q")).to_have_value("kratom")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_visible()


def test_leaving_the_box_closes_the_list(visit: Callable[..., Page]) -> None:
    page = visit("/")
    found = typed(page, "kratom")
    page.keyboard.press("Tab")
    expect(found).to_be_hidden()


def test_each_statement_has_its_grade_and_how_many_warnings(visit: Callable[..., Page]) -> None:
    found = typed(visit("/"), "kratom liv")
    for line in found.locator("[data-statement]").all():
        expect(line).to_contain_text(re.compile(r"· \d+ (warning|caution|note)"))


def test_where_statements_follow_the_typing_the_list_has_the_rest(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=")
    found = typed(page, "autoimmune")
    expect(found).to_contain_text("Topics")
    expect(found.locator("[data-statement]")).to_have_count(0)
    expect(page.locator("article.card").first).to_be_visible()


def test_a_tap_follows_a_line_on_a_phone(visit: Callable[..., Page], phone: dict[str, Any]) -> None:
    page = visit("/", **phone)
    found = typed(page, "kratom liv")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found.get_by_role("option").nth(1).tap()
    page.wait_for_url(re.compile(r"/s/\d+$"))


def test_how_many_there_are_is_announced(visit: Callable[..., Page]) -> None:
    page = visit("/")
    typed(page, "kratom ")
    expect(page.locator("form [aria-live]")).to_contain_text(re.compile(r"^\d+ suggestions?"))


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_list(visit: Callable[..., Page], look: str) -> None:
    page = visit("/legend", color_scheme=look)
    typed(page, "kratom liv")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_the_same_list_opens_again_without_another_question(visit: Callable[..., Page]) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest?" in request.url else None)
    found = typed(page, "kratom")
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    before = len(asked)
    page.keyboard.press("ArrowDown")
    expect(found).to_be_visible()
    assert len(asked) == before


def test_a_refused_question_leaves_no_old_list(visit: Callable[..., Page], watch: Any) -> None:
    page = visit("/")
    found = typed(page, "kratom")
    watch.meant = "429 (Too Many Requests)"
    page.route("**/suggest?**", lambda route: route.fulfill(status=429, body="too many"))
    with page.expect_response("**/suggest?**"):
        page.keyboard.type(" zz")
    expect(found).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q")).not_to_have_attribute("aria-activedescendant", re.compile("."))


def test_a_note_is_told_and_is_no_line_of_the_list(visit: Callable[..., Page]) -> None:
    page = visit("/")
    note = '<p class="name" data-note>There are no suggestions just now.</p>'
    page.route("**/suggest?**", lambda route: route.fulfill(status=200, content_type="text/html", body=note))
    page.locator("#q").focus()
    page.keyboard.type("kratom")
    expect(page.locator("form p.unseen")).to_have_text("There are no suggestions just now.")
    expect(page.locator("#suggestions")).to_be_hidden()
    assert violations(page) == []

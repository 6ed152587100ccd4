"""Caveat by keyboard alone: the order of Tab, the two keys, and everything that a mouse can open."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def stops(page: Page, number: int) -> list[str]:
    """What the next presses of Tab reach, each by its words or its id."""
    return [
        page.keyboard.press("Tab")
        or page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")
        for _ in range(number)
    ]


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until an element that matches is reached."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by {most} presses of Tab")


def test_tab_goes_from_the_top_to_the_results(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=joint+function")
    top = ["Skip to the content", "Caveat", "All statements", "Map", "Audit", "Legend", "Sign in", "q", "Search"]
    assert stops(page, len(top)) == top
    # The facets, in the order in which they stand, then the cards.
    tab_to(page, ".facets .value")
    tab_to(page, ".order a")
    tab_to(page, "article.card .claim a", 9)


def test_where_one_is_can_be_seen(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    for _ in range(8):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const style = getComputedStyle(document.activeElement);
                return {width: box.width, left: box.left, line: style.outlineWidth, style: style.outlineStyle};
            }"""
        )
        assert ring["width"] > 0
        assert ring["left"] >= 0
        assert (ring["line"], ring["style"]) == ("3px", "solid")


def test_the_first_link_skips_to_the_content(visit: Callable[..., Page]) -> None:
    page = visit("/s/4")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["/search?q=liver", "/s/4", "/legend"])
def test_slash_goes_to_the_search_box(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("joint")
    expect(page.locator("#q")).to_have_value("joint")


def test_slash_and_question_mark_can_be_typed_into_a_search(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    page.locator("#q").press_sequentially("and/or?")
    expect(page.locator("#q")).to_have_value("and/or?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_question_mark_lists_the_keys_and_escape_closes_the_list(visit: Callable[..., Page]) -> None:
    page = visit("/s/4")
    tab_to(page, "a.level")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert page.evaluate("() => document.activeElement.matches('a.level')")


def test_the_list_of_keys_closes_by_its_button(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_search_a_card_and_its_statement_need_no_mouse(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.type("joint function")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=joint"))
    tab_to(page, "article.card .claim a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/s/25$"))


def test_enter_chooses_a_facet(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=liver")
    tab_to(page, ".facets .value")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("23 statements")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_on_a_narrow_page_the_facets_open_by_key(visit: Callable[..., Page], key: str) -> None:
    page = visit("/search?q=liver", viewport={"width": 390, "height": 844})
    expect(page.locator(".facets .value").first).to_be_hidden()
    tab_to(page, ".facets > summary")
    page.keyboard.press(key)
    expect(page.locator(".facets .value").first).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('.facets .value')")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_folded_caveat_opens_by_key(visit: Callable[..., Page], key: str) -> None:
    page = visit("/search?q=joint+function")
    label = page.locator("details.label").first
    expect(label.locator("p")).to_be_hidden()
    tab_to(page, "details.label > summary")
    page.keyboard.press(key)
    expect(label.locator("p")).to_be_visible()


def test_a_passages_note_opens_by_key(visit: Callable[..., Page]) -> None:
    page = visit("/a/kratom-autoimmune")
    tab_to(page, ".passage > .number")
    tab_to(page, ".chip > a.level", 3)
    tab_to(page, ".chip summary", 1)
    page.keyboard.press("Enter")
    expect(page.locator(".chip ul.caveats").first).to_be_visible()

"""What holds on every page: axe-core finds nothing, one heading on top, no other host, no word of a statement leaks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

AXE = Axe()


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core holds against the page, each with the first elements it means; by these rules, or by all."""
    only = {"runOnly": list(rules)} if rules else {"rules": {"target-size": {"enabled": True}}}
    found = AXE.run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes'][:3]]}" for each in found]


def test_axe_finds_nothing_in_light(visit: Callable[..., Page], address: str) -> None:
    assert violations(visit(address)) == []


def test_axe_finds_nothing_in_dark(visit: Callable[..., Page], address: str) -> None:
    assert violations(visit(address, color_scheme="dark"), "color-contrast", "link-in-text-block") == []


def test_axe_finds_nothing_on_a_phone(visit: Callable[..., Page], phone: dict[str, Any], address: str) -> None:
    assert violations(visit(address, **phone)) == []


@pytest.mark.parametrize("path", ["/search?q=liver&limit=5&type=efficacy", "/a/kratom-autoimmune", "/s/25"])
def test_axe_finds_nothing_in_what_was_opened(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_list_of_keys(visit: Callable[..., Page]) -> None:
    page = visit("/legend")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_axe_would_find_something(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.evaluate("() => document.querySelector('label').remove()")
    page.evaluate("() => document.querySelector('#q').removeAttribute('placeholder')")
    assert [each.partition(":")[0] for each in violations(page)] == ["label"]


def test_one_heading_a_language_and_a_title_without_a_statements_words(
    visit: Callable[..., Page], told: Callable[[str], Any], address: str
) -> None:
    page = visit(address)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.locator("html").get_attribute("lang") == "en"
    title = page.title()
    assert title.endswith(" · Caveat")
    for statement in told("/search.json?limit=200")["statements"]:
        assert statement["text"].rstrip(".").casefold() not in title.casefold()
        assert (statement["quote"] or statement["text"]).casefold() not in title.casefold()


def test_the_watch_sees_another_host_a_fault_and_what_the_policy_refuses(
    chromium: Browser, watch: Any, server: str
) -> None:
    own = type(watch)(server)
    with closing(chromium.new_context(base_url=server)) as context:
        own.over(context)
        page = context.new_page()
        page.goto("/")
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")
        with page.expect_event("pageerror"):
            page.evaluate("() => { setTimeout(() => { throw new Error('broken'); }); }")
        page.goto(server.replace("127.0.0.1", "localhost"))
    seen = " ".join(own.troubles)
    assert "Content Security Policy" in seen
    assert "script: broken" in seen
    assert "elsewhere: http://localhost" in seen

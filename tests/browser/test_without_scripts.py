"""Everything that matters works where scripts are off."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(visit: Callable[..., Page]) -> Any:
    """Opens pages in a browser that runs no script."""

    def opens(path: str = "/") -> Page:
        page: Page = visit(path, java_script_enabled=False)
        return page

    return opens


def test_words_are_searched_on_enter(plain: Callable[..., Page]) -> None:
    page = plain("/")
    page.locator("#q").fill("liver")
    page.locator("#q").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=liver$"))
    expect(page.get_by_role("status")).to_have_text("33 statements, page 1 of 2")
    expect(page.locator("article.card").first.locator("mark").first).to_have_text("Liver")


def test_a_second_search_keeps_the_filters(plain: Callable[..., Page]) -> None:
    page = plain("/search?type=safety")
    page.locator("#q").fill("liver")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_have_text("2 statements")


def test_facets_and_pages_are_links(plain: Callable[..., Page]) -> None:
    page = plain("/search?q=liver")
    page.locator("#lines-grade .value", has_text="Very low").click()
    expect(page.get_by_role("status")).to_contain_text("23 statements")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("article.card")).to_have_count(3)


def test_folded_caveats_open(plain: Callable[..., Page]) -> None:
    page = plain("/search?q=joint+function")
    label = page.locator("details.label").first
    label.locator("summary").click()
    expect(label.locator("p")).to_be_visible()


def test_statement_article_and_citation_are_a_click_away(plain: Callable[..., Page]) -> None:
    page = plain("/search?q=joint+function")
    page.locator("article.card .claim a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("joint function")
    page.get_by_role("link", name="Kratom and autoimmune conditions").click()
    chip = page.locator(".chip[data-statement='25']")
    expect(chip).to_be_in_viewport()
    chip.locator("summary").click()
    expect(chip.locator("ul.caveats")).to_be_visible()
    chip.locator(".claim a").click()
    page.locator(".warnings [data-caveat=liver] a").first.click()
    expect(page).to_have_url(re.compile(r"/c/\d+$"))
    expect(page.locator("article.card").first).to_be_visible()

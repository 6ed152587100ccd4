"""On a phone nothing is wider than the screen, and a finger hits what it aims at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

pytestmark = pytest.mark.browser

# The narrowest page that must not need scrolling in two directions (WCAG 2.2, 1.4.10).
NARROWEST = ViewportSize(width=320, height=640)


def widths(page: Page) -> tuple[int, int]:
    """How wide the page is, and how wide the window."""
    wide, window = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    return int(wide), int(window)


def test_no_page_scrolls_sideways(visit: Callable[..., Page], phone: dict[str, Any], address: str) -> None:
    page = visit(address, **phone)
    assert widths(page) == (390, 390)
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert widths(page) == (390, 390)
    page.set_viewport_size(NARROWEST)
    assert widths(page) == (320, 320)


def test_tables_show_every_column_on_a_phone(visit: Callable[..., Page], phone: dict[str, Any]) -> None:
    page = visit("/legend", **phone)
    regions = page.locator(".scroll").evaluate_all("all => all.map(each => [each.scrollWidth, each.clientWidth])")
    assert regions
    assert all(needed <= there for needed, there in regions)


def test_facets_are_large_enough_for_a_finger(visit: Callable[..., Page], phone: dict[str, Any]) -> None:
    page = visit("/search?q=liver", **phone)
    page.locator(".facets > summary").tap()
    for value in [page.locator(".facets > summary"), *page.locator(".facets .value:visible").all()]:
        box = value.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 200


def test_a_tapped_facet_narrows_the_list(visit: Callable[..., Page], phone: dict[str, Any]) -> None:
    page = visit("/search?q=liver", **phone)
    page.locator(".facets > summary").tap()
    page.locator("#lines-type .value", has_text="safety").tap()
    expect(page.get_by_role("status")).to_have_text("2 statements")
    # The facets close again: otherwise they would fill the screen, and the list would start below it.
    expect(page.locator("article.card").first).to_be_in_viewport()


def test_a_passages_note_follows_its_line(visit: Callable[..., Page], phone: dict[str, Any]) -> None:
    page = visit("/a/kratom-autoimmune", **phone)
    chip = page.locator(".chip[data-statement='25']")
    number, note = page.locator(".passage > .number[href='#n25']").bounding_box(), chip.bounding_box()
    assert number is not None
    assert note is not None
    assert 0 < note["y"] - number["y"] < 60
    chip.locator("summary").tap()
    expect(chip.locator("ul.caveats")).to_be_visible()

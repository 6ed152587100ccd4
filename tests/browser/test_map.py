"""The evidence map by keyboard alone, on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MAP = "/map?rows=intervention&columns=outcome"
FOCUSED = "() => document.activeElement.className + ' ' + (document.activeElement.getAttribute('href') || '')"
# Whether what has the focus is hidden behind the headers that stay in sight.
COVERED = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const top = document.querySelector(".map thead th.corner").getBoundingClientRect();
    return box.top < top.bottom - 1 || box.left < top.right - 1;
}"""


def test_every_cell_is_reached_by_tab_row_by_row_and_none_is_hidden(visit: Callable[..., Page]) -> None:
    page = visit(MAP)
    in_order = page.locator(".map a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    cells = page.locator(".map a.cell").count()
    assert cells > 10
    page.get_by_role("region", name="Evidence map").focus()
    reached = []
    for _ in in_order:
        page.keyboard.press("Tab")
        kind, _, address = page.evaluate(FOCUSED).partition(" ")
        reached.append(address)
        if kind == "cell":
            assert not page.evaluate(COVERED), address
    assert reached == in_order


def test_the_keyboard_alone_lays_out_other_rows_and_opens_a_cell(visit: Callable[..., Page]) -> None:
    page = visit("/map?q=kratom")
    page.locator("#map-q").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="inflammation")).to_be_visible()
    assert "rows=intervention" in page.url
    assert "q=kratom" in page.url
    cell = page.locator(".map a.cell").first
    count = cell.locator(".count").inner_text().split()[0]
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{count} statement")
    expect(page.locator("article.card")).to_have_count(int(count))


def test_a_cell_is_named_by_what_it_shows(visit: Callable[..., Page]) -> None:
    page = visit("/map")
    cell = page.locator("td", has=page.locator("a[href='/search?topic=joint+function&type=efficacy']"))
    expect(cell.get_by_role("link")).to_have_accessible_name("1 statement No evidence direction: not stated 7 warnings")
    expect(cell).to_be_visible()


def test_headers_stay_in_sight_while_the_map_scrolls_within_itself(
    visit: Callable[..., Page], phone: dict[str, Any]
) -> None:
    page = visit(MAP, **phone)
    region = page.locator(".map-scroll")
    region.evaluate("each => each.scrollTo(400, 200)")
    left, top = region.evaluate("each => [each.scrollLeft, each.scrollTop]")
    assert (left, top) == (400, 200)
    box = region.bounding_box()
    corner = page.locator(".map .corner").bounding_box()
    assert box is not None
    assert corner is not None
    assert abs(corner["x"] - box["x"]) <= 2
    assert abs(corner["y"] - box["y"]) <= 2
    # A finger still has room for the cells beside the headers.
    assert corner["width"] < box["width"] / 2
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390


def test_a_bubble_has_another_colour_in_the_dark_and_its_grade_in_words(visit: Callable[..., Page]) -> None:
    seen = set()
    for scheme in ("light", "dark"):
        page = visit("/map", color_scheme=scheme)
        bubble = page.locator("td.tone-very-low .bubble .area").first
        seen.add(bubble.evaluate("each => getComputedStyle(each).fill"))
        expect(page.locator("td.tone-very-low .grade").first).to_contain_text("Very low")
    assert len(seen) == 2


def test_on_paper_the_whole_map_stands_there(visit: Callable[..., Page]) -> None:
    page = visit(MAP)
    page.emulate_media(media="print")
    region = page.locator(".map-scroll")
    assert region.evaluate("each => getComputedStyle(each).overflowX") == "visible"
    wide, inside = region.evaluate("each => [each.clientWidth, each.scrollWidth]")
    assert inside <= wide
    assert page.locator(".map thead th").first.evaluate("each => getComputedStyle(each).position") == "static"
    expect(page.locator(".evidence-map .narrowing")).to_be_hidden()

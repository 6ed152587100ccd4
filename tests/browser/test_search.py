"""Searching by mouse: what one types is found with grade and caveats, narrowed, paged, and come back to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

EXAMPLES = ("joint function", "opioid receptors", "liver")


def ids(page: Page) -> list[int]:
    """The statements of the cards on the page, in their order."""
    return [int(each.get_attribute("data-statement") or 0) for each in page.locator("article.card").all()]


def count(page: Page) -> Locator:
    """The line that says how many statements were found."""
    return page.get_by_role("status")


@pytest.mark.parametrize("words", EXAMPLES)
def test_typing_shows_the_statements_with_grade_and_warnings_in_full(
    visit: Callable[..., Page], told: Callable[[str], Any], words: str
) -> None:
    found = told(f"/search.json?q={words.replace(' ', '+')}")
    page = visit("/search")
    page.locator("#q").press_sequentially(words)
    expect(page).to_have_url(re.compile(rf"\?q={words.replace(' ', '(%20|[+])')}$"))
    expect(count(page)).to_have_text(re.compile(rf"^{found['total']} statements?\b"))
    assert found["statements"]
    assert ids(page) == [each["id"] for each in found["statements"]]
    for statement in found["statements"]:
        card = page.locator(f"#s{statement['id']}")
        expect(card.get_by_role("heading")).to_have_text(statement["text"])
        expect(card.locator(".grade-line .level")).to_have_text(
            f"{statement['grade']['symbol']} {statement['grade']['label']}"
        )
        expect(card.locator(".grade-line .level .symbol")).to_be_visible()
        shown = " ".join(card.inner_text().split())
        for caveat in statement["caveats"]:
            if caveat["severity"] == "warning":
                assert " ".join(caveat["text"].split()) in shown


@pytest.mark.parametrize("words", EXAMPLES)
def test_every_card_shows_where_it_was_hit(visit: Callable[..., Page], words: str) -> None:
    page = visit(f"/search?q={words}")
    cards = page.locator("article.card").all()
    assert cards
    for card in cards:
        hits = [mark for mark in card.locator("mark").all() if mark.is_visible()]
        assert hits
        assert {each.inner_text().casefold() for each in hits} & set(words.split())


def test_a_word_that_stands_only_in_a_caveat_says_so(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=liver")
    first = page.locator("article.card").first
    expect(first.locator(".elsewhere")).to_contain_text("Matched in a caveat")
    expect(first.locator(".warnings [data-caveat=liver] mark").first).to_have_text("Liver")


def test_the_box_on_the_first_page_leads_to_the_results(visit: Callable[..., Page]) -> None:
    page = visit("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("joint function")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/search\?q=joint"))
    expect(page.locator("article.card")).to_have_count(1)


def test_results_follow_the_typing_while_the_box_keeps_the_cursor(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    box = page.locator("#q")
    # A screen reader announces changes inside an element that stays, not an element that is put in anew.
    line = count(page).element_handle()
    assert line is not None
    expect(count(page)).to_have_attribute("aria-live", "polite")
    box.press_sequentially("liver")
    expect(page).to_have_url(re.compile(r"\?q=liver$"))
    expect(count(page)).to_contain_text("33 statements")
    expect(box).to_be_focused()
    assert line.evaluate("line => line.isConnected && line.textContent").startswith("33 statements")
    page.keyboard.type(" zzzqqq")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(count(page)).to_have_text("0 statements")
    expect(box).to_have_value("liver zzzqqq")
    expect(box).to_be_focused()


def test_the_downloads_follow_the_typing(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    page.locator("#q").press_sequentially("liver")
    expect(page.locator("#formats").get_by_role("link", name="CSV")).to_have_attribute("href", "/search.csv?q=liver")


def test_typing_keeps_the_filters(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit("/search?type=safety")
    page.locator("#q").press_sequentially("liver")
    expect(page).to_have_url(re.compile(r"q=liver&type=safety$"))
    expect(count(page)).to_have_text(f"{told('/search.json?q=liver&type=safety')['total']} statements")


def test_going_back_from_a_statement_restores_what_was_typed(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    page.locator("#q").press_sequentially("joint function")
    expect(page.locator("article.card")).to_have_count(1)
    page.locator("article.card .claim a").click()
    expect(page).to_have_url(re.compile(r"/s/\d+$"))
    page.go_back()
    expect(page.locator("#q")).to_have_value("joint function")
    expect(page.locator("article.card")).to_have_count(1)
    expect(count(page)).to_have_text("1 statement")


def test_going_back_takes_a_filter_off_again(visit: Callable[..., Page]) -> None:
    page = visit("/search")
    page.locator("#q").press_sequentially("liver")
    expect(count(page)).to_contain_text("33 statements")
    page.locator("#lines-type .value", has_text="safety").click()
    expect(count(page)).to_have_text("2 statements")
    page.go_back()
    expect(count(page)).to_contain_text("33 statements")
    expect(page.locator("#q")).to_have_value("liver")


def test_the_count_beside_a_value_is_what_choosing_it_gives(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=liver&limit=5")
    sections = page.locator(".facets section").count()
    assert sections > 3
    for index in range(sections):
        value = page.locator(".facets section").nth(index).locator(".value").nth(1)
        if not value.count():
            continue
        promised = value.locator(".count").inner_text()
        value.click()
        expect(count(page)).to_have_text(re.compile(rf"^{promised} statements?\b"))
        expect(page.locator(".value.selected .count")).to_have_text(promised)
        page.locator(".chosen .choice").click()
        expect(page.locator(".chosen")).to_have_count(0)


def test_two_filters_narrow_together(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit("/search?q=liver")
    page.locator("#lines-grade .value", has_text="Very low").click()
    page.locator("#lines-direction .value", has_text="mixed").click()
    found = told("/search.json?q=liver&grade=grade:very-low&direction=mixed")
    assert 0 < found["total"] < 23
    expect(count(page)).to_have_text(f"{found['total']} statements")
    assert set(page.locator(".grade-line .level .word").all_inner_texts()) == {"Very low"}


def test_pages_show_every_statement_once(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit("/search?q=liver")
    expect(page.locator("article.card")).to_have_count(20)
    first = ids(page)
    page.get_by_role("link", name="Next").click()
    expect(count(page)).to_have_text("33 statements, page 2 of 2")
    expect(page.locator("article.card")).to_have_count(13)
    assert first + ids(page) == [each["id"] for each in told("/search.json?q=liver&limit=200")["statements"]]
    page.get_by_role("link", name="Previous").click()
    expect(count(page)).to_have_text("33 statements, page 1 of 2")
    assert ids(page) == first


def test_sorting_by_grade_puts_the_most_certain_first(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit("/search")
    page.locator(".order").get_by_role("link", name="Grade").click()
    expect(page.locator(".order [aria-current]")).to_have_text("Grade")
    assert page.locator(".grade-line .level .word").all_inner_texts()[:3] == ["Moderate", "Moderate", "Low"]


def test_where_nothing_is_found_an_offer_leads_on(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=zzzqqq+joint")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("link", name="zzzqqq OR joint").click()
    expect(page.locator("article.card")).to_have_count(1)

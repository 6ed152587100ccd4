"""From a search result to the statement, the article's own text and the cited work, by mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ARTICLE = "/a/kratom-autoimmune"


def test_a_click_on_a_statement_opens_its_page(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit("/search?q=symptom+relief+autoimmune")
    link = page.locator("article.card .claim a").first
    words = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile(r"/s/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_statement_shows_how_it_was_graded_and_where_it_was_said(
    visit: Callable[..., Page], told: Callable[[str], Any]
) -> None:
    statement = told("/s/4.json")
    page = visit("/s/4")
    profile = page.get_by_role("table", name=re.compile("GRADE profile"))
    expect(profile).to_be_visible()
    expect(profile.get_by_role("row", name=re.compile("^Indirectness"))).to_contain_text("−2")
    expect(profile.get_by_role("row", name=re.compile("^Result"))).to_contain_text(statement["grade"]["label"])
    assert "".join(page.locator(".sentence .emphasised").all_inner_texts()) == statement["quote"]
    expect(page.locator(".history li").first).to_contain_text("import by caveat")
    expect(page.locator(".history .hash code").first).to_be_visible()


def test_every_caveat_stands_open_on_the_statements_page(
    visit: Callable[..., Page], told: Callable[[str], Any]
) -> None:
    page = visit("/s/4")
    shown = " ".join(page.locator("#main").inner_text().split())
    for caveat in told("/s/4.json")["caveats"]:
        assert " ".join(caveat["text"].split()) in shown


def test_the_link_to_the_article_arrives_at_the_passage(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=joint+function")
    page.locator("article.card .meta a", has_text="Kratom and autoimmune conditions").click()
    expect(page).to_have_url(re.compile(rf"{ARTICLE}#"))
    expect(page.locator(".chip:target")).to_have_attribute("data-statement", "25")
    expect(page.locator(".chip:target")).to_be_in_viewport()
    expect(page.locator(".passage:has(> .chip:target) > .words")).to_be_in_viewport()


def test_every_statement_of_the_article_can_be_reached_from_its_text(
    visit: Callable[..., Page], told: Callable[[str], Any]
) -> None:
    statements = told(f"{ARTICLE}.json")["statements"]
    page = visit(ARTICLE)
    assert len(statements) == 66
    links = page.locator(".chip > a.level:visible").evaluate_all(
        "all => all.map(link => [link.getAttribute('href'), link.querySelector('.word').textContent])"
    )
    assert sorted(links) == sorted([each["url"], each["grade"]["label"]] for each in statements)
    numbers = page.locator(".passage > .number:visible").evaluate_all("all => all.map(each => each.hash)")
    assert sorted(numbers) == sorted(f"#n{each['id']}" for each in statements)


def test_no_note_in_the_margin_covers_another_or_the_text(visit: Callable[..., Page]) -> None:
    page = visit(ARTICLE)
    boxes = page.locator(".chip").evaluate_all("chips => chips.map(chip => chip.getBoundingClientRect().toJSON())")
    text = page.locator(".paragraph").evaluate_all("all => Math.max(...all.map(p => p.getBoundingClientRect().right))")
    assert len(boxes) == 66
    assert all(box["left"] >= text for box in boxes)
    ends = sorted((box["top"], box["bottom"]) for box in boxes)
    assert all(above[1] <= below[0] + 1 for above, below in pairwise(ends))


def test_a_passages_caveats_open_beside_it(visit: Callable[..., Page], told: Callable[[str], Any]) -> None:
    page = visit(ARTICLE)
    chip = page.locator(".chip[data-statement='25']")
    expect(chip.locator("ul.caveats")).to_be_hidden()
    chip.locator("summary").click()
    shown = " ".join(chip.inner_text().split())
    for caveat in told("/s/25.json")["caveats"]:
        assert " ".join(caveat["text"].split()) in shown
    chip.locator(".claim a").click()
    expect(page).to_have_url(re.compile(r"/s/25$"))


def test_marked_text_is_coloured_by_its_grade(visit: Callable[..., Page]) -> None:
    page = visit(ARTICLE)
    colours = {
        tone: page.locator(f".passage .words.tone-{tone}").first.evaluate(
            "words => getComputedStyle(words).textDecorationColor"
        )
        for tone in ("moderate", "low", "very-low", "none", "neutral")
    }
    assert len(set(colours.values())) == len(colours)


def test_text_that_no_statement_covers_says_so(visit: Callable[..., Page]) -> None:
    page = visit(ARTICLE)
    expect(page.locator("[data-not-assessed]", has_text="Autoimmune conditions").first).to_contain_text("not assessed")


def test_a_statements_number_leads_to_its_note(visit: Callable[..., Page]) -> None:
    page = visit(ARTICLE)
    page.locator(".passage > .number[href='#n25']").click()
    expect(page.locator(".chip:target")).to_have_attribute("data-statement", "25")


def test_a_cited_work_shows_its_standing_and_what_rests_on_it(
    visit: Callable[..., Page], told: Callable[[str], Any]
) -> None:
    page = visit("/s/4")
    page.locator(".slot .reference").first.click()
    expect(page).to_have_url(re.compile(r"/c/8$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kratom and Pain Tolerance")
    expect(page.locator(".standing .tag")).to_have_text("no notice known")
    expect(page.get_by_role("link", name="PMID 32607084")).to_have_attribute(
        "href", "https://pubmed.ncbi.nlm.nih.gov/32607084/"
    )
    expect(page.locator("article.card[data-statement='4']")).to_be_visible()


def test_a_grade_leads_to_its_meaning(visit: Callable[..., Page]) -> None:
    page = visit("/s/4")
    page.locator("header .grade-line .level").click()
    expect(page).to_have_url(re.compile(r"/legend#grade:very-low$"))
    expect(page.locator("tr:target")).to_contain_text("very little confidence")
    expect(page.locator("tr:target")).to_be_in_viewport()

"""Curation by keyboard alone on a phone: words picked, published, cited, graded; a conflict; all of it by axe-core."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import kb
from tests.browser.test_accounts import OWN, type_into
from tests.browser.test_every_page import violations
from tests.browser.test_imports import press, whole

pytestmark = pytest.mark.browser

TEXT = "Oolong eases headaches 🍵 in most people. Oolong is a tea."
NUMBER = count(1)
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def article(server: str, folder: Path, pytestconfig: pytest.Config) -> str:
    """The address of an article of two drafts, of which nothing is published."""
    path = folder / "oolong.txt"
    path.write_text(TEXT, encoding="utf-8")
    words, options = kb(folder / "home", pytestconfig.rootpath, "import", str(path), "--as", "article")
    subprocess.run([*words, "--title", "Oolong"], check=True, capture_output=True, **options)
    return "/a/oolong"


@pytest.fixture
def enter(visit: Enter, account: Callable[..., str]) -> Enter:
    """A browser in which somebody new is signed in who curates and rates."""

    def opens(**options: Any) -> Page:
        name = f"Curator {next(NUMBER)}"
        secret = account(name, "curator", "rater")
        page = visit("/sign-in", **options)
        type_into(page, name=name, password=secret)
        type_into(page, old=secret, new=OWN, again=OWN)
        expect(page.get_by_role("status")).to_contain_text("Your password is changed")
        return page

    return opens


def published(page: Page, article: str) -> str:
    """The address of a new statement, made of the article's last words."""
    page.goto(article)
    type_into(page, words="is a tea")
    page.locator("#new-reason").focus()
    page.keyboard.type("for a test")
    press(page, "Publish at once")
    expect(page.get_by_role("status")).to_contain_text("it is not graded yet")
    return "/s/" + page.url.rpartition("/")[2]


def test_words_are_picked_published_cited_and_graded_by_keyboard_on_a_phone(
    enter: Enter, article: str, phone: dict[str, Any]
) -> None:
    page = enter(**phone)
    page.goto(article)
    page.locator("#article-text").focus()
    # The first word, then to the fourth, which the symbol follows, and the one behind it.
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".picked-bar")).to_contain_text("5 words: “eases headaches 🍵 in most”")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#new-text")).to_be_focused()
    assert page.locator("#span").input_value() == "7-32"
    page.keyboard.type("Oolong eases headaches.")
    page.locator("#new-type").select_option("efficacy")
    type_into(page, **{"new-reason": "a claim of its own"})
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft")
    draft = page.locator("article.draft").filter(has_text="M7-32")
    expect(draft.get_by_label("What it claims, one claim a line")).to_have_value("Oolong eases headaches.")
    draft.get_by_role("button", name="Publish").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Published")
    page.locator(".chip .level").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Edit it").focus()
    page.keyboard.press("Enter")

    page.locator("#slot-1 summary").focus()
    page.keyboard.press("Enter")
    page.locator("#work-1").focus()
    page.keyboard.type("https://doi.org/10.1002/hup.2805")
    expect(page.locator("#works-1")).to_contain_text("This is the one you typed.")
    page.locator("#stance-1").select_option("supports")
    page.locator("#slot-1-reason").focus()
    page.keyboard.type("read")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Slot 1 is saved.")
    # The address leads to the slots, far down the page.
    expect(page.locator(".said form.undo button")).to_be_in_viewport()

    for part, words in (("intervention", "oolong"), ("outcome", "headaches")):
        page.locator(f"#words-{part}").focus()
        page.keyboard.type(words)
    type_into(page, **{"words-reason": "to compare it"})
    expect(page.get_by_role("status")).to_contain_text("is saved")
    page.get_by_role("link", name="Grade it").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=direction][value=supports]").focus()
    page.keyboard.press("Space")
    page.locator("details.parts summary").focus()
    page.keyboard.press("Enter")
    page.locator("#start").select_option("high")
    page.locator("#step_imprecision").select_option("-2")
    page.locator("#reason_imprecision").focus()
    page.keyboard.type("few people")
    worked = page.locator("#worked")
    expect(worked).to_contain_text("few people")
    expect(worked.get_by_role("row", name="Result of the steps")).to_contain_text("Low")
    assert violations(page) == []
    page.locator("input[name=level][value=low]").focus()
    page.keyboard.press("Space")
    page.locator("#reason").focus()
    page.keyboard.type("two small trials")
    press(page, "Record the grade")
    expect(page.get_by_role("status")).to_contain_text("The grade is saved: Low.")
    expect(page.locator(".grade-line .level").first).to_contain_text("Low")


def test_two_who_edit_at_once_see_both_versions_and_lose_nothing(enter: Enter, article: str) -> None:
    mine = enter()
    address = published(mine, article)
    his = mine.context.new_page()
    for page in (mine, his):
        page.goto(f"{address}/edit")
    his.locator("#text").fill("Oolong is his tea.")
    type_into(his, **{"words-reason": "his"})
    expect(his.get_by_role("status")).to_contain_text("is saved")
    mine.locator("#text").fill("Oolong is my tea.")
    type_into(mine, **{"words-topics": "tea", "words-reason": "mine"})
    expect(mine.get_by_role("alert")).to_contain_text("was changed meanwhile")
    conflict = mine.get_by_role("region", name="What is stored now")
    expect(conflict.locator("article.card .claim")).to_have_text("Oolong is his tea.")
    expect(mine.locator("#stored-text")).to_contain_text("Oolong is his tea.")
    expect(mine.locator("#text")).to_have_value("Oolong is my tea.")
    assert whole(mine) == []
    mine.locator("#words-reason").focus()
    mine.keyboard.press("Enter")
    expect(mine.get_by_role("status")).to_contain_text("is saved")
    expect(mine.get_by_role("heading", level=1)).to_have_text("Oolong is my tea.")


def test_words_are_selected_by_mouse_and_what_stands_between_is_left_out(enter: Enter) -> None:
    page = enter()
    page.goto("/a/kratom-autoimmune")
    runs = page.locator("#article-text .words")
    first, second = runs.nth(0).bounding_box(), runs.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    page.mouse.move(first["x"] + 1, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(second["x"] + second["width"] - 1, second["y"] + second["height"] - 8, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Make a statement of these words").click()
    words, span = page.locator("#words").input_value(), page.locator("#span").input_value()
    start, _, end = span.partition("-")
    assert len(words) == int(end) - int(start)
    assert words.startswith(runs.nth(0).inner_text()[:10])
    assert "Not gradable" not in words
    # Typed over, they stand wherever they are found.
    page.locator("#words").focus()
    page.keyboard.type("x")
    assert page.locator("#span").input_value() == ""


def test_axe_finds_nothing_where_statements_are_edited_graded_and_merged(enter: Enter, article: str) -> None:
    page = enter()
    for path in ("/s/4/edit", "/s/4/grade?from=current", "/merge?id=4&id=9", article):
        page.goto(path)
        assert whole(page) == [], path
    page.goto("/s/4/edit")
    page.locator("#slot-new summary").click()
    page.locator("#work-new").fill("10.5555/nobody")
    expect(page.locator("#works-new")).to_contain_text("is known here")
    assert whole(page) == []

"""A curator's work by keyboard alone: the queue, reviews and their undoing, flags, a caveat for all of a search."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import kb
from tests.browser.test_accounts import OWN, type_into
from tests.browser.test_every_page import violations
from tests.browser.test_imports import whole
from tests.browser.test_keyboard import tab_to

pytestmark = pytest.mark.browser

NUMBER = count(1)
YESTERDAY = str(datetime.now(UTC).date() - timedelta(days=1))
Enter = Callable[..., Page]


@pytest.fixture
def enter(visit: Enter, account: Callable[..., str]) -> Enter:
    """`enter("/queue")` is a page for a new curator who is signed in; roles and options can be given."""

    def opens(path: str, *roles: str, **options: Any) -> Page:
        name = f"Worker {next(NUMBER)}"
        secret = account(name, *(roles or ("curator",)))
        page = visit("/sign-in", **options)
        type_into(page, name=name, password=secret)
        expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
        type_into(page, old=secret, new=OWN, again=OWN)
        expect(page.get_by_role("status")).to_contain_text("Your password is changed")
        page.goto(path)
        return page

    return opens


@pytest.fixture
def late(server: str, folder: Path, tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[list[int]]:
    """Two overdue statements about quaggas, of this test alone: they are withdrawn at its end."""

    def run(*words: str) -> str:
        command, options = kb(folder / "home", pytestconfig.rootpath, *words)
        return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout

    number = next(NUMBER)
    rows = [
        {"origin": f"work {number}", "key": key, "text": f"Quagga{number} {key} calms.", "type": "efficacy"}
        | {"review_due": YESTERDAY}
        for key in ("A", "B")
    ]
    (tmp_path / "late.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run("import", str(tmp_path / "late.jsonl"), "--json")
    found = json.loads(run("search", f"quagga{number}", "--json"))["statements"]
    ids = sorted(each["id"] for each in found)
    assert len(ids) == 2
    yield ids
    for id_ in ids:
        run("withdraw", str(id_), "--reason", "the test is over")


def status(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def focused(page: Page) -> str | None:
    """The number of the statement that has the focus."""
    found: str | None = page.evaluate("() => document.activeElement.dataset.statement || null")
    return found


def test_from_the_queue_to_a_review_and_back_by_keys_alone(enter: Enter, late: list[int]) -> None:
    page = enter("/queue")
    tab_to(page, "main a[href='/queue/overdue']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overdue reviews")
    page.keyboard.press("j")
    assert focused(page) == str(late[0])
    page.keyboard.press("j")
    assert focused(page) == str(late[1])
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text(f"Statement {late[0]} is reviewed, and due again on")
    expect(page.locator(f"#s{late[0]}")).to_have_count(0)
    # The next of the list has taken its place, and the focus.
    expect(page.locator(f"#s{late[1]}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_have_text(f"Undone: statement {late[0]}.")
    expect(page.locator(f"#s{late[0]}")).to_have_count(1)
    page.goto(f"/s/{late[0]}")
    expect(page.locator("#history")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("undone: reviewed, nothing changed")


def test_a_flag_is_raised_and_resolved_by_keys_on_a_phone(enter: Enter, late: list[int], phone: dict[str, Any]) -> None:
    page = enter(f"/search?q={late[0]}", **phone)
    page.goto("/queue/overdue")
    page.keyboard.press("j")
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile(rf"/s/{late[0]}#comment$"))
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.type("Are there juries of quaggas?")
    expect(page.locator("#comment")).to_have_value("Are there juries of quaggas?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is raised; a curator will look at it.")
    assert whole(page) == []
    page.goto("/queue/flags")
    assert whole(page) == []
    tab_to(page, ".resolve input[name='reason']")
    page.keyboard.type("There are none.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is resolved.")
    expect(page.locator("main")).to_contain_text("Nothing waits here.")
    page.goto(f"/s/{late[0]}")
    expect(page.locator("#flags")).to_contain_text("1 resolved")


def test_a_caveat_reaches_all_of_a_search_after_a_look_and_is_taken_back(enter: Enter, late: list[int]) -> None:
    page = enter(f"/s/{late[0]}")
    word = page.get_by_role("heading", level=1).inner_text().split()[0]
    page.goto(f"/search?q={word}")
    tab_to(page, "a[href^='/search/caveat']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A caveat for all of a search")
    page.locator("#code").focus()
    page.keyboard.type("liver")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It would change 2 statements")).to_be_visible()
    expect(page.locator("article.card")).to_have_count(2)
    assert whole(page) == []
    page.locator("#reason").focus()
    page.keyboard.type("Quaggas were never studied.")
    page.keyboard.press("Enter")
    expect(page.locator(".said p")).to_contain_text("The caveat “liver” is attached to 2 statements")
    expect(page.locator("article.card [data-caveat='liver']")).to_have_count(2)
    tab_to(page, ".said form.undo button")
    page.keyboard.press("Enter")
    expect(page.locator(".said p")).to_contain_text("2 records as before")
    expect(page.locator("article.card")).to_have_count(2)
    expect(page.locator("article.card [data-caveat='liver']")).to_have_count(0)


def test_letters_are_listed_switched_off_and_never_taken_from_who_types(enter: Enter, late: list[int]) -> None:
    page = enter("/queue/overdue", "curator", "rater")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for key in ("j", "k", "e", "f", "r", "u"):
        expect(dialog.locator("kbd", has_text=re.compile(rf"^{key}$"))).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("j")
    assert focused(page) is None, "the list of keys is open"
    page.locator("#letters").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused(page) is None
    page.reload()
    page.keyboard.press("j")
    assert focused(page) is None, "it is remembered"
    page.keyboard.press("?")
    page.locator("#letters").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused(page) == str(late[0])
    page.keyboard.press("/")
    page.keyboard.type("jkefru")
    expect(page.locator("#q")).to_have_value("jkefru")
    expect(page).to_have_url(re.compile("/queue/overdue$"))


def test_readers_have_no_letters_and_raters_none_for_curators(visit: Enter, enter: Enter) -> None:
    page = visit("/s/4")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").locator("kbd", has_text=re.compile("^[jkefru]$"))).to_have_count(0)
    page = enter("/s/4", "rater")
    page.keyboard.press("e")
    page.keyboard.press("r")
    page.keyboard.press("f")
    expect(page.locator("#comment")).to_be_focused()
    expect(page).to_have_url(re.compile("/s/4$"))


def test_all_of_it_works_without_scripts(enter: Enter, late: list[int]) -> None:
    page = enter("/queue/overdue", java_script_enabled=False)
    page.locator(f".task:has(#s{late[0]})").get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text(f"Statement {late[0]} is reviewed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_have_text(f"Undone: statement {late[0]}.")


def test_axe_finds_nothing_on_any_list_in_light_dark_or_narrow(enter: Enter, late: list[int]) -> None:
    page = enter("/queue")
    for path in ("/queue", "/queue/overdue", "/queue/drafts", "/queue/empty-slots?limit=5", "/queue/same-question"):
        page.goto(path)
        assert whole(page) == [], path
    page.goto("/history?limit=20")
    assert whole(page) == []
    page.goto(f"/s/{late[0]}")
    expect(page.locator("#work")).to_be_visible()
    assert whole(page) == []

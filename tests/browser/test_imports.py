"""A whole import by keyboard in the real browser; its pages in the dark, on a phone, without scripts, by axe-core."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accounts import OWN, type_into
from tests.browser.test_every_page import violations
from web.uploads import Uploads

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]


def rows(origin: str, *more: str) -> bytes:
    """Two statements, and rows that are none."""
    made = ({"origin": origin, "key": key, "text": f"{origin} {key} helps.", "type": "safety"} for key in ("A", "B"))
    return "\n".join([*map(json.dumps, made), *more, ""]).encode()


@pytest.fixture
def enter(visit: Enter, account: Callable[..., str]) -> Enter:
    """The page of imports, for a new curator who is signed in."""

    def opens(name: str, **options: Any) -> Page:
        secret = account(name, "curator")
        page = visit("/sign-in", **options)
        type_into(page, name=name, password=secret)
        expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
        type_into(page, old=secret, new=OWN, again=OWN)
        expect(page.get_by_role("status")).to_contain_text("Your password is changed")
        page.goto("/imports")
        return page

    return opens


def send(page: Page, content: bytes, name: str) -> None:
    """Choose a file, as the system's own dialogue does, and send it by keyboard."""
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    press(page, "See what it would change")
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def whole(page: Page) -> list[str]:
    """What is wrong with the page as it stands, all of it opened, in light and in the dark, wide and narrow."""
    page.evaluate("() => document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    found = violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += violations(page, "color-contrast", "link-in-text-block")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 360, "height": 800})
    if not fits(page):
        found.append("scrolls sideways")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")
    return found


def refreshed(page: Page, heading: str) -> None:
    """Follow the link that stands on the page while a file is worked on, until it is done."""
    done, again = page.get_by_role("heading", name=heading), page.get_by_role("link", name="Refresh")
    while not done.count():
        expect(done.or_(again)).to_be_visible()
        if again.count():
            again.click()


def test_a_whole_import_by_keyboard_and_back(enter: Enter) -> None:
    page = enter("I. Mporter", reduced_motion="reduce")
    assert whole(page) == []
    page.goto("/imports")
    send(page, rows("okapi", '{"key": "C"}', '{"key": '), "okapis.jsonl")
    expect(page.locator("#told")).to_have_text("The file is checked, not imported.")
    expect(page.get_by_role("heading", name="What an import would do")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="draft, ungraded, not published").first).to_be_visible()
    assert whole(page) == []
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    type_into(page, reason="okapis are wanted")
    expect(page.get_by_role("heading", name="Done: this is batch")).to_be_visible()
    expect(page.locator("#told")).to_contain_text("The file is imported, batch")
    assert whole(page) == []
    page.get_by_role("link", name="Undo it").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/imports#batch-[0-9]+$"))
    batch = page.url.rpartition("#batch-")[2]
    page.locator(f"#batch-{batch} summary").focus()
    page.keyboard.press("Enter")
    page.locator(f"#reason-{batch}").focus()
    page.keyboard.type("no okapis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"Batch {batch} is undone: 2 statements hidden")
    expect(page.locator(f"#batch-{batch}")).to_contain_text("undone")


def test_a_guess_and_a_refusal_are_whole_pages_too(enter: Enter) -> None:
    page = enter("G. Uesser", reduced_motion="reduce")
    send(page, b"no,claim,certainty\nA1,Okapi tea helps sleep.,low\nA2,Okapi tea harms.,very low\n", "table.csv")
    expect(page.get_by_role("heading", name="What do these columns mean?")).to_be_visible()
    assert "claim" in page.locator("#own").input_value()
    assert whole(page) == []
    press(page, "Check")
    expect(page.get_by_role("heading", name="What an import would do")).to_be_visible()
    press(page, "Discard the file")
    expect(page.get_by_role("status")).to_contain_text("Discarded: table.csv.")
    send(page, b"\xff\xfe\xfa", "torn.jsonl")
    expect(page.get_by_role("alert")).to_contain_text("Save it as UTF-8")
    assert whole(page) == []
    press(page, "Discard the file")


def test_the_page_follows_an_import_by_itself(enter: Enter, folder: Path) -> None:
    page = enter("F. Ollower", reduced_motion="reduce")
    send(page, rows("quagga"), "quaggas.jsonl")
    uploads = Uploads(folder / "home")
    upload = uploads.find(page.url.rpartition("/")[2], "F. Ollower")
    taken = uploads.take(upload)
    assert taken is not None
    before = upload.stage
    try:
        upload.stage, upload.rows = "importing", 1
        uploads.save(upload)
        page.reload()
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("link", name="Refresh")).to_be_visible()
        assert whole(page) == []
        upload.rows = 1234
        uploads.save(upload)
        expect(page.get_by_text("1,234 rows read")).to_be_visible()
        upload.stage = before
        uploads.save(upload)
    finally:
        os.close(taken)
    expect(page.get_by_role("heading", name="What an import would do")).to_be_visible()
    expect(page.locator("#told")).to_have_text("The file is checked, not imported.")
    press(page, "Discard the file")


def test_without_scripts_on_a_phone(enter: Enter, phone: dict[str, Any]) -> None:
    page = enter("P. Honer", java_script_enabled=False, **phone)
    send(page, rows("dodo"), "dodos.jsonl")
    refreshed(page, "What an import would do")
    press(page, "Import")
    refreshed(page, "Done: this is batch")
    page.get_by_role("link", name="Undo it").click()
    section = page.locator(f"#{page.url.rpartition('#')[2]}")
    section.locator("summary").click()
    section.get_by_label("Why").fill("no dodos")
    section.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("is undone")


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(enter: Enter) -> None:
    page = enter("L. Arge")
    page.locator("#file").evaluate("each => { each.dataset.most = 3; }")
    page.locator("#file").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"four"})
    press(page, "See what it would change")
    assert "larger than is taken" in page.locator("#file").evaluate("each => each.validationMessage")
    page.locator("#file").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"no"})
    assert page.locator("#file").evaluate("each => each.validationMessage") == ""
    expect(page).to_have_url(re.compile("/imports$"))

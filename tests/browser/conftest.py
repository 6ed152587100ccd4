"""A real Chromium in front of a real `kb serve`: every page a test opens is watched, and must not complain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

# Chromium runs as root in a container here, and speaks to nobody but the pages under test.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# One address of every kind of page; `/s/4` has a GRADE profile, a filled slot and a place in the article.
PAGES = {
    "home": "/",
    "search": "/search?q=liver&limit=5",
    "nothing found": "/search?q=zzzqqq+joint",
    "statement": "/s/4",
    "statement on a day": f"/s/4?as_of={datetime.now(UTC).date()}",
    "changes of a statement": "/s/4/changes",
    "map": "/map?rows=intervention&columns=outcome",
    "article": "/a/kratom-autoimmune",
    "citation": "/c/1",
    "legend": "/legend",
    "error": "/s/99999",
    "sign in": "/sign-in",
    "person": "/person/caveat",
    "audit": "/audit",
    "audit rule": "/audit/W01",
    "audit of a statement": "/s/5/audit",
    "what if": "/s/5/what-if",
    "agreement": "/audit/agreement",
    "waivers": "/audit/waivers",
    "history": "/history",
    "read API": "/api/docs",
}


def kb(home: Path, root: Path, *arguments: str) -> tuple[list[str], dict[str, Any]]:
    """How to start the command `kb` on the store in `home`: its words, and the options of subprocess."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return [sys.executable, "-m", "web.cli", *arguments], {"env": environ | {"KB_HOME": str(home)}, "cwd": root}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its home and its log."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def account(server: str, folder: Path, pytestconfig: pytest.Config) -> Callable[..., str]:
    """`account("A. Dmin", "admin")` is a password for the first sign-in of somebody new."""

    def add(name: str, *roles: str) -> str:
        given = [word for role in roles for word in ("--role", role)]
        words, options = kb(folder / "home", pytestconfig.rootpath, "user", "add", name, *given)
        return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout.strip()

    return add


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config, folder: Path) -> Iterator[str]:
    """The address of Caveat with its own data, served as `make run` does; a complaint in its log fails the tests."""
    words, options = kb(folder / "home", pytestconfig.rootpath, "init", "--demo")
    subprocess.run(words, check=True, capture_output=True, **options)
    words, options = kb(folder / "home", pytestconfig.rootpath, "serve", "--port", "0")
    log = folder / "log"
    with (
        log.open("w") as complaints,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=complaints, text=True, **options) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.readline()
        try:
            assert said.startswith("Caveat is at "), log.read_text()
            yield said.split()[3]
            assert [line for line in log.read_text().splitlines() if json.loads(line)["level"] != "INFO"] == []
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, which drives the browser."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(require: Callable[..., str], playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=require("chromium", "chromium-browser"), args=FLAGS)
    yield browser
    browser.close()


class Watch:
    """What a browser complains about, and every request that goes anywhere but to the server."""

    def __init__(self, server: str) -> None:
        self.host = urlsplit(server).netloc
        self.troubles: list[str] = []
        self.meant: str | None = None
        """What a test provokes: a complaint in which this is written is no trouble, however late it comes."""

    def over(self, context: BrowserContext) -> None:
        """Look after every page of the context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is not there is an error to the console too: the test that opened it looks at the status.
        opened = message.page is not None and message.location.get("url") == message.page.url
        if self.meant is not None and self.meant in message.text:
            return
        if message.type in {"error", "warning"} and not (opened and message.text.startswith("Failed to load resource")):
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc != self.host:
            self.troubles.append(f"elsewhere: {request.url}")


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """Fails the test at its end if the browser complained, or asked another host for anything."""
    watching = Watch(server)
    yield watching
    assert watching.troubles == []


@pytest.fixture
def visit(server: str, chromium: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens the page at a path, in a browser that remembers nothing of the others.

    Keywords are the options of Playwright's browser contexts: viewport, color_scheme and the like.
    """
    contexts: list[BrowserContext] = []

    def opens(path: str = "/", **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "base_url": server} | options
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        watch.over(context)
        page = context.new_page()
        page.goto(path)
        # Chromium gives the box its focus when it first paints, which can be a moment after the page has loaded:
        # keys that a test presses before then would go nowhere.
        if page.locator("[autofocus]").count():
            expect(page.locator("[autofocus]")).to_be_focused()
        return page

    yield opens
    for context in contexts:
        context.close()


@pytest.fixture(params=[pytest.param(path, id=name.replace(" ", "-")) for name, path in PAGES.items()])
def address(request: pytest.FixtureRequest) -> str:
    """One page after the other: a test that asks for it runs once on every kind of page."""
    return str(request.param)


@pytest.fixture(scope="session")
def phone() -> dict[str, Any]:
    """The options of a phone's browser: 390 pixels wide, touched."""
    return PHONE


@pytest.fixture(scope="session")
def told(server: str) -> Callable[[str], Any]:
    """What the server says at an address of JSON, which the pages are compared with; nothing changes meanwhile."""

    @cache
    def tells(path: str) -> Any:
        with urlopen(f"{server}{path}") as answer:
            return json.load(answer)

    return tells

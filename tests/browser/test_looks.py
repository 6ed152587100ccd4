"""Dark, on paper and without motion: nothing is lost, and what is asked for happens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HIDDEN_CAVEATS = """() => [...document.querySelectorAll("[data-caveat], [data-caveat] > p, .slot")]
    .filter(each => !each.checkVisibility({visibilityProperty: true, opacityProperty: true})
        || each.getBoundingClientRect().height < 8)
    .map(each => each.textContent.trim())"""
MOVING = """() => [...document.querySelectorAll("*")].filter(each => {
        const style = getComputedStyle(each);
        const lasts = times => times.split(",").some(time => parseFloat(time) > 0.01);
        return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration));
    }).map(each => each.outerHTML.slice(0, 80))"""


def brightness(page: Page, selector: str, name: str) -> float:
    """How bright a colour is, 0 to 255."""
    colour = page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name)
    red, green, blue = (int(each) for each in re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.59 * green + 0.11 * blue


def test_dark_is_light_on_dark_and_light_the_other_way_round(visit: Callable[..., Page], address: str) -> None:
    # Links fade from one colour to the other, but not where motion is unwanted.
    page = visit(address, reduced_motion="reduce")
    for scheme, dark in ("light", False), ("dark", True):
        page.emulate_media(color_scheme=scheme)
        paper, ink = brightness(page, "body", "backgroundColor"), brightness(page, "h1", "color")
        assert (paper < 60) == dark
        assert (ink > 180) == dark
        assert (brightness(page, "footer a", "color") > 120) == dark


@pytest.mark.parametrize("path", ["/search?q=liver", "/s/4", "/a/kratom-autoimmune", "/c/1"])
def test_paper_has_every_caveat_and_citation_unfolded(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    assert page.evaluate(HIDDEN_CAVEATS) or path == "/s/4"
    page.emulate_media(media="print")
    assert page.evaluate(HIDDEN_CAVEATS) == []


def test_paper_has_the_words_searched_for_but_nothing_to_press(visit: Callable[..., Page]) -> None:
    page = visit("/search?q=liver")
    page.emulate_media(media="print")
    assert page.locator("#q").is_visible()
    assert not page.locator("button:visible, .facets:visible, .pages:visible, header.top:visible").count()


def test_nothing_moves_where_motion_is_unwanted(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, reduced_motion="reduce")
    assert page.evaluate(MOVING) == []

"""`/a/SLUG/statements`: a curator makes a statement of words of the article, picked in its text or pasted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from kb.claims import Claim, topics_of
from kb.curate import By
from kb.errors import CaveatError, InputError
from kb.picked import Place, add, places
from kb.proposed import proposal
from web.pages.article import Picked, article_page
from web.pages.signing import seen_other
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("pick", __name__)


@blueprint.post("/a/<slug>/statements")
def send(slug: str) -> Response:
    """Add the statement, as a draft or published; where the words stand several times, ask which place is meant."""
    here, form = serving(), request.form
    published, words = form.get("act") == "publish", form.get("words", "").strip()
    found: list[Place] = []
    try:
        by = By(visitor().name, form.get("reason", "").strip(), now())
        with here.store.writing() as session:
            span = _span(form) or _only(session, slug, words, found)
            made = add(session, slug, span, words, _claim(form, words), by, published)
    except CaveatError as error:
        return article_page(slug, picked=Picked(error, form, found))
    here.catch_up()
    if published:
        saved(f"Saved and published as statement {made}; it is not graded yet.")
        return seen_other(f"/s/{made}")
    saved("Saved as a draft; it stands below.")
    return seen_other(f"/a/{slug}?after={made - 1}#drafts")


def _span(form: Mapping[str, str]) -> tuple[int, int] | None:
    """The place that was picked in the text, or chosen among several: `120-180`; None where only words were sent."""
    start, _, end = form.get("span", "").partition("-")
    return (int(start), int(end)) if _is_number(start) and _is_number(end) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _only(session: Any, slug: str, words: str, found: list[Place]) -> tuple[int, int]:
    """The one place where the words stand. Raises InputError where there are several, which `found` then holds."""
    here = places(session, slug, words, serving().today())
    if len(here) > 1:
        found += here
        raise InputError(
            f"These words stand there {len(here)} times.", place="words", cure="Choose the place you mean."
        )
    return here[0].start, here[0].end


def _claim(form: Mapping[str, str], words: str) -> Claim:
    """What the form says, and what the words speak for where it says nothing."""
    text = " ".join(form.get("text", "").split()) or " ".join(words.split())
    type_ = form.get("type") or proposal(text).likely.type
    return Claim.written(text, type_, topics_of(form.get("topics", "")))

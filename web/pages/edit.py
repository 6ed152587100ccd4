"""`/s/ID/edit`: a curator edits, splits and withdraws one statement; its slots and caveats have files of their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from kb import curate
from kb.claims import QUESTION, Claim, edit, topics_of
from kb.curate import By
from kb.graded import read
from kb.succession import Seen, succeed
from web.editing import Done, changed, edit_page
from web.pages.statement import ID
from web.serving import serving

blueprint = Blueprint("edit", __name__)


@blueprint.get(f"/s/{ID}/edit")
def page(id_: int) -> Response:
    """The statement with its forms; `text` are words that another page offers, not saved before somebody does."""
    return edit_page(id_)


@blueprint.post(f"/s/{ID}/edit")
def words(id_: int) -> Response:
    """Change what it claims; where its grade was given to other words, `same` says whether it still holds."""

    def do(session: Any, by: By, version: int) -> Done:
        form = request.form
        claim = claim_sent(form.get("text", ""))
        graded = any(each.judged is not None for each in read(session, [id_], serving().today()))
        if graded and form.get("same") == "no":
            (made,) = succeed(session, Seen(id_, version), [claim], by)
            told = f"Saved as statement {made.id}, ungraded, in the place of statement {id_}, which keeps its grade."
            return told + kept_words(made.kept), f"/s/{made.id}"
        edited = edit(session, id_, claim, by, version, grade_stands=form.get("same") == "yes")
        return f"Statement {id_} is saved.{kept_words(edited.kept)}", f"/s/{id_}"

    return changed(id_, "words", do)


@blueprint.post(f"/s/{ID}/edit/split")
def split(id_: int) -> Response:
    """Let several statements take its place, one for each line."""

    def do(session: Any, by: By, version: int) -> Done:
        (statement,) = read(session, [id_], serving().today()) or (None,)
        lines = [line for line in request.form.get("text", "").splitlines() if line.strip()]
        stated = {name: getattr(statement, name, None) or "" for name in QUESTION}
        topics = statement.topics if statement is not None else ()
        type_ = statement.type if statement is not None else ""
        made = succeed(
            session, Seen(id_, version), [Claim.written(line, type_, topics, **stated) for line in lines], by
        )
        numbers = ", ".join(str(each.id) for each in made)
        return f"Statement {id_} is split: {numbers} took its place. None of them is graded yet.", f"/s/{id_}"

    return changed(id_, "split", do)


@blueprint.post(f"/s/{ID}/edit/withdraw")
def withdraw(id_: int) -> Response:
    """Take the statement back; its page stays and says why."""

    def do(session: Any, by: By, version: int) -> Done:
        curate.withdraw(session, id_, by, version)
        return f"Statement {id_} is withdrawn; its page stays.", f"/s/{id_}"

    return changed(id_, "withdraw", do)


def claim_sent(text: str) -> Claim:
    """The claim that the fields of a form make, with these words."""
    form = request.form
    stated = {name: form.get(name, "") for name in QUESTION}
    return Claim.written(" ".join(text.splitlines()), form.get("type", ""), topics_of(form.get("topics", "")), **stated)


def kept_words(kept: tuple[str, ...]) -> str:
    """What became of caveats that no topic or article brings any more."""
    if not kept:
        return ""
    return f" Caveats that would have gone were attached to it: {', '.join(kept)}. Detach those that no longer apply."

"""The page on which a curator edits one statement: what stands in its forms, and how each of them is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from kb.claims import QUESTION, topics_text
from kb.curate import By
from kb.errors import CaveatError, Outdated
from kb.fitting import fitting
from kb.graded import GradedStatement, read
from kb.inherited import attachable, carried
from kb.meanings import CLAIM_TYPES, STANCES
from kb.quoted import quote_checked
from kb.reference import short_reference
from kb.render.html import card, standing
from web.answers import html_answer
from web.conflict import Typed, both_versions
from web.pages.signing import seen_other
from web.pages.statement import shown
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor
from web.works import Candidates, Unchosen

GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Refused:
    """What the form of one act sent that was not done: the error, or the works among which one is to be chosen."""

    act: str
    error: CaveatError | None = None
    slot: int | None = None
    works: Candidates | None = None


@dataclass(frozen=True, slots=True)
class SlotForm:
    """One slot with what stands in its form; `position` None is that of a new one. `told` is about its quotation."""

    position: int | None
    citation: str
    url: str
    told: str
    typed: Typed
    open: bool
    works: Candidates | None


# What is said of a change, and where to go on.
Done = tuple[str, str]


def changed(id_: int, act: str, do: Callable[[Any, By, int], Done], slot: int | None = None) -> Response:
    """Do what a form asks in one transaction, say so, and go on; or show the page again with what was typed."""
    here, form = serving(), request.form
    try:
        # A form that does not say which version it was made for was made for none.
        by, version = By(visitor().name, form.get("reason", "").strip(), now()), form.get("version", -1, type=int)
        with here.store.writing() as session:
            message, address = do(session, by, version)
    except CaveatError as error:
        found = error.found if isinstance(error, Unchosen) else None
        return edit_page(id_, Refused(act, error, slot, found))
    here.catch_up()
    saved(message)
    return seen_other(address)


def edit_page(id_: int, refused: Refused | None = None) -> Response:
    """The page, again with what a form sent where that was refused. Raises NotFound."""
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
        caveats, others = carried(session, statement), attachable(session, statement)
    error = refused.error if refused is not None else None
    act = refused.act if refused is not None else ""
    return html_answer(
        "edit.html",
        status=error.http_status if error is not None else 200,
        id=id_,
        card=card(statement),
        standing=standing(statement),
        state=statement.state,
        version=version_of(statement, error),
        grade=statement.grade if statement.judged is not None else None,
        fits=_fits(statement),
        words=typed_words(statement, act, error),
        suggested=bool(request.args.get("text")) and refused is None,
        slots=slot_forms(statement, refused),
        caveats=caveats,
        attachable=others,
        types=CLAIM_TYPES,
        stances=STANCES,
        parts=QUESTION,
        act=act,
        error=error,
        both=both_versions(error),
        sent=request.form,
    )


def version_of(statement: GradedStatement, error: CaveatError | None) -> int:
    """The version for which the forms are made: that which is shown, unless what was sent is to be mended first."""
    if error is None or isinstance(error, Outdated):
        return statement.version
    return request.form.get("version", statement.version, type=int)


def typed_words(statement: GradedStatement, act: str, error: CaveatError | None) -> Typed:
    """The fields of the words, the question and the topics; words that another page offers come in the address."""
    stored = {name: getattr(statement, name) or "" for name in ("text", "type", *QUESTION)}
    stored["topics"] = topics_text(statement.topics)
    sent = request.form if act == "words" else {"text": offered} if (offered := request.args.get("text")) else None
    return Typed(stored, sent, isinstance(error, Outdated) and act == "words")


def slot_forms(statement: GradedStatement, refused: Refused | None) -> list[SlotForm]:
    """A form for each slot, and the one of a new slot at the end."""
    forms = []
    known = {slot.position for slot in statement.slots}
    # What was typed for a slot that is gone stands in the form of a new one.
    sent_to = refused.slot if refused is not None and refused.act == "slot" and refused.slot in known else None
    for slot in (*statement.slots, None):
        position = slot.position if slot is not None else None
        here = refused is not None and refused.act == "slot" and sent_to == position
        names = ("stance", "quote", "locator", "note")
        stored = {name: getattr(slot, name) or "" for name in names} if slot is not None else {}
        outdated = refused is not None and isinstance(refused.error, Outdated)
        work = slot.citation if slot is not None else None
        forms.append(
            SlotForm(
                position,
                short_reference(work.csl) if work is not None else "",
                work.url if work is not None else "",
                quote_checked(slot.quote or "", work.csl) if slot is not None and work is not None else "",
                Typed(stored, request.form if here else None, here and outdated and slot is not None),
                here,
                refused.works if here and refused is not None else None,
            )
        )
    return forms


def _fits(statement: GradedStatement) -> dict[str, object] | None:
    """What the grade that stands allows the words to say; None where guidance 26 does not speak of it."""
    level = statement.grade.level
    found = fitting(statement, level.id, statement.grade.direction) if level.scale == GRADE else None
    return None if found is None else {"level": level, "found": found}

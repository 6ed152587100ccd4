"""`/s/ID/grade`: a rater grades a statement, the rubric beside the record, its profile worked out as it is filled in.

The arithmetic is that of `kb.grade`, asked of the server; the words are never changed here, a sentence is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from markupsafe import Markup

from kb import curate
from kb.audit.rules.c01_unsupported import unsupported
from kb.blind import Turn, turn
from kb.errors import CaveatError, InputError, Outdated
from kb.fitting import Fitting, fitting
from kb.grade import explain
from kb.graded import GradedStatement, read
from kb.render.html import card, worked_out
from kb.scales import Level, load_scales
from web.answers import html_answer
from web.conflict import both_versions
from web.editing import version_of
from web.judging import GRADE, RUBRIC, Judged, judged, profile_of, typed_of
from web.pages.signing import seen_other
from web.pages.statement import ID, shown
from web.saved import saved
from web.serving import serving
from web.signed_in import is_curator, now, visitor

blueprint = Blueprint("grade", __name__)


@dataclass(frozen=True, slots=True)
class Worked:
    """What the parts filled in so far lead to: the profile step by step, the level, and what may be said at it."""

    table: Markup
    level: Level | None
    fits: Fitting | None
    wrong: str = ""


@blueprint.get(f"/s/{ID}/grade")
def page(id_: int) -> Response:
    """The record, the rubric and the form; `from=current` fills in the grade that stands."""
    statement = _statement(id_)
    typed = typed_of(statement) if request.args.get("from") == "current" and statement.judged is not None else {}
    return _page(statement, typed)


@blueprint.get(f"/s/{ID}/grade/worked")
def worked(id_: int) -> Response:
    """What the form leads to as it stands, to be put beside it."""
    statement = _statement(id_)
    found = _worked(statement, request.args, _scale(statement))
    return html_answer("worked.html", worked=found, id=id_, curating=is_curator())


@blueprint.post(f"/s/{ID}/grade")
def send(id_: int) -> Response:
    """Record the grade; or, where the form asks for it, only work it out."""
    here, statement, form = serving(), _statement(id_), request.form
    if form.get("act") == "work":
        return _page(statement, form)
    try:
        sent = judged(form, _scale(statement), "first")
        by = curate.By(visitor().name, form.get("reason", "").strip(), now())
        if sent.differs and not form.get("confirmed"):
            return _page(statement, form, unconfirmed=sent)
        with here.store.writing() as session:
            curate.grade(session, id_, sent.judgement, by, form.get("version", -1, type=int))
    except CaveatError as error:
        return _page(_statement(id_), form, error)
    here.catch_up()
    level = load_scales().level(sent.judgement.scale, sent.judgement.level)
    saved(" ".join([f"The grade is saved: {level.label}.", *_doubts(id_)]))
    return seen_other(f"/s/{id_}")


def _statement(id_: int) -> GradedStatement:
    here = serving()
    with here.store.reading() as session:
        return shown(read(session, [id_], here.today()), id_)


def _scale(statement: GradedStatement) -> str:
    """The scale to judge on: the one that is asked for, else that of the grade that stands."""
    asked = request.values.get("scale", "")
    known = {each.id for each in load_scales()}
    return asked if asked in known else statement.grade.level.scale if statement.grade.level.scale in known else GRADE


def _doubts(id_: int) -> Iterator[str]:
    """What a rater is told after grading: where the words claim another certainty, and where no work carries it."""
    here = serving()
    with here.store.reading() as session:
        statement = shown(read(session, [id_], here.today()), id_)
        unborne = unsupported(session, id_, here.today())
    level = statement.grade.level
    found = fitting(statement, level.id, statement.grade.direction) if level.scale == GRADE else None
    if found is not None and found.misfit:
        yield f"{found.misfit} The page on which it is edited offers others."
    if unborne:
        yield unborne


def _worked(statement: GradedStatement, form: Mapping[str, str], scale: str) -> Worked:
    try:
        profile = profile_of(form) if scale == GRADE else None
    except InputError as error:
        return Worked(Markup(), None, None, f"{error.message} {error.cure}")
    explanation = explain(profile) if profile is not None else None
    reached = explanation.level if explanation is not None else None
    chosen = form.get("level", "")
    levels = {each.id: each for each in load_scales().get(scale).levels}
    level = levels.get(chosen) or levels.get(reached or "")
    fits = fitting(statement, level.id, form.get("direction", "not-stated")) if level and scale == GRADE else None
    table = worked_out(explanation, level) if explanation is not None and level is not None else Markup()
    return Worked(table, level, fits)


def _page(
    statement: GradedStatement,
    typed: Mapping[str, str],
    wrong: CaveatError | None = None,
    unconfirmed: Judged | None = None,
) -> Response:
    here, scale = serving(), _scale(statement)
    with here.store.reading() as session:
        whose = turn(session, statement.id, visitor().name)
    return html_answer(
        "grade.html",
        status=200 if wrong is None else wrong.http_status,
        body=card(statement),
        state=statement.state,
        standing=statement.grade if statement.judged is not None else None,
        blind=whose is Turn.OPEN,
        mine=whose is Turn.FIRST,
        scale=load_scales().get(scale),
        scales=list(load_scales()),
        version=version_of(statement, wrong),
        typed=typed,
        wrong=wrong,
        both=both_versions(wrong),
        outdated=isinstance(wrong, Outdated),
        unconfirmed=unconfirmed,
        worked=_worked(statement, typed, scale),
        id=statement.id,
        curating=is_curator(),
        **RUBRIC,
    )

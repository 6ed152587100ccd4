"""`/merge?id=4&id=9`: a curator looks at statements side by side and makes one of them; drafts too."""

from __future__ import annotations

from flask import Blueprint, Response, request
from markupsafe import Markup

from kb.claims import QUESTION, topics_text
from kb.curate import By
from kb.drafting import DraftStatement, read_drafts
from kb.errors import CaveatError, Conflict, InputError, NotFound, Outdated
from kb.graded import GradedStatement, read
from kb.meanings import CLAIM_TYPES
from kb.render.html import card, standing
from kb.succession import MOST_AT_ONCE, Seen, merge
from web.answers import html_answer
from web.conflict import Typed, both_versions
from web.pages.edit import claim_sent, kept_words
from web.pages.signing import seen_other
from web.saved import saved
from web.serving import serving
from web.signed_in import now, visitor

blueprint = Blueprint("merge", __name__)


class WordsOfAnother(InputError):
    """The form holds the words of one that is to be withdrawn, as they were filled in: nobody has chosen them."""


@blueprint.get("/merge")
def page() -> Response:
    """The statements that the address names, each whole, and the form that makes one of them."""
    return _page(_numbers(request.args.getlist("id")))


@blueprint.post("/merge")
def send() -> Response:
    """Merge them: one goes on, or a new one takes the place of all; the others are withdrawn and keep their pages."""
    here, form = serving(), request.form
    ids = _numbers(form.getlist("id"))
    try:
        kept, stands = form.get("keep", type=int), form.get("stands")
        if kept not in ids:
            raise InputError("Which one goes on was not said.", place="keep", cure="Choose one of them.")
        by = By(visitor().name, form.get("reason", "").strip(), now())
        seen = {id_: Seen(id_, form.get(f"version-{id_}", -1, type=int)) for id_ in ids}
        with here.store.writing() as session:
            now_stored = {each.id: each for each in read(session, ids, here.today())}
            _refuse_words_of_another(now_stored, kept)
            if stands is None and kept in now_stored and now_stored[kept].judged:
                raise InputError(
                    "Its grade was given to its own words.",
                    place="stands",
                    cure="Say whether the grade stands for the merged statement, or whether it is to be graded anew.",
                )
            others = [seen[id_] for id_ in ids if id_ != kept]
            merged = merge(session, seen[kept], others, claim_sent(form.get("text", "")), by, stands == "yes")
            (result,) = read(session, [merged.id], here.today())
            address = f"/s/{merged.id}"
            if result.state == "draft" and result.article is not None:
                address = f"/a/{result.article.slug}?after={merged.id - 1}#drafts"
    except CaveatError as error:
        return _page(ids, error)
    here.catch_up()
    replaced = ", ".join(str(id_) for id_ in ids if id_ != merged.id)
    saved(f"Merged into statement {merged.id}: {replaced} withdrawn.{kept_words(merged.kept)}")
    return seen_other(address)


def _refuse_words_of_another(stored: dict[int, GradedStatement], kept: int) -> None:
    """Raise WordsOfAnother where another one was chosen to go on, and the words that were filled in stayed."""
    whose = request.form.get("words_of", type=int)
    if whose == kept or whose not in stored or kept not in stored:
        return
    if " ".join(request.form.get("text", "").split()) == stored[whose].text != stored[kept].text:
        raise WordsOfAnother(
            f"The words were those of statement {whose}, and statement {kept} goes on.",
            place="text",
            cure="Its own words stand in the form now. Send it again, or write what the merged statement says.",
        )


def _numbers(given: list[str]) -> list[int]:
    return list(dict.fromkeys(int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 11))


def _page(ids: list[int], error: CaveatError | None = None) -> Response:
    here = serving()
    with here.store.reading() as session:
        whole = {each.id: each for each in read(session, ids[:MOST_AT_ONCE], here.today())}
        drafts = {each.id: each for each in read_drafts(session, [id_ for id_ in ids if id_ in whole])}
    found = [_Shown(whole[id_], drafts.get(id_)) for id_ in ids if id_ in whole and not whole[id_].is_undone]
    if error is None and (trouble := _trouble(ids, found)) is not None:
        raise trouble
    first = min(found, key=lambda each: (each.draft is not None, each.statement.judged is None), default=None)
    sent = request.form if error is not None else None
    if isinstance(error, WordsOfAnother):
        first, sent = next(each for each in found if each.statement.id == request.form.get("keep", type=int)), None
    stored = (
        {} if first is None else {name: getattr(first.statement, name) or "" for name in ("text", "type", *QUESTION)}
    )
    topics = sorted({topic for each in found for topic in each.statement.topics})
    return html_answer(
        "merge.html",
        status=error.http_status if error is not None else 200,
        found=found,
        first=first,
        typed=Typed(stored | {"topics": topics_text(topics)}, sent),
        keep=request.form.get("keep", type=int) or (first.statement.id if first is not None else 0),
        graded=any(each.statement.judged is not None for each in found),
        levels=len({each.statement.grade.level.name for each in found if each.statement.judged is not None}),
        types=CLAIM_TYPES,
        parts=QUESTION,
        error=error,
        both=both_versions(error),
        outdated=isinstance(error, Outdated),
        sent=request.form,
    )


class _Shown:
    """One of them: its card, or what a draft shows of itself."""

    def __init__(self, statement: GradedStatement, draft: DraftStatement | None) -> None:
        self.statement, self.draft = statement, draft
        self.card = card(statement) if draft is None else Markup()
        self.standing = standing(statement) if draft is None else Markup()


def _trouble(ids: list[int], found: list[_Shown]) -> CaveatError | None:
    """Why these cannot be merged."""
    if len(ids) < 2:
        return InputError("Fewer than two statements were named.", place="id", cure="Tick two or more, then merge.")
    if len(ids) > MOST_AT_ONCE:
        return InputError(f"{len(ids)} are too many at once.", place="id", cure=f"Merge at most {MOST_AT_ONCE}.")
    if missing := [str(id_) for id_ in ids if id_ not in {each.statement.id for each in found}]:
        return NotFound(f"There is no statement {missing[0]}.", cure="Search for its words; its number is on its page.")
    if gone := [each.statement.id for each in found if each.statement.state == "withdrawn"]:
        return Conflict(f"Statement {gone[0]} is withdrawn.", cure="A withdrawn statement is not merged any more.")
    return None

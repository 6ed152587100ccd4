"""`/imports`: send a file, see what it would change, import it, watch it, take a batch back; for curators."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Blueprint, Response, flash, request, send_file
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from kb.curate import By
from kb.drafting import WHAT_IT_IS
from kb.errors import CaveatError, Conflict, InputError, NotFound, TooLarge
from kb.falls import what_falls
from kb.ingest.batch import KINDS
from kb.ingest.undo import batches, citations_of, undo
from kb.ingest.uploaded import mappings
from kb.render.html import card
from web.answers import html_answer
from web.import_words import in_form
from web.importing import OWN_MAPPING, Importing
from web.pages.signing import seen_other
from web.serving import serving
from web.signed_in import now, visitor
from web.uploads import Upload, Uploads, moment

blueprint = Blueprint("imports", __name__)
ASKED = ("kind", "origin", "mapping", "own", "article", "title", "url")
# As long as the store keeps of them.
LONGEST = {"origin": 100, "article": 100}
BATCHES_A_PAGE = 50
SHOWN_FALLS = 20
# A small file is checked by then, and its preview is the first thing that one sees.
SECONDS_FOR_SMALL = 1.0
MEGABYTE = 1024 * 1024


@blueprint.get("/imports")
def page() -> Response:
    """The form for a file, the files that were sent, and all imports so far."""
    uploads().remove_old(moment())
    return _page()


@blueprint.post("/imports")
def send() -> Response:
    """Take a file, look what it would change, and go on to its page."""
    sent = request.files.get("file")
    try:
        asked = _asked()
        if sent is None or not sent.filename:
            raise InputError("There is no file.", place="File", cure="Choose one, or drop it onto the field.")
        if sent.stream.seek(0, os.SEEK_END) > serving().settings.upload_limit:
            raise _too_large()
        sent.stream.seek(0)
        upload = uploads().keep(sent.stream, sent.filename, visitor().name, asked, now().isoformat())
        Importing(serving()).check(upload).join(SECONDS_FOR_SMALL)
    except CaveatError as error:
        return _page(error, typed=request.form)
    return seen_other(f"/imports/{upload.key}")


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: Exception) -> Response:
    """What was sent is more than is taken; none of it was read."""
    return _page(_too_large())


@blueprint.get("/imports/<key>")
def file(key: str) -> Response:
    """One file that was sent: how far its check or import is, what it would change, or what it changed."""
    return _file_page(_upload(key))


@blueprint.post("/imports/<key>/check")
def check(key: str) -> Response:
    """Look again what the file would change, read in another way."""
    upload = _upload(key)
    try:
        upload.asked = _asked()
        Importing(serving()).check(upload).join(SECONDS_FOR_SMALL)
    except CaveatError as error:
        return _file_page(_upload(key), error, typed=request.form)
    return seen_other(f"/imports/{key}")


@blueprint.post("/imports/<key>/confirm")
def confirm(key: str) -> Response:
    """Begin the import; its page tells how far it is."""
    upload, form = _upload(key), request.form
    options = {name: name in form for name in ("keep_going", "withdraw_missing")}
    try:
        if upload.report is None:
            raise Conflict("What this file would change is not known.", cure="Check it first.")
        reason = form.get("reason", "").strip() or f"import of {upload.name}"
        Importing(serving()).import_(upload, By(upload.by, reason, now()), options)
    except CaveatError as error:
        return _file_page(_upload(key), error, typed=form)
    return seen_other(f"/imports/{key}")


@blueprint.post("/imports/<key>/discard")
def discard(key: str) -> Response:
    """Take the file away; what was imported of it stays."""
    upload = _upload(key)
    if (taken := uploads().take(upload)) is None:
        return _file_page(upload, Conflict("This file is being worked on.", cure="Wait until that is done."))
    try:
        uploads().remove(upload)
    finally:
        os.close(taken)
    flash(f"Discarded: {upload.name}.")
    return seen_other("/imports")


@blueprint.get("/imports/<key>/rejected")
def rejected(key: str) -> Response:
    """The rows that were not taken, as a file to be mended and sent again."""
    upload = _upload(key)
    name = (upload.report or {}).get("rejected_rows")
    path = uploads().path(upload).with_name(str(name))
    if upload.stage != "done" or not name or not path.is_file():
        raise NotFound("No rows of this file were left out.", cure="Look at its page.")
    called = f"{path.stem} ({WHAT_IT_IS}){path.suffix}"
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=called)


@blueprint.post("/imports/batches/<int:batch>/undo")
def undo_batch(batch: int) -> Response:
    """Take a whole batch back."""
    here = serving()
    reason = request.form.get("reason", "").strip()
    try:
        if not reason:
            raise InputError("It needs a reason.", place="Why", cure="Say why; the history keeps it.")
        with here.store.writing() as session:
            done = undo(session, batch, By(visitor().name, reason, now()))
    except CaveatError as error:
        return _page(error, typed=request.form, batch=batch)
    here.catch_up()
    flash(f"Batch {batch} is undone: {done.withdrawn} statements hidden, {done.restored} records as before.")
    return seen_other("/imports")


def uploads() -> Uploads:
    """The files that were sent to this home."""
    return Uploads(serving().settings.home)


def _upload(key: str) -> Upload:
    return Importing(serving()).settled(uploads().find(key, visitor().name))


def _asked() -> dict[str, str]:
    """What the form says of a file. Raises InputError for what no form of ours would say."""
    asked = {name: request.form.get(name, "").replace("\x00", "").strip() for name in ASKED}
    if asked["kind"] not in ("", *KINDS):
        raise InputError(f"“{asked['kind']}” cannot be imported.", place="What it holds", cure="Choose another one.")
    if asked["mapping"] == OWN_MAPPING and not asked["own"]:
        raise InputError("There is no mapping.", place="A mapping of your own", cure="Write it, or choose another one.")
    for name, most in LONGEST.items():
        if len(asked[name]) > most:
            raise InputError(f"This is longer than {most} characters.", place=name.capitalize(), cure="Shorten it.")
    return asked


def _too_large() -> InputError:
    most = serving().settings.upload_limit
    said = f"{most // MEGABYTE} MB" if most >= MEGABYTE else f"{most} bytes"
    cure = "Send it in parts, import it on the command line, or let whoever runs Caveat raise KB_UPLOAD_LIMIT."
    return TooLarge(f"The file is larger than {said}.", place="File", cure=cure)


def _page(
    error: CaveatError | None = None, typed: Mapping[str, str] | None = None, batch: int | None = None
) -> Response:
    here = serving()
    number = max(request.args.get("page", 1, type=int), 1)
    with here.store.reading() as session:
        everything = batches(session)
    start = (number - 1) * BATCHES_A_PAGE
    sent = [Importing(here).settled(each) if each.by == visitor().name else each for each in uploads().all()]
    return html_answer(
        "imports.html",
        status=error.http_status if error is not None else 200,
        batches=everything[start : start + BATCHES_A_PAGE],
        of=len(everything),
        number=number,
        more=len(everything) > start + BATCHES_A_PAGE,
        own=[each for each in sent if each.by == visitor().name],
        others=[each for each in sent if each.by != visitor().name and each.stage == "importing"],
        most=here.settings.upload_limit,
        undoing=batch,
        **_form(error, typed or {}),
    )


def _file_page(upload: Upload, error: CaveatError | None = None, typed: Mapping[str, str] | None = None) -> Response:
    falls, more = _falls(upload)
    shown = upload.asked if typed is None else {**upload.asked, **typed}
    if upload.guess is not None and typed is None:
        shown = {**shown, "mapping": OWN_MAPPING, "own": upload.guess["text"]}
    return html_answer(
        "import_file.html",
        status=error.http_status if error is not None else 200,
        upload=upload,
        falls=falls,
        more_falls=more,
        what_it_is=WHAT_IT_IS,
        **_form(error, shown),
    )


def _form(error: CaveatError | None, typed: Mapping[str, str]) -> dict[str, object]:
    """What the fields about a file are made of, and what was wrong with them, in the words of the page."""
    wrong = None
    if error is not None:
        wrong = {"place": in_form(error.place), "message": in_form(error.message), "cure": in_form(error.cure)}
    return {"wrong": wrong, "typed": typed, "kinds": KINDS, "mappings": mappings(), "own_mapping": OWN_MAPPING}


def _falls(upload: Upload) -> tuple[list[tuple[bool, Markup]], list[int]]:
    """The statements that fall with the works of a batch of retractions: the first whole, of the others the numbers."""
    batch = (upload.report or {}).get("batch")
    if upload.stage != "done" or upload.kind != "retractions" or batch is None:
        return [], []
    here = serving()
    with here.store.reading() as session:
        found = what_falls(session, citations_of(session, batch), here.today())
    cards = [(each.only_support, card(each.statement, heading_level=3)) for each in found[:SHOWN_FALLS]]
    return cards, [each.statement.id for each in found[SHOWN_FALLS:]]

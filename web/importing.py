"""Checks and imports uploaded files in threads of the serving process, and says how far they are.

A check is a dry run; what it finds stands in the upload's state for every process to show. Imports from the pages
follow one another, because the store takes one writer at a time and would not make another one wait for long.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kb.curate import By
from kb.errors import CaveatError, Conflict, InputError, RejectedRows, StoreUnavailable
from kb.ingest.batch import Order, import_file
from kb.ingest.guess import guess
from kb.ingest.reading import Report
from kb.ingest.sources import UnknownTable
from kb.ingest.uploaded import batch_of, kind_told_by, mappings, name_mapping
from web.import_words import NOTHING_KNOWN, in_form, told, told_error
from web.serving import Serving
from web.uploads import MAPPING_FILE, WORKING, Upload, Uploads

log = logging.getLogger(__name__)
# A page asks once a second; more often nobody looks.
SECONDS_BETWEEN_NOTES = 0.5
# So long an import waits for a store that others write to or that is away, before it gives up.
SECONDS_FOR_STORE = 600.0
OWN_MAPPING = "own"


class Importing:
    """Work on uploads; `here` is what this process serves."""

    def __init__(self, here: Serving) -> None:
        self._here = here
        self._uploads = Uploads(here.settings.home)

    def check(self, upload: Upload) -> threading.Thread:
        """Begin a dry run. Raises Conflict where the file is being worked on, or is imported already."""
        return self._begin(upload, "checking", self._check)

    def import_(self, upload: Upload, by: By, options: Mapping[str, Any]) -> threading.Thread:
        """Begin the import. Raises Conflict where the file is being worked on, or is imported already."""
        upload.options = {**options, "reason": by.reason}
        upload.began = by.at.isoformat()
        return self._begin(upload, "importing", self._import)

    def settled(self, upload: Upload) -> Upload:
        """The upload as it is; where the process that worked on it is gone, with what the store says became of it."""
        if upload.stage not in WORKING or (taken := self._uploads.take(upload)) is None:
            return upload
        try:
            # It may have come to its end between the two looks.
            upload = self._uploads.find(upload.key, upload.by)
            if upload.stage in WORKING:
                self._settle(upload)
        finally:
            os.close(taken)
        return upload

    def _begin(self, upload: Upload, stage: Any, work: Callable[[Upload], None]) -> threading.Thread:
        if (taken := self._uploads.take(upload)) is None:
            raise Conflict("This file is being worked on just now.", cure="Wait until that is done.")
        try:
            # What another window did meanwhile counts.
            if self._uploads.find(upload.key, upload.by).stage == "done":
                raise Conflict("This file is imported already.", cure="Look at its batch.")
            upload.stage, upload.rows, upload.waits, upload.error, upload.guess = stage, 0, "", None, None
            self._uploads.save(upload)
            # A daemon: an end of the server does not wait for it, and the store forgets what was not finished.
            thread = threading.Thread(target=self._run, args=(upload, work, taken), name=f"{stage} a file", daemon=True)
            thread.start()
        except BaseException:
            os.close(taken)
            raise
        return thread

    def _run(self, upload: Upload, work: Callable[[Upload], None], taken: int) -> None:
        try:
            try:
                work(upload)
            except CaveatError as error:
                self._refuse(upload, error)
            except Exception:
                log.exception("An uploaded file could not be worked on")
                self._refuse(upload, CaveatError("Something in Caveat broke; the log has it. Nothing was written."))
            self._uploads.save(upload)
        except Exception:
            # Its state stays at "importing": whoever looks next finds out from the store what became of it.
            log.exception("What became of an uploaded file cannot be noted")
        finally:
            os.close(taken)
        if upload.stage == "done":
            self._catch_up()

    def _check(self, upload: Upload) -> None:
        upload.report = None
        order = self._order(upload, {})
        by = By(upload.by, "to see", datetime.fromisoformat(upload.came_at))
        try:
            with self._here.store.reading() as session:
                report = import_file(session, order, by, dry_run=True, progress=self._noting(upload))
        except UnknownTable:
            columns, guesses, text = guess(order.path)
            upload.guess = {"columns": columns, "guesses": [asdict(each) for each in guesses], "text": in_form(text)}
            raise
        upload.report = told(self._uploads.path(upload), upload, report.to_json(), report.problems)
        upload.stage = "checked"

    def _import(self, upload: Upload) -> None:
        order = self._order(upload, upload.options)
        by = By(upload.by, upload.options["reason"], datetime.fromisoformat(upload.began))
        queued = self._uploads.queue(lambda: self._wait(upload, "Another import is running; this one begins after it."))
        try:
            report = self._imported(upload, order, by)
        finally:
            os.close(queued)
        upload.report = told(self._uploads.path(upload), upload, report.to_json(), report.problems)
        upload.stage = "done"
        self._uploads.path(upload).unlink(missing_ok=True)

    def _imported(self, upload: Upload, order: Order, by: By) -> Report:
        until = time.monotonic() + SECONDS_FOR_STORE
        while True:
            self._wait(upload, "")
            try:
                with self._here.store.writing() as session:
                    report = import_file(session, order, by, progress=self._noting(upload))
                    if report.batch is not None and upload.asked["mapping"] == OWN_MAPPING:
                        name_mapping(session, report.batch, "a mapping of one’s own")
                return report
            except StoreUnavailable as error:
                # Before a row was read nothing has happened yet: another program writes, and ends some time.
                if upload.rows or time.monotonic() > until:
                    raise
                self._wait(upload, f"{error.message} It is tried again.")
                time.sleep(1)

    def _wait(self, upload: Upload, why: str) -> None:
        if upload.waits != why:
            upload.waits = why
            self._uploads.save(upload)

    def _order(self, upload: Upload, options: Mapping[str, Any]) -> Order:
        path, asked = self._uploads.path(upload), upload.asked
        upload.kind = asked["kind"] or ("statements" if asked["mapping"] else kind_told_by(path))
        if upload.kind == "article" and path.suffix.casefold() == ".toml":
            raise InputError(
                "The record of an article has its text in a second file.",
                place="File",
                cure="Send the text itself (.txt, .md or .html) with its title and address, or use the command line.",
            )
        mapping: str | None = None
        if asked["mapping"] == OWN_MAPPING:
            # Not beside the file, which may be called the same.
            own = path.parent.with_name(MAPPING_FILE)
            own.write_text(asked["own"], "utf-8")
            mapping = str(own)
        elif asked["mapping"] in mappings():
            mapping = asked["mapping"]
        elif asked["mapping"]:
            # Never a path: what the form names is one of ours.
            raise InputError(f"There is no mapping “{asked['mapping']}”.", place="Mapping", cure="Choose another one.")
        return Order(
            path,
            upload.kind,
            asked["origin"] or None,
            asked["article"] or None,
            mapping,
            keep_going=bool(options.get("keep_going")),
            withdraw_missing=bool(options.get("withdraw_missing")),
            title=asked["title"] or None,
            url=asked["url"] or None,
        )

    def _noting(self, upload: Upload) -> Callable[[int], None]:
        """Notes how many rows were read, not more often than anybody looks."""
        noted = time.monotonic()

        def note(rows: int) -> None:
            nonlocal noted
            upload.rows = rows
            if time.monotonic() - noted >= SECONDS_BETWEEN_NOTES:
                noted = time.monotonic()
                self._uploads.save(upload)

        return note

    def _refuse(self, upload: Upload, error: CaveatError) -> None:
        upload.stage, upload.waits = "checked", ""
        if isinstance(error, RejectedRows):
            upload.report = told(self._uploads.path(upload), upload, error.report, error.problems)
        upload.error = told_error(self._uploads.path(upload), upload, error)

    def _settle(self, upload: Upload) -> None:
        if upload.stage == "importing":
            at = datetime.fromisoformat(upload.began)
            with self._here.store.reading() as session:
                found = batch_of(session, upload.sha256, upload.by, at)
            if found is not None:
                batch, counts = found
                upload.stage = "done"
                upload.report = {**NOTHING_KNOWN, **(upload.report or {}), **counts, "batch": batch}
                upload.waits = f"The process that did it ended too early to say so: batch {batch} is there, whole."
                self._uploads.save(upload)
                return
        self._refuse(upload, CaveatError("Stopped: nothing of it was written.", cure="Begin again."))
        self._uploads.save(upload)

    def _catch_up(self) -> None:
        try:
            self._here.catch_up()
        except Exception:
            # It is stored; the keeper of the index reads it later.
            log.exception("The search index could not follow an import")

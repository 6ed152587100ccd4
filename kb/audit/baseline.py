"""An earlier report, JSON or SARIF, that an audit is laid beside, so that only what is new is told.

Findings are known again by their fingerprints, which are the same in every store that holds the same data: a report of
the main branch serves for a branch's own store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.findings import fingerprint, named
from kb.audit.hits import Hits
from kb.audit.run import Audit, Result
from kb.errors import InputError
from kb.model import Statement
from kb.records import CHUNK

FINGERPRINT = "caveat/v1"
"""The name of ours among SARIF's partial fingerprints."""
CURE = "Give a report that `kb audit --format json` or `--format sarif` wrote."


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of an earlier report: its rule, and the origin of its statement (empty where it is about none)."""

    rule: str
    origin: str


def read_baseline(path: Path) -> Mapping[str, Known]:
    """The findings of a report by their fingerprints, without those that were waived. Raises InputError."""
    try:
        with path.open(encoding="utf-8") as file:
            # What was accepted then is new when its waiver ends.
            return dict(_known(each, path) for each in _entries(file, path) if not each.get("suppressions"))
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.", place=str(path)) from error
    except (ValueError, AttributeError) as error:  # neither JSON nor UTF-8, or a list of something else
        raise InputError("This is no report of an audit.", place=str(path), cure=CURE) from error


def only_unknown(session: Session, done: Audit, known: Mapping[str, Known]) -> int:
    """Take out of an audit what an earlier report has; how many of the report's findings are gone since."""
    still: set[str] = set()
    for result in done.results:
        code = result.rule.code
        had = set()
        for id_, print_ in _prints(session, code, result.hits):
            if print_ in known:
                had.add(id_)
                still.add(print_)
        still.update(print_ for _, print_ in _prints(session, code, result.accepted))
        result.hits = result.hits.without(had)
        result.told = [each for each, print_ in _told(session, result) if not _seen(print_, known, still)]
    # What a rule that failed would have found nobody knows: it is not gone.
    codes = {result.rule.code for result in done.results if not result.crashes}
    return sum(
        each.rule in codes and done.scope.origin in (None, each.origin)
        for print_, each in known.items()
        if print_ not in still
    )


def _seen(print_: str, known: Mapping[str, Known], still: set[str]) -> bool:
    still.add(print_)
    return print_ in known


def _prints(session: Session, code: str, hits: Hits) -> Iterator[tuple[int, str]]:
    """Statements that a rule found with the fingerprint of each."""
    ids = (id_ for id_, _ in hits)
    while chunk := list(islice(ids, CHUNK)):
        query = select(Statement.id, Statement.origin, Statement.key).where(Statement.id.in_(chunk))
        for id_, origin, key in session.execute(query):
            yield id_, fingerprint(code, origin, key)


def _told(session: Session, result: Result) -> Iterator[tuple[Any, str]]:
    code = result.rule.code
    for each in result.told:
        row = None
        if each.statement_id is not None:
            query = select(Statement.origin, Statement.key).where(Statement.id == each.statement_id)
            row = session.execute(query).first()
        own = fingerprint(code, each.place or code, "") if row is None else fingerprint(named(code, each.place), *row)
        yield each, own


def _entries(file: IO[str], path: Path) -> Iterator[dict[str, Any]]:
    """The findings of a report. One of ours has one on each line, so that it need not fit into memory."""
    head = file.readline()
    if head.rstrip().endswith('": ['):
        for line in file:
            if line.lstrip().startswith("{"):
                yield json.loads(line.rstrip().removesuffix(","))
        return
    file.seek(0)
    whole = json.load(file)
    try:
        yield from whole["findings"] if "findings" in whole else whole["runs"][0]["results"]
    except (KeyError, IndexError, TypeError) as error:
        raise InputError("This is no report of an audit.", place=str(path), cure=CURE) from error


def _known(entry: dict[str, Any], path: Path) -> tuple[str, Known]:
    try:
        if "ruleId" in entry:
            origin = entry["properties"]["origin"] or ""
            return str(entry["partialFingerprints"][FINGERPRINT]), Known(str(entry["ruleId"]), str(origin))
        statement = entry["statement"] or {}
        return str(entry["fingerprint"]), Known(str(entry["rule"]), str(statement.get("origin", "")))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError("A finding in it has no fingerprint.", place=str(path), cure=CURE) from error

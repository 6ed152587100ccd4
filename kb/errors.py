"""Every way in which Caveat refuses, each with its place, its cure, an exit code and an HTTP status.

The tree::

    CaveatError
    ├── InputError             what was given cannot be read or is wrong      exit 2   400
    │   ├── RejectedRows       a file's rows, each with its own problem       exit 1   400
    │   └── TooLarge           a file beyond the limit for what is sent       exit 2   413
    ├── NotFound               no such statement, article, citation           exit 2   404
    ├── Conflict               the record does not allow this now             exit 1   409
    │   └── Outdated           somebody changed it since it was read          exit 1   409
    ├── SignInNeeded           nobody is signed in                            exit 2   401
    ├── NotAllowed             the person may not do this                     exit 2   403
    ├── TooOften               too many attempts in too short a time          exit 1   429
    ├── StoreUnavailable       no store, a newer one, a locked one            exit 3   503
    ├── NotWhole               all of a search was asked, and part is there   exit 3   503
    ├── IndexUnavailable       no index, or it cannot be reached              exit 3   503
    │   └── IndexDamaged       its files are not what was written             exit 3   503
    ├── KeptForEver            a grade or a revision was to be overwritten    exit 3   500
    └── CaveatLeftBehind       a statement was about to leave without them    exit 3   500

Two places translate them: the `kb` command into exit codes, the web application into status codes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.words import plain


class CaveatError(Exception):
    """Something that was asked for cannot be done; the message says what, where and what would cure it."""

    exit_code = 3
    http_status = 500

    def __init__(self, message: str, *, place: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.cure = cure

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        cure = f" {self.cure}" if self.cure else ""
        return plain(f"{where}{self.message}{cure}")


class InputError(CaveatError):
    """What was given cannot be read, or is not what is wanted."""

    exit_code = 2
    http_status = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file. `line` counts from 1; `column` is the field's name; `cure` says what would be right.

    `severity` is `error` where the row cannot be taken and `warning` where it is taken all the same.
    """

    file: str
    line: int | None
    column: str
    value: str
    code: str
    message: str
    cure: str
    severity: str = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = " = ".join(part for part in (self.column, repr(self.value) if self.value else "") if part)
        return plain(": ".join(part for part in (place, subject, f"{self.message} {self.cure}".rstrip()) if part))


class RejectedRows(InputError):
    """A file holds rows that cannot be taken; nothing of the file was written.

    `report` is the whole import's report, as its JSON names the fields.
    """

    exit_code = 1

    def __init__(self, problems: Sequence[Problem], report: Mapping[str, Any] | None = None) -> None:
        self.problems = tuple(problem for problem in problems if problem.severity == "error")
        self.report = dict(report or {})
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''}; nothing was written from this file.")


class TooLarge(InputError):
    """A file is larger than what is taken over the web."""

    http_status = 413


class NotFound(CaveatError):
    """There is no such statement, article or citation."""

    exit_code = 2
    http_status = 404


class Conflict(CaveatError):
    """The record, as it stands, does not allow this change."""

    exit_code = 1
    http_status = 409


class Outdated(Conflict):
    """Somebody changed the statement since it was read; `seen` is the version that the change was meant for.

    Whoever catches it shows both: what was to be changed, and what stands now.
    """

    def __init__(self, statement_id: int, seen: int, current: int) -> None:
        self.statement_id = statement_id
        self.seen = seen
        super().__init__(
            f"Statement {statement_id} was changed meanwhile: you saw version {seen}, it is now at {current}.",
            cure="Nothing was changed. Look at both, then repeat your change if it still holds.",
        )


class SignInNeeded(CaveatError):
    """Nobody is signed in, and this is not for everybody."""

    exit_code = 2
    http_status = 401


class NotAllowed(CaveatError):
    """The person who asks does not hold the role that this needs."""

    exit_code = 2
    http_status = 403


class TooOften(CaveatError):
    """Too many attempts in too short a time; `wait` is in seconds, rounded up."""

    exit_code = 1
    http_status = 429

    def __init__(self, message: str, *, cure: str = "", wait: float = 1.0) -> None:
        super().__init__(message, cure=cure)
        self.wait = max(1, math.ceil(wait))


class StoreUnavailable(CaveatError):
    """The store is missing, newer than this program, or locked for too long."""

    exit_code = 3
    http_status = 503


class IndexUnavailable(CaveatError):
    """The search index is missing or cannot be read; the store still answers."""

    exit_code = 3
    http_status = 503


class IndexDamaged(IndexUnavailable):
    """The search index is torn or altered. Building a new one beside it loses nothing, so that needs no person."""


class NotWhole(CaveatError):
    """All that a search finds was asked for, and only a part could be given; so nothing is."""

    exit_code = 3
    http_status = 503


class KeptForEver(CaveatError):
    """A grade or a revision was about to be changed or deleted, and the store refused: a fault in Caveat."""


class CaveatLeftBehind(CaveatError):
    """A statement was about to leave the store without a caveat that its facts require: a fault in Caveat."""

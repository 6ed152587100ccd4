"""GradedStatement: the only shape in which a statement leaves the store.

It holds the words together with the grade and the caveats, refuses to exist without the caveats that its facts require,
and is built only by `read`. How it looks on a page, in JSON, in CSV and on a terminal stands in `kb.render`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.caveats import RequiredCaveat, required_caveats
from kb.errors import CaveatLeftBehind
from kb.loading import load_as
from kb.model import Statement
from kb.records import CHUNK, StatementRecord
from kb.scales import UNGRADED, Level, load_scales

_BUILT_BY_READ: Final = object()
_TO_BE_WORKED_OUT: Final = (RequiredCaveat("", "", "", "", ""),)
"""Given by `read` instead of caveats: those that the facts require are taken."""


@dataclass(frozen=True, slots=True)
class ShownGrade:
    """The grade beside a statement; where nobody has judged it, `level` is `ungraded` and the rest is empty."""

    level: Level
    direction: str
    rating: int | None
    rationale: str
    profile: dict[str, object] | None
    rater: str
    made_at: str
    kind: str


@dataclass(frozen=True, slots=True)
class GradedStatement(StatementRecord):
    """A statement with its grade and every caveat it must carry on `day`.

    Raises CaveatLeftBehind when it is built by anything but `read`, or with a caveat missing.
    """

    caveats: tuple[RequiredCaveat, ...]
    day: date
    built_by: object

    def __post_init__(self) -> None:
        if self.built_by is not _BUILT_BY_READ:
            raise CaveatLeftBehind("A graded statement is built by kb.graded.read only.")
        required = required_caveats(self, self.day)
        if self.caveats is _TO_BE_WORKED_OUT:
            object.__setattr__(self, "caveats", required)
            return
        carried = {_said(caveat) for caveat in self.caveats}
        missing = [each for each in required if _said(each) not in carried]
        if missing:
            codes = ", ".join(sorted({caveat.code for caveat in missing}))
            raise CaveatLeftBehind(f"The statement would leave without: {codes}.", place=f"statement {self.id}")

    @property
    def url(self) -> str:
        """The short stable address of the statement's page."""
        return f"/s/{self.id}"

    @property
    def grade(self) -> ShownGrade:
        """The grade to show, never nothing."""
        made = self.judged
        if made is None:
            return ShownGrade(UNGRADED, "not-stated", None, "", None, "", "", "")
        return ShownGrade(
            load_scales().shown(made.scale, made.level),
            made.direction,
            made.rating,
            made.rationale,
            dict(made.profile) if made.profile is not None else None,
            made.rater,
            made.made_at.isoformat(),
            made.kind,
        )

    def caveats_at(self, place: str, slot: int | None = None) -> tuple[RequiredCaveat, ...]:
        """The caveats that a page shows at one place: `statement`, `grade`, or the line of one `slot`."""
        return tuple(caveat for caveat in self.caveats if caveat.place == place and caveat.slot == slot)


def _said(caveat: RequiredCaveat) -> tuple[object, ...]:
    """What makes a caveat the one that is required: a milder severity or another place would not do."""
    return caveat.code, caveat.severity, caveat.text, caveat.source, caveat.place, caveat.slot


def read(session: Session, ids: Sequence[int], day: date) -> list[GradedStatement]:
    """The statements with these ids, in this order, as they stand on `day`; unknown ids are left out."""
    return load_as(partial(GradedStatement, caveats=_TO_BE_WORKED_OUT, day=day, built_by=_BUILT_BY_READ), session, ids)


def read_all(session: Session, day: date, published_only: bool = True) -> Iterator[GradedStatement]:
    """Every statement in order of id, a chunk in memory at a time."""
    last = 0
    while True:
        query = select(Statement.id).where(Statement.id > last).order_by(Statement.id).limit(CHUNK)
        if published_only:
            query = query.where(Statement.state == "published")
        ids = list(session.scalars(query))
        if not ids:
            return
        yield from read(session, ids, day)
        last = ids[-1]

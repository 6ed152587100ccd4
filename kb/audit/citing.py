"""What the rules about citations share: which slots carry a grade, and the designs of the works in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select

from kb.audit.rule import AnyRow, Rows, Scope
from kb.designs import Design, read_design
from kb.model import Citation, CitationSlot, Grade, Statement

FALLEN = ("retracted", "concern")
# Between the parts of one slot and between slots; no text has them.
PART, SLOT = "\x1f", "\x1e"


class CitedWork(NamedTuple):
    """A filled slot as a rule needs it."""

    position: int
    stance: str
    citation_id: int
    design: Design


def carries() -> ColumnElement[bool]:
    """Whether a filled slot is one that the grade can rest on, given which way the evidence is said to point.

    A statement that the evidence contradicts rests on works that refute it; where it points both ways, nowhere, or
    where no direction is stated, works of either side carry. A statement without a grade rests on what supports it.
    """
    return and_(
        CitationSlot.citation_id.is_not(None),
        or_(
            and_(CitationSlot.stance == "supports", func.coalesce(Grade.direction, "supports") != "contradicts"),
            and_(CitationSlot.stance == "refutes", func.coalesce(Grade.direction, "supports") != "supports"),
        ),
    )


def carried_by(scope: Scope, *conditions: ColumnElement[bool]) -> Rows:
    """(id, type, scale, level, direction, works) of statements with a slot that carries; `works_of` reads the works.

    `conditions` narrow down the statements.
    """
    design = func.coalesce(Citation.study_design, "")
    parts = (cast(CitationSlot.position, String), CitationSlot.stance, cast(CitationSlot.citation_id, String), design)
    told: ColumnElement[str] = parts[0]
    for part in parts[1:]:
        told = told + literal(PART) + part
    query = (
        select(
            Statement.id,
            Statement.type,
            Grade.scale,
            Grade.level,
            Grade.direction,
            func.aggregate_strings(told, SLOT).label("works"),
        )
        .select_from(Statement)
        .outerjoin(Grade, Grade.id == Statement.current_grade_id)
        .join(CitationSlot, CitationSlot.statement_id == Statement.id)
        .join(Citation, Citation.id == CitationSlot.citation_id)
        .where(scope.chosen, carries(), *conditions)
    )
    return query.group_by(Statement.id, Statement.type, Grade.scale, Grade.level, Grade.direction)


def works_of(row: AnyRow) -> Iterator[CitedWork]:
    """The works in the slots of a row of `carried_by`."""
    for told in row.works.split(SLOT):
        position, stance, citation_id, design = told.split(PART)
        yield CitedWork(int(position), stance, int(citation_id), read_design(design))


def slots(positions: list[int]) -> str:
    """“slot 2”, “slots 1, 3”: as a message says it."""
    shown = ", ".join(str(each) for each in sorted(positions))
    return f"slot {shown}" if len(positions) == 1 else f"slots {shown}"

"""C05 not-in-people: A claim of efficacy rests on laboratory or animal studies alone.

Finds
    Statements of efficacy whose carrying slots (see C01) hold only works that are told to be of animals, cells or
    the laboratory: an error where GRADE's level is above very low, a warning elsewhere (other scales and ungraded
    statements included).

Why it matters
    What happens in a dish or a mouse is at best very indirect evidence for an effect in people: GRADE rates it down
    two steps or more for indirectness alone.

Example
    “Kratom reduces inflammation.”, low, citing a paw oedema study in rats.

Leaves alone
    Statements of mechanism; works whose design is unknown; statements that say they are not gradable or that no
    study was found; CIViC and other scales whose level names the preclinical design itself.

References
    GRADE guidelines 8, indirectness (Guyatt 2011), doi:10.1016/j.jclinepi.2011.04.014.
"""

from __future__ import annotations

from sqlalchemy import or_

from kb.audit.citing import CitedWork, carried_by, slots, works_of
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.model import Grade, Statement

CERTAIN = ("high", "moderate", "low")
WITHOUT_A_BODY = ("not-gradable", "no-evidence")


def candidates(scope: Scope) -> Rows:
    """Statements of efficacy, on GRADE's scale or without a grade, with the works that carry them."""
    return carried_by(scope, Statement.type == "efficacy", or_(Grade.id.is_(None), Grade.scale == "grade"))


def judge(row: AnyRow) -> Found | None:
    """Those whose works are all outside of people."""
    works = list(works_of(row))
    if row.level in WITHOUT_A_BODY or not all(work.design.is_not_in_people for work in works):
        return None
    level = f"graded {row.level}" if row.level else "not graded"
    message = (
        f"It claims an effect, is {level}, and rests on {_kinds(works)} alone ({slots([w.position for w in works])})."
    )
    return Found(message, severity=Severity.ERROR if row.level in CERTAIN else Severity.WARNING)


def _kinds(works: list[CitedWork]) -> str:
    found = {name for work in works for name in work.design.classes}
    named = [words for name, words in (("animal", "animal"), ("laboratory", "laboratory")) if name in found]
    return f"{' and '.join(named)} studies"


RULE = Rule(
    code="C05",
    name="not-in-people",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    remedy="Word it as a mechanism, or grade it very low for indirectness, or cite a study in people.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)

"""W04 cause-from-association: The words name a cause, and the cited studies only observe.

Finds
    Statements of efficacy or safety that say “causes”, “leads to”, “prevents” or the like without a hedge, whose
    supporting citations are all observational studies or case reports, reviews of those included.

Why it matters
    Who takes something and who does not differ in more than that. Studies that only observe show what goes together;
    what makes what happen is a judgement that the words pass over.

Example
    “Kratom can cause constipation.”, resting on surveys of users.

Leaves alone
    Words with a hedge (“may cause”), and denied ones. Statements graded moderate or high: such a grade of observational
    studies is a judgement that the effect is real. Statements of which a supporting citation is a trial, a systematic
    review that does not say of what, or of a design that could not be read; narrative reviews and guidelines beside
    observational studies change nothing. Other claim types.

References
    GRADE guidelines 3 (Balshem 2011), doi:10.1016/j.jclinepi.2010.07.015, where observational studies start low. The
    words stand in `data/wording.toml`, the designs in `data/designs.toml`.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.audit.worded import said
from kb.designs import read_design
from kb.model import Citation, CitationSlot, Grade, Statement
from kb.overclaim import TYPES_OF_EFFECT
from kb.wording import causal_words, claimed_certainty

TRUSTED = ("moderate", "high")
NO_STUDIES = ("narrative-review", "guidance")
BETWEEN = "\n"


def candidates(scope: Scope) -> Rows:
    """Statements of effect without a trusted grade, each with the designs of what supports it."""
    supporting = or_(CitationSlot.stance == "supports", CitationSlot.stance.is_(None))
    designs = (
        select(func.aggregate_strings(func.coalesce(Citation.study_design, ""), BETWEEN))
        .select_from(CitationSlot)
        .join(Citation, Citation.id == CitationSlot.citation_id)
        .where(CitationSlot.statement_id == Statement.id, supporting)
        .scalar_subquery()
    )
    query = select(Statement.id, Statement.text, designs.label("designs"))
    query = query.join(Grade, Grade.id == Statement.current_grade_id, isouter=True)
    trusted = (Grade.scale == "grade") & Grade.level.in_(TRUSTED)
    return query.where(scope.chosen, Statement.type.in_(TYPES_OF_EFFECT), or_(Grade.id.is_(None), ~trusted))


def judge(row: AnyRow) -> Found | None:
    """Look for a cause without a hedge, then whether all studies only observe."""
    if row.designs is None or not (cues := causal_words(row.text)):
        return None
    claimed = claimed_certainty(row.text)
    if claimed is not None and claimed.by in ("stated", "hedged", "doubt"):
        return None
    read = [read_design(words) for words in row.designs.split(BETWEEN)]
    studies = [design for design in read if design.name not in NO_STUDIES]
    if not studies or not all(design.is_associative for design in studies):
        return None
    return Found(f"The words name a cause ({said(cues)}); all studies cited for it only observe.")


RULE = Rule(
    code="W04",
    name="cause-from-association",
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    remedy="Say what goes together (“is associated with”), hedge the cause, or cite a study that tests it.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)

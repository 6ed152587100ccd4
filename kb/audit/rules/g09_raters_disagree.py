"""G09 raters-disagree: Raters give different levels, and no consensus was recorded.

Finds
    Statements on which the latest judgements of two or more raters, on the scale of the grade that stands, have
    different levels, where the grade that stands is not a consensus.

Why it matters
    The level shown is the opinion of whoever happened to be first. How disagreements between raters were settled
    belongs to a grade as much as its level does.

Example
    First rater low, second rater moderate; low is shown.

Leaves alone
    Judgements on other scales, judgements that a rater has replaced by a later one, and what came with an import that
    was undone. Raters who agree on the level but not on the direction.

References
    PRISMA 2020 explanation and elaboration (Page 2021), item 15 (how many reviewers assessed certainty, and how
    disagreements were resolved), doi:10.1136/bmj.n160.
"""

from __future__ import annotations

from sqlalchemy import func, select

from kb.audit.raters import opinions
from kb.audit.rule import AnyRow, ByStatement, Confidence, Found, Rows, Rule, Scope, Severity
from kb.scales import load_scales

# The character that was made to stand between records.
BETWEEN = "\x1e"


def candidates(scope: Scope) -> Rows:
    """Statements with different levels, the levels and who gave them as one text."""
    opinion = opinions(scope).subquery()
    said = func.aggregate_strings(opinion.c.level + ": " + opinion.c.rater, BETWEEN)
    query = select(opinion.c.statement_id, func.min(opinion.c.scale).label("scale"), said.label("said"))
    query = query.where(opinion.c.standing_kind != "consensus").group_by(opinion.c.statement_id)
    return query.having(func.min(opinion.c.level) != func.max(opinion.c.level))


def judge(row: AnyRow) -> Found:
    """Name who says what, the strongest level first."""
    said = sorted(row.said.split(BETWEEN), key=lambda each: _place(row.scale, each.partition(": ")[0]))
    told = [f"{rater} says {level}" for level, _, rater in (each.partition(": ") for each in said)]
    return Found(f"The raters disagree, and no consensus is recorded: {', '.join(told)}.")


def _place(scale: str, level: str) -> tuple[int, str]:
    known = {each.id: at for scales in load_scales() if scales.id == scale for at, each in enumerate(scales.best_first)}
    return known.get(level, len(known)), level


RULE = Rule(
    code="G09",
    name="raters-disagree",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    remedy="Let the raters compare their reasons, and record what they agree on as a consensus.",
    check=ByStatement(candidates, judge),
    manual=__doc__,
)

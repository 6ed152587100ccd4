"""Which caveats a statement must carry on a given day, and why.

Some were written down (attached to the statement, inherited from its article or topic), some follow from its state.
The second kind is worked out here each time a statement is read, so a retraction is on the next page whatever the index
knows. A caveat has a code; nothing is ever found by its prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.records import CitationRecord, SlotRecord, StatementRecord
from kb.scales import load_scales


@dataclass(frozen=True, slots=True)
class RequiredCaveat:
    """A warning beside a statement.

    `source` is attached, article, topic or derived. `place` says where a page shows it: with the statement, on the
    grade's line, or on the line of the citation slot that `slot` counts from 1.
    """

    code: str
    severity: str
    kind: str
    text: str
    source: str
    place: str = "statement"
    slot: int | None = None
    as_of: date | None = None
    citations: tuple[CitationRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedCaveat:
    """What a derived caveat's code means, for the legend and for the check that nobody else uses the code."""

    code: str
    severity: str
    kind: str
    place: str
    meaning: str


DERIVED: dict[str, DerivedCaveat] = {
    caveat.code: caveat
    for caveat in (
        DerivedCaveat(
            "withdrawn", "warning", "evidence", "statement", "The statement was taken back; its page says why."
        ),
        DerivedCaveat(
            "disputed", "warning", "evidence", "statement", "Another statement, or another rater, disagrees."
        ),
        DerivedCaveat(
            "unknown-level", "warning", "evidence", "grade", "The grade is on a level that nobody can explain any more."
        ),
        DerivedCaveat("no-evidence", "warning", "evidence", "grade", "Someone looked and found no study."),
        DerivedCaveat("very-low", "warning", "evidence", "grade", "GRADE's lowest certainty, in plain words."),
        DerivedCaveat("contradicted", "warning", "evidence", "grade", "The evidence points against the statement."),
        DerivedCaveat("retracted", "warning", "source", "slot", "A work cited here was retracted."),
        DerivedCaveat("ungraded", "caution", "evidence", "grade", "Nobody has judged the evidence yet."),
        DerivedCaveat("low", "caution", "evidence", "grade", "GRADE's low certainty, in plain words."),
        DerivedCaveat("mixed", "caution", "evidence", "grade", "The evidence points both ways."),
        DerivedCaveat("citation-needed", "caution", "source", "slot", "A citation is wanted and missing."),
        DerivedCaveat("concern", "caution", "source", "slot", "A work cited here is under an expression of concern."),
        DerivedCaveat("review-overdue", "caution", "source", "statement", "The date for looking again has passed."),
        DerivedCaveat(
            "not-gradable", "note", "evidence", "grade", "No certainty can be attached, for the reason given."
        ),
        DerivedCaveat("scale-is-not-grade", "note", "evidence", "grade", "The level is from another scale than GRADE."),
        DerivedCaveat("single-rater", "note", "evidence", "grade", "Only one person has judged the evidence."),
        DerivedCaveat("corrected", "note", "source", "slot", "A work cited here was corrected after publication."),
        DerivedCaveat("reinstated", "note", "source", "slot", "A work cited here was retracted and then reinstated."),
        DerivedCaveat("citation-unchecked", "note", "source", "slot", "Parts of a citation were not compared with it."),
        DerivedCaveat(
            "none-recorded",
            "note",
            "evidence",
            "statement",
            "Nothing is recorded against the statement, which is not the same as nothing existing.",
        ),
    )
}
SEVERITY_ORDER = {"warning": 0, "caution": 1, "note": 2}
# `unchecked` is free words; only these parts decide whether the reader can find the work that is meant.
IDENTIFYING = {"doi", "pmid", "title", "author", "authors", "co-authors"}
STANDING_CAVEATS = {
    "retracted": "retracted",
    "concern": "concern",
    "corrected": "corrected",
    "reinstated": "reinstated",
}
STANDING_WORDS = {
    "retracted": "was retracted",
    "concern": "is under an expression of concern",
    "corrected": "was corrected after publication",
    "reinstated": "was retracted and later reinstated",
}


def required_caveats(record: StatementRecord, day: date) -> tuple[RequiredCaveat, ...]:
    """Every caveat that the statement must carry on `day`: warnings first, then cautions, then notes; never empty."""
    caveats = [
        RequiredCaveat(
            code=caveat.code,
            severity=caveat.severity,
            kind=caveat.kind,
            text=caveat.text,
            source=caveat.source,
            as_of=caveat.as_of,
            citations=caveat.citations,
        )
        for caveat in record.recorded_caveats
    ]
    caveats.extend(_of_state(record, day))
    caveats.extend(_of_grade(record))
    for slot in record.slots:
        caveats.extend(_of_slot(slot))
    if not caveats:
        caveats.append(_derived("none-recorded", DERIVED["none-recorded"].meaning))
    places = {"statement": 0, "grade": 1, "slot": 2}
    return tuple(sorted(caveats, key=lambda each: (SEVERITY_ORDER[each.severity], places[each.place])))


def _derived(code: str, text: str, slot: int | None = None) -> RequiredCaveat:
    means = DERIVED[code]
    return RequiredCaveat(code, means.severity, means.kind, text, "derived", means.place, slot)


def _of_state(record: StatementRecord, day: date) -> Iterator[RequiredCaveat]:
    if record.state == "withdrawn":
        yield _derived("withdrawn", f"Withdrawn: {record.withdrawn_reason or 'no reason was given'}")
    rivals = [r for r in record.relations if r.kind == "contradicts" and r.other_state == "published"]
    disputes = []
    if rivals:
        others = ", ".join(dict.fromkeys(f"{rival.other_origin}/{rival.other_key}" for rival in rivals))
        disputes.append(f"it disagrees with {others}")
    if record.judged is not None and _raters_disagree(record):
        levels = "; ".join(f"{rater}: {record.judged.scale}:{level}" for rater, level in record.judgements)
        disputes.append(f"its raters disagree ({levels})")
    if disputes:
        yield _derived("disputed", f"Disputed: {', and '.join(disputes)}.")
    if record.review_due is not None and record.review_due < day:
        yield _derived("review-overdue", f"Review overdue: it was to be looked at again by {record.review_due}.")


def _raters_disagree(record: StatementRecord) -> bool:
    consensus = record.judged is not None and record.judged.kind == "consensus"
    return not consensus and len({level for _, level in record.judgements}) > 1


def _of_grade(record: StatementRecord) -> Iterator[RequiredCaveat]:
    grade = record.judged
    if grade is None:
        yield _derived("ungraded", "Ungraded: nobody has judged the evidence for this statement yet.")
        return
    level = load_scales().shown(grade.scale, grade.level)
    if not load_scales().knows(grade.scale, grade.level):
        yield _derived(
            "unknown-level", f"Unknown level: “{grade.scale}:{grade.level}” is no level that Caveat can explain."
        )
    elif grade.scale == "grade":
        if grade.level in ("low", "very-low"):
            yield _derived(grade.level, f"{level.label} certainty: {level.meaning}")
        elif grade.level == "no-evidence":
            yield _derived("no-evidence", f"No evidence found{_searched(record)}: {level.meaning}")
        elif grade.level == "not-gradable":
            yield _derived("not-gradable", f"Not gradable: {grade.rationale or 'no reason was given.'}")
    else:
        name = load_scales().get(grade.scale).name
        yield _derived("scale-is-not-grade", f"“{level.label}” is a level of {name}; it does not convert to GRADE.")
    if grade.direction == "contradicts":
        yield _derived("contradicted", "The evidence points against this statement.")
    elif grade.direction == "mixed":
        yield _derived("mixed", "The evidence is mixed: it points both ways.")
    if grade.kind != "consensus" and len(record.judgements) < 2:
        yield _derived("single-rater", "One rater only: nobody has checked this judgement independently.")


def _searched(record: StatementRecord) -> str:
    on = f" on {record.searched_on}" if record.searched_on else ""
    where = f" in {record.searched_where}" if record.searched_where else ""
    return f" (searched{on}{where})" if on or where else " (when and where was not recorded)"


def _of_slot(slot: SlotRecord) -> Iterator[RequiredCaveat]:
    if slot.citation is None:
        note = slot.note or ""
        # Many notes say by themselves what they are.
        announced = note.casefold().startswith(("wanted:", "to confirm:"))
        wanted = note if announced or not note else f"Wanted: {note}"
        yield _derived("citation-needed", f"Citation needed. {wanted}".rstrip(), slot.position)
        return
    citation = slot.citation
    if citation.standing in STANDING_CAVEATS:
        on = f" on {citation.standing_on}" if citation.standing_on else ""
        why = f": {citation.standing_reason}" if citation.standing_reason else ""
        notice = f" (notice: {citation.standing_notice})" if citation.standing_notice else ""
        words = f"“{citation.title}” {STANDING_WORDS[citation.standing]}{on}{why}{notice}."
        yield _derived(STANDING_CAVEATS[citation.standing], words, slot.position)
    if is_unchecked(citation):
        parts = ", ".join(citation.unchecked)
        yield _derived("citation-unchecked", f"Not checked in this citation: {parts}.", slot.position)


def is_unchecked(citation: CitationRecord) -> bool:
    """Whether a DOI, PMID, title or author was never compared with the work: it may not be the work that is meant."""
    return tells_identity(citation.unchecked)


def tells_identity(unchecked: Iterable[str]) -> bool:
    """Whether what was not checked of a citation is a part by which a reader finds the work."""
    words = {word for part in unchecked for word in re.findall(r"[\w-]+", part.casefold())}
    return not words.isdisjoint(IDENTIFYING)

"""What would change a grade: the level that would follow if one judgement, or one cited work, were taken away.

Judgements follow GRADE's arithmetic. Works are asked two things: whether anything would be left that carries the grade,
and whether the designs that are left would start lower. Nothing here grades; it shows on what a grade hangs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.designs import design_of
from kb.falls import FALLEN
from kb.grade import DOMAINS, LEVELS, Profile, ProfileError, explain, signed
from kb.records import CitationRecord, SlotRecord, StatementRecord
from kb.reference import authors

RESTING = ("high", "moderate", "low")
"""Levels that need a work to rest on; very low may be the judgement that next to nothing was found."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing taken away. `level` would follow; None where no arithmetic says which. `moves`: another one than now.

    `kind` is judgement, start or work; `slots` are those that hold the work.
    """

    kind: str
    subject: str
    level: str | None
    moves: bool
    words: str
    slots: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The level as stated, the level that the profile gives (None without one), every removal, and what is unknown."""

    level: str
    reached: str | None
    removals: tuple[Removal, ...]
    remarks: tuple[str, ...]

    @property
    def moving(self) -> tuple[Removal, ...]:
        """The removals on which the level hangs."""
        return tuple(each for each in self.removals if each.moves)


def what_if(record: StatementRecord) -> WhatIf | None:
    """What would change the statement's grade; None where it has none of GRADE's levels of certainty.

    Rules of the arithmetic: GRADE guidelines 3, doi:10.1016/j.jclinepi.2010.07.015; where a body of evidence starts:
    `kb.designs.Design.starts_at`.
    """
    made = record.judged
    if made is None or made.scale != "grade" or made.level not in LEVELS:
        return None
    profile, readable = _profile(made.profile)
    reached = explain(profile).level if profile is not None else None
    remarks = []
    if not readable:
        remarks.append("The profile that is recorded is none that GRADE knows, so nothing follows from it.")
    elif profile is None:
        remarks.append("No profile is recorded, so nobody can tell what one judgement less would change.")
    elif reached != made.level:
        remarks.append(
            f"The profile leads to {_word(reached or '')}, not to {_word(made.level)}; moves count from there."
        )
    removals = [*(_of_profile(profile) if profile is not None else ()), *_of_works(record, made.level, profile)]
    if not any(each.kind == "work" for each in removals):
        remarks.append("No cited work carries this grade: none is said to take the side that its direction names.")
    if not any(each.moves for each in removals):
        remarks.append("No single judgement or work that is recorded decides this level.")
    return WhatIf(made.level, reached, tuple(removals), tuple(remarks))


def _profile(kept: Mapping[str, Any] | None) -> tuple[Profile | None, bool]:
    """The profile, and whether it could be read: one that was written by another program may be none."""
    if kept is None:
        return None, True
    try:
        return Profile.from_json(kept), True
    except ProfileError:
        return None, False


def _of_profile(profile: Profile) -> Iterator[Removal]:
    now = explain(profile).level
    other = "low" if profile.start == "high" else "high"
    level = explain(replace(profile, start=other)).level
    yield Removal("start", f"Start at {profile.start}", level, level != now, _would(f"Started at {other}", level, now))
    for judgement in profile.domains:
        if judgement.step:
            left = tuple(each for each in profile.domains if each is not judgement)
            level = explain(replace(profile, domains=left)).level
            subject = f"{DOMAINS[judgement.domain].label} {signed(judgement.step)}"
            yield Removal("judgement", subject, level, level != now, _would("Without it", level, now))


def _of_works(record: StatementRecord, level: str, profile: Profile | None) -> Iterator[Removal]:
    carrying = [slot for slot in record.slots if _carries(slot, record)]
    works = {slot.citation.id: slot.citation for slot in carrying if slot.citation is not None}
    for work in works.values():
        held = tuple(slot.position for slot in carrying if slot.citation is not None and slot.citation.id == work.id)
        left = [each for each in works.values() if each.id != work.id and each.standing not in FALLEN]
        yield _without(work, held, left, level, profile)


def _without(
    work: CitationRecord, held: tuple[int, ...], left: Sequence[CitationRecord], level: str, profile: Profile | None
) -> Removal:
    subject = authors(work.csl) or work.title[:80]
    subject = f"{subject} {work.year}" if work.year else subject
    if not left:
        if level in RESTING:
            words = f"Nothing that carries the grade would be left: {_word(level)} would have no work to rest on."
            return Removal("work", subject, None, True, words, held)
        return Removal("work", subject, level, False, "Nothing that carries the grade would be left.", held)
    if profile is not None and profile.start == "high" and design_of(work.study_design, work.csl).starts_at == "high":
        starts = {design_of(each.study_design, each.csl).starts_at for each in left}
        if starts == {"low"}:
            now, then = explain(profile).level, explain(replace(profile, start="low")).level
            words = _would("The works left are observational and start low; with the same steps", then, now)
            return Removal("work", subject, then, then != now, words, held)
    if len(left) == 1 and level in ("high", "moderate"):
        return Removal("work", subject, level, False, f"One work alone would carry {_word(level)} certainty.", held)
    return Removal("work", subject, level, False, "Other works would carry the grade.", held)


def _carries(slot: SlotRecord, record: StatementRecord) -> bool:
    """Whether a work is one that the grade can rest on, given which way the evidence is said to point."""
    if slot.citation is None or record.judged is None:
        return False
    if slot.stance == "supports":
        return record.judged.direction != "contradicts"
    return slot.stance == "refutes" and record.judged.direction != "supports"


def _would(cause: str, level: str, now: str) -> str:
    if level == now:
        return f"{cause}, it would still be {_word(level)}."
    return f"{cause}, it would be {_word(level)}."


def _word(level: str) -> str:
    return level.replace("-", " ")

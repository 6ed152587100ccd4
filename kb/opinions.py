"""What each rater thinks of one statement, side by side: the raw material of a consensus."""

from __future__ import annotations

from dataclasses import dataclass

from kb.grade import DOMAINS, Explanation, Profile, explain, signed
from kb.graded import GradedStatement
from kb.records import GradeRecord
from kb.scales import Level, load_scales

NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One rater's latest judgement on the scale of the grade that stands; `profile` explained where there is one."""

    rater: str
    level: Level
    direction: str
    rationale: str
    kind: str
    day: str
    explanation: Explanation | None
    _profile: Profile | None

    def of_domain(self, name: str) -> tuple[str, str]:
        """The step of a domain as a table prints it, and its reason; “not judged” without one."""
        for each in self._profile.domains if self._profile is not None else ():
            if each.domain == name:
                return signed(each.step), each.reason
        return NOT_JUDGED, ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A part of a judgement, with what each opinion says of it (word and reason), in the order of the opinions."""

    name: str
    said: tuple[tuple[str, str], ...]

    @property
    def differs(self) -> bool:
        """Whether the opinions say different things, reasons aside."""
        return len({word for word, _ in self.said}) > 1


def opinions(statement: GradedStatement) -> tuple[Opinion, ...]:
    """Every rater's own latest opinion, in the order in which they first judged; a consensus is nobody's own."""
    if statement.judged is None:
        return ()
    latest: dict[str, GradeRecord] = {}
    for grade in statement.grades:
        if not grade.undone and grade.kind != "consensus" and grade.scale == statement.judged.scale:
            latest[grade.rater] = grade
    return tuple(_opinion(each) for each in latest.values())


def side_by_side(said: tuple[Opinion, ...]) -> list[Comparison]:
    """Level, direction and, where anybody gave a profile, its start and domains: what each opinion says of them."""
    rows = [
        Comparison("Level", tuple((f"{each.level.symbol} {each.level.label}", "") for each in said)),
        Comparison("Direction", tuple((each.direction, "") for each in said)),
    ]
    if any(each.explanation for each in said):
        rows.append(Comparison("Start", tuple(_start(each) for each in said)))
        rows += [
            Comparison(domain.label, tuple(each.of_domain(name) for each in said)) for name, domain in DOMAINS.items()
        ]
        rows.append(Comparison("The arithmetic gives", tuple(_reached(each) for each in said)))
    return rows


def _opinion(grade: GradeRecord) -> Opinion:
    profile = None if grade.profile is None else Profile.from_json(grade.profile)
    return Opinion(
        rater=grade.rater,
        level=load_scales().shown(grade.scale, grade.level),
        direction=grade.direction,
        rationale=grade.rationale,
        kind=grade.kind,
        day=grade.made_at.date().isoformat(),
        explanation=None if profile is None else explain(profile),
        _profile=profile,
    )


def _start(opinion: Opinion) -> tuple[str, str]:
    if opinion.explanation is None:
        return NOT_JUDGED, ""
    return opinion.explanation.start, opinion.explanation.start_reason


def _reached(opinion: Opinion) -> tuple[str, str]:
    return ("no profile" if opinion.explanation is None else opinion.explanation.level.replace("-", " ")), ""

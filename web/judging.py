"""What the form of a judgement sent: level, direction, rationale and, on GRADE, the parts of a profile.

The field of a domain's step is called `step_` and its name, that of its reason `reason_` and its name. An empty step
means that the domain was not judged, which is not the same as 0 (no concern).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.curate import Judgement
from kb.errors import InputError
from kb.grade import DOMAINS, LEVELS, STARTS, Explanation, Profile, explain, signed
from kb.graded import GradedStatement
from kb.meanings import DIRECTIONS
from kb.scales import load_scales

GRADE = "grade"
# What the form of a judgement explains beside itself.
RUBRIC = {"directions": DIRECTIONS, "domains": DOMAINS, "starts": STARTS, "signed": signed, "grade": GRADE}


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement, with how its profile leads to a level; `differs` where that is another than the one stated."""

    judgement: Judgement
    explanation: Explanation | None

    @property
    def differs(self) -> bool:
        """Whether GRADE's arithmetic gives another level than the one stated."""
        return self.explanation is not None and self.explanation.level != self.judgement.level


def judged(form: Mapping[str, str], scale: str, kind: str) -> Judged:
    """The judgement that a form sent. Raises InputError for a wrong level, and parts that do not go together."""
    level = form.get("level", "")
    if not level:
        raise InputError("No level was chosen.", place="level", cure="Choose one; the form kept what you wrote.")
    load_scales().get(scale).level(level)
    profile = profile_of(form) if scale == GRADE else None
    if profile is not None and level not in LEVELS:
        raise InputError(
            f"“{level}” is no certainty, so no profile leads to it.",
            place="level",
            cure="Choose another level, or take the starting level and the domains out.",
        )
    return Judged(
        Judgement(
            level,
            form.get("direction", "not-stated"),
            scale,
            profile=None if profile is None else profile.to_json(),
            kind=kind,
        ),
        None if profile is None else explain(profile),
    )


def typed_of(statement: GradedStatement) -> dict[str, str]:
    """The fields of a form that stand for the grade a statement has, to be judged anew part by part."""
    grade = statement.grade
    typed = {"level": grade.level.id, "direction": grade.direction}
    profile = statement.judged.profile if statement.judged is not None else None
    if profile is not None:
        typed |= {"start": str(profile.get("start", "")), "start_reason": str(profile.get("start_reason", ""))}
        for each in profile.get("domains", []):
            typed |= {f"step_{each['domain']}": str(each["step"]), f"reason_{each['domain']}": each.get("reason", "")}
    return typed


def profile_of(form: Mapping[str, str]) -> Profile | None:
    """The profile that a form sent; None where no part was filled in. Raises InputError for parts that do not fit."""
    domains = []
    for name, domain in DOMAINS.items():
        step, reason = form.get(f"step_{name}", ""), form.get(f"reason_{name}", "").strip()
        if step:
            domains.append({"domain": name, "step": _number(step), "reason": reason})
        elif reason:
            raise InputError(
                f"There is a reason for “{domain.label}” and no judgement.",
                place=f"step_{name}",
                cure="Choose its step; 0 means no concern.",
            )
    start, start_reason = form.get("start", ""), form.get("start_reason", "").strip()
    if not start:
        if domains or start_reason:
            raise InputError(
                "The domains have no level to start from.",
                place="start",
                cure="Choose the starting level: high for randomised trials, low for observational studies.",
            )
        return None
    return Profile.from_json({"start": start, "start_reason": start_reason, "domains": domains})


def _number(step: str) -> int | str:
    """The step as a number; what is none is refused with the domain's own words."""
    return int(step) if step.lstrip("-").isascii() and step.lstrip("-").isdigit() and len(step) < 4 else step

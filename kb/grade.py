"""GRADE's arithmetic: from a judgement's parts (the profile) to a level, with every step explained.

Rules and ranges, unless a domain names another source: GRADE guidelines 3 (Balshem 2011,
doi:10.1016/j.jclinepi.2010.07.015). The arithmetic explains a judgement and never replaces it: a grade whose
profile gives another level than the one stated is kept as it was stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import InputError
from kb.words import fault_in

# From the weakest: a level's place in the line, counted from 0, is what the steps are added to.
LEVELS = ("very-low", "low", "moderate", "high")

# Randomised trials start high and observational studies low. Observational bodies of evidence start high for
# prognosis (GRADE guidelines 28, Foroutan 2020, doi:10.1016/j.jclinepi.2019.12.023), for prevalence and for
# diagnostic accuracy (both to confirm), and where ROBINS-I assesses the studies (GRADE guidance 18,
# doi:10.1016/j.jclinepi.2018.01.012): so the design alone never proves a start wrong.
STARTS = ("high", "low")

NO_REASON = "no reason given"


class ProfileError(InputError):
    """A profile that GRADE does not know: a domain, a step or a start that does not exist."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A reason to move from the starting level. `steps` are all it may take, 0 (no concern) included."""

    name: str
    label: str
    direction: str
    steps: tuple[int, ...]
    meaning: str
    source: str


_GRADE = "GRADE guidelines 3, doi:10.1016/j.jclinepi.2010.07.015"
_UP = "GRADE guidelines 9, doi:10.1016/j.jclinepi.2011.06.004"
_BIAS = f"{_GRADE}; three steps: GRADE guidance 18, doi:10.1016/j.jclinepi.2018.01.012"
_PRECISION = f"{_GRADE}; three steps: GRADE guidance 35 (Schünemann 2022)"
_BIAS_MEANS = "The studies were done in a way that can distort their results."
_INDIRECT_MEANS = "People, treatment, comparison or outcome of the studies are not those of the statement."
_PRECISION_MEANS = "Too few people or events: the range of plausible effects is wide."
_CONFOUNDING_MEANS = "Whatever was not accounted for would have made the effect look smaller."

# By name, in the order in which GRADE tables list them.
DOMAINS: Mapping[str, Domain] = {
    domain.name: domain
    for domain in (
        Domain("risk_of_bias", "Risk of bias", "down", (0, -1, -2, -3), _BIAS_MEANS, _BIAS),
        Domain("inconsistency", "Inconsistency", "down", (0, -1, -2), "The studies disagree.", _GRADE),
        Domain("indirectness", "Indirectness", "down", (0, -1, -2), _INDIRECT_MEANS, _GRADE),
        Domain("imprecision", "Imprecision", "down", (0, -1, -2, -3), _PRECISION_MEANS, _PRECISION),
        Domain("publication_bias", "Publication bias", "down", (0, -1, -2), "Results are held back.", _GRADE),
        Domain("large_effect", "Large effect", "up", (0, 1, 2), "The effect is large or very large.", _UP),
        Domain("dose_response", "Dose-response gradient", "up", (0, 1), "More of it does more.", _UP),
        Domain("plausible_confounding", "Plausible confounding", "up", (0, 1), _CONFOUNDING_MEANS, _UP),
    )
}


def signed(step: int) -> str:
    """A step as tables print it: −1, 0, +1, with a true minus sign."""
    return f"{step:+d}".replace("-", "−") if step else "0"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One domain as it was judged. Raises ProfileError for a domain or a step that GRADE does not have."""

    domain: str
    step: int
    reason: str = ""

    def __post_init__(self) -> None:
        if self.domain not in DOMAINS:
            known = ", ".join(DOMAINS)
            raise ProfileError(f"There is no domain {self.domain!r}.", cure=f"Use one of {known}.")
        allowed = DOMAINS[self.domain].steps
        if type(self.step) is not int or self.step not in allowed:
            raise ProfileError(
                f"{self.domain} cannot take the step {self.step!r}.",
                cure=f"Allowed are {', '.join(str(step) for step in allowed)}.",
            )
        _check_text(f"The reason of {self.domain}", self.reason)


@dataclass(frozen=True, slots=True)
class Profile:
    """A GRADE judgement's parts; a domain that is absent was not judged, which is not the same as step 0.

    Raises ProfileError for a start other than high and low, and for a domain that is judged twice.
    """

    start: str
    start_reason: str = ""
    domains: tuple[Judgement, ...] = ()

    def __post_init__(self) -> None:
        if self.start not in STARTS:
            raise ProfileError(
                f"GRADE does not start at {self.start!r}.",
                cure="Start at high (randomised trials) or low (observational studies); domains do the rest.",
            )
        _check_text("The start's reason", self.start_reason)
        names = [judgement.domain for judgement in self.domains]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ProfileError(f"{twice[0]} is judged twice.", cure="Keep one judgement of each domain.")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        """The profile in `{start, start_reason, domains: [{domain, step, reason}]}`; reasons may be left out.

        Raises ProfileError, also for a key that means nothing here: dropping it would lose somebody's words.
        """
        fields = _fields(data, "profile", ("start", "start_reason", "domains"))
        entries = fields.get("domains", [])
        if not isinstance(entries, list | tuple):
            raise ProfileError("`domains` is no list.", cure="Write domains: [{domain, step, reason}].")
        judgements = [_fields(entry, "domain", ("domain", "step", "reason")) for entry in entries]
        return cls(
            start=fields.get("start", ""),
            start_reason=fields.get("start_reason", ""),
            domains=tuple(
                Judgement(str(each.get("domain", "")), each.get("step", ""), each.get("reason", ""))
                for each in judgements
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """The form that `from_json` reads, domains in the order given."""
        domains = [{"domain": j.domain, "step": j.step, "reason": j.reason} for j in self.domains]
        return {"start": self.start, "start_reason": self.start_reason, "domains": domains}

    @property
    def not_judged(self) -> tuple[Domain, ...]:
        """The domains nobody judged, in GRADE's order. MECIR C74 wants all five that rate down considered."""
        judged = {judgement.domain for judgement in self.domains}
        return tuple(domain for name, domain in DOMAINS.items() if name not in judged)


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the explanation; `before` and `after` are levels, `held` says where the sum left the scale."""

    label: str
    step: int
    before: str
    after: str
    reason: str
    held: str

    @property
    def sign(self) -> str:
        """The step as a table prints it: −1, 0, +1."""
        return signed(self.step)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a profile leads to its level: the start, a step for each judged domain, and what is odd in it."""

    level: str
    start: str
    start_reason: str
    steps: tuple[Step, ...]
    not_judged: tuple[Domain, ...]
    notes: tuple[str, ...]


def explain(profile: Profile) -> Explanation:
    """The level a profile leads to, step by step, in GRADE's order whatever the order of the profile.

    Only the result is held between very low and high, not the sum on its way: three steps down from low and
    one up give very low. A missing reason reads "no reason given" (MECIR C75 wants one for every judgement).
    """
    judged = {judgement.domain: judgement for judgement in profile.domains}
    at = LEVELS.index(profile.start)
    steps = []
    for domain in DOMAINS.values():
        if judgement := judged.get(domain.name):
            before, at = at, at + judgement.step
            reason = judgement.reason.strip() or NO_REASON
            steps.append(Step(domain.label, judgement.step, _level(before), _level(at), reason, _held(at)))
    return Explanation(
        level=_level(at),
        start=profile.start,
        start_reason=profile.start_reason.strip() or NO_REASON,
        steps=tuple(steps),
        not_judged=profile.not_judged,
        notes=tuple(_notes(profile, at)),
    )


def level_reached(profile: Mapping[str, Any]) -> str:
    """The level that a kept profile leads to, in the form of `to_json`: `explain(…).level` without the explanation.

    Raises KeyError or TypeError for what is no profile; a step beyond what its domain may take is not looked at.
    """
    return _level(LEVELS.index(profile["start"]) + sum(each["step"] for each in profile["domains"]))


def _level(at: int) -> str:
    return LEVELS[min(max(at, 0), len(LEVELS) - 1)]


def _held(at: int) -> str:
    beyond = -at if at < 0 else at - (len(LEVELS) - 1)
    if beyond <= 0:
        return ""
    name = _level(at).replace("-", " ")
    steps = "1 step" if beyond == 1 else f"{beyond} steps"
    return f"{steps} {'below' if at < 0 else 'above'} {name}, held at {name}"


def _notes(profile: Profile, at: int) -> list[str]:
    notes = []
    steps = {judgement.domain: judgement.step for judgement in profile.domains}
    if held := _held(at):
        notes.append(f"The steps end {held}.")
    if steps.get("risk_of_bias") == -3:
        notes.append("Three steps for risk of bias are for studies assessed with ROBINS-I, which start high.")
    if any(step > 0 for step in steps.values()) and (profile.start == "high" or min(steps.values()) < 0):
        notes.append("Rating up usually applies only to observational studies without any reason for rating down.")
    return notes


def _fields(data: object, what: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ProfileError(f"A {what} is no object: {data!r}.", cure=f"Write {{{', '.join(known)}}}.")
    if unknown := sorted(str(key) for key in data if key not in known):
        raise ProfileError(f"{unknown[0]!r} means nothing in a {what}.", cure=f"Use {', '.join(known)}.")
    return data


def _check_text(what: str, value: object) -> None:
    if not isinstance(value, str):
        raise ProfileError(f"{what} is no text: {value!r}.", cure="Write words, or leave it out.")
    if fault := fault_in(value):
        raise ProfileError(f"{what} cannot be kept: {fault}.", cure="Remove that character.")

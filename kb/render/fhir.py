"""Graded statements as FHIR R5 `Evidence` resources: the certainty in HL7's codes, every caveat a note of the resource.

Only GRADE's own levels have rating codes; other scales are told in words, because no official mapping exists. Codes:
`http://hl7.org/fhir/certainty-type`, `http://terminology.hl7.org/CodeSystem/certainty-rating`, `…/variable-role`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kb.graded import GradedStatement
from kb.identifiers import identifiers_of
from kb.meanings import DIRECTIONS, SEVERITIES, STANCES
from kb.records import SlotRecord
from kb.reference import short_reference
from kb.render.json import day
from kb.render.work_words import said_of

TYPE_SYSTEM = "http://hl7.org/fhir/certainty-type"
RATING_SYSTEM = "http://terminology.hl7.org/CodeSystem/certainty-rating"
ROLE_SYSTEM = "http://terminology.hl7.org/CodeSystem/variable-role"
STATUS = {"published": "active", "withdrawn": "retired", "draft": "draft"}
RATINGS = {"high": "High", "moderate": "Moderate", "low": "Low", "very-low": "Very low"}
"""Levels of GRADE that are codes of certainty-rating too; its other levels are no ratings."""
DOMAINS = {
    "risk_of_bias": ("RiskOfBias", "Risk of bias"),
    "inconsistency": ("Inconsistency", "Inconsistency"),
    "indirectness": ("Indirectness", "Indirectness"),
    "imprecision": ("Imprecision", "Imprecision"),
    "publication_bias": ("PublicationBias", "Publication bias"),
    "large_effect": ("LargeEffect", "Large effect"),
    "dose_response": ("DoseResponseGradient", "Dose response gradient"),
    "plausible_confounding": ("PlausibleConfounding", "Plausible confounding"),
}
STEPS = {
    -3: ("extremely-serious-concern", "extremely serious concern"),
    -2: ("very-serious-concern", "very serious concern"),
    -1: ("serious-concern", "serious concern"),
    0: ("no-concern", "no concern"),
    1: ("upcode1", "Rated up 1 level"),
    2: ("upcode2", "Rated up 2 levels"),
}
RATED_UP = ("large_effect", "dose_response", "plausible_confounding")
ABSENT = ("absent", "absent")
ROLES = (
    ("population", "population", "Population"),
    ("intervention", "exposure", "Exposure"),
    ("comparator", "referenceExposure", "Reference exposure"),
    ("outcome", "measuredVariable", "Measured variable"),
)
NOT_STATED = "Not stated in this record."


def fhir_lines(statements: Iterable[GradedStatement]) -> Iterator[str]:
    """NDJSON, one resource a line."""
    for statement in statements:
        yield json.dumps(evidence(statement), ensure_ascii=False) + "\n"


def evidence(statement: GradedStatement) -> dict[str, Any]:
    """The statement as one resource; its words are the assertion, beside certainty and caveats."""
    level = statement.grade.level
    quote = f" In the source’s words: “{statement.quote}”" if statement.quote else ""
    resource: dict[str, Any] = {
        "resourceType": "Evidence",
        "id": str(statement.id),
        "identifier": [{"value": f"{statement.origin}/{statement.key}"}],
        "version": str(statement.version),
        "status": STATUS[statement.state],
        "description": f"{level.symbol} {level.label}; {direction_in_words(statement)}{quote}",
        "assertion": statement.text,
        "note": [*_caveats(statement), *({"text": f"Remark: {each}"} for each in statement.remarks)],
        "variableDefinition": list(_variables(statement)),
        "certainty": [_certainty(statement)],
    }
    if statement.reviewed_on is not None:
        resource["lastReviewDate"] = day(statement.reviewed_on)
    if artifacts := [_artifact(slot) for slot in statement.slots if slot.citation is not None]:
        resource["relatedArtifact"] = artifacts
    return resource


def direction_in_words(statement: GradedStatement) -> str:
    """Which way the evidence points, as a sentence."""
    return f"direction: {DIRECTIONS[statement.grade.direction].label}."


def _caveats(statement: GradedStatement) -> Iterator[dict[str, Any]]:
    for each in statement.caveats:
        place = f" (citation {each.slot})" if each.slot else ""
        as_of = f" (as of {each.as_of})" if each.as_of else ""
        yield {"text": f"{SEVERITIES[each.severity].label} [{each.code}]{place}: {each.text}{as_of}"}


def _variables(statement: GradedStatement) -> Iterator[dict[str, Any]]:
    stated = [(value, *role) for name, *role in ROLES if (value := getattr(statement, name))]
    # At least one is required; what is measured is what a statement is about.
    for value, code, label in stated or [(NOT_STATED, *ROLES[-1][1:])]:
        yield {"description": value, "variableRole": _code(ROLE_SYSTEM, code, label)}


def _certainty(statement: GradedStatement) -> dict[str, Any]:
    grade = statement.grade
    level = grade.level
    scale = f" on the scale {level.scale}" if level.scale and level.scale != "grade" else ""
    said: dict[str, Any] = {
        "description": f"{level.symbol} {level.label}{scale}: {level.meaning} {direction_in_words(statement)}",
        "type": _code(TYPE_SYSTEM, "Overall", "Overall certainty"),
    }
    if level.scale == "grade" and level.id in RATINGS:
        said["rating"] = _code(RATING_SYSTEM, level.id, RATINGS[level.id])
    if grade.rationale:
        said["note"] = [{"text": grade.rationale}]
    if grade.rater:
        said["rater"] = grade.rater
    if level.scale == "grade" and grade.profile is not None and (parts := list(_domains(grade.profile))):
        said["subcomponent"] = parts
    return said


def _domains(profile: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in profile.get("domains", ()):
        code, label = DOMAINS[each["domain"]]
        step = int(each["step"])
        rating = ABSENT if step == 0 and each["domain"] in RATED_UP else STEPS[step]
        said = {"type": _code(TYPE_SYSTEM, code, label), "rating": _code(RATING_SYSTEM, *rating)}
        yield {**said, "description": each["reason"]} if each.get("reason") else said


def _artifact(slot: SlotRecord) -> dict[str, Any]:
    assert slot.citation is not None
    work = slot.citation
    stance = STANCES[slot.stance or "background"].label
    found = identifiers_of(work.csl)
    ids = " ".join(f"{each.label} {each.value}" for each in found)
    said = "; ".join(said_of(work))
    artifact: dict[str, Any] = {
        "type": "citation",
        "label": stance,
        "citation": f"{short_reference(work.csl)} {ids} [{said}]".replace("  ", " "),
    }
    if link := next((each.url for each in found if each.url), None):
        artifact["document"] = {"url": link, "title": str(work.title)}
    return artifact


def _code(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}

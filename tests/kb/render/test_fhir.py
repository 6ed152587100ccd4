"""Statements as FHIR R5 Evidence: valid by HL7's own definitions, whole, and never more certain than they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fhir.resources.evidence import Evidence
from pydantic import ValidationError

from kb.grade import DOMAINS as OURS
from kb.graded import read_all
from kb.ingest.reading import Report
from kb.meanings import SEVERITIES
from kb.model import STATES
from kb.render.fhir import DOMAINS, RATING_SYSTEM, RATINGS, STATUS, STEPS, TYPE_SYSTEM, evidence, fhir_lines
from kb.scales import load_scales
from kb.store import Store

DAY = date(2026, 11, 23)
RATING_CODES = set(
    """high moderate low very-low no-concern serious-concern very-serious-concern extremely-serious-concern present
    absent no-change downcode1 downcode2 downcode3 upcode1 upcode2""".split()  # noqa: SIM905
)
TYPE_CODES = set(
    """Overall RiskOfBias Inconsistency Indirectness Imprecision PublicationBias DoseResponseGradient
    PlausibleConfounding LargeEffect""".split()  # noqa: SIM905
)
PROFILE = {
    "start": "low",
    "domains": [
        {"domain": "imprecision", "step": -2, "reason": "Ten people."},
        {"domain": "inconsistency", "step": 0},
        {"domain": "large_effect", "step": 1, "reason": "Tenfold."},
        {"domain": "dose_response", "step": 0},
    ],
}


def row(key: str, **more: Any) -> dict[str, Any]:
    return {"origin": "made", "key": key, "text": f"Tea {key} helps.", "type": "efficacy", **more}


@pytest.fixture
def made(store: Store, bring: Callable[..., Report]) -> Callable[..., dict[str, Any]]:
    """The resource of one statement, made of a row."""

    def make(**more: Any) -> dict[str, Any]:
        bring(store, [row("A1", **more)])
        with store.reading() as session:
            (statement,) = read_all(session, DAY)
        return evidence(statement)

    return make


def codes(value: Any) -> list[tuple[str, str]]:
    """Every code in a resource, with its system."""
    if isinstance(value, dict):
        own = [(value["system"], value["code"])] if "code" in value else []
        return own + [each for inner in value.values() for each in codes(inner)]
    return [each for inner in value for each in codes(inner)] if isinstance(value, list) else []


def test_every_statement_is_a_valid_resource_with_all_its_caveats(demo: Store) -> None:
    with demo.reading() as session:
        statements = list(read_all(session, DAY))
        lines = list(fhir_lines(statements))
    assert len(lines) == len(statements) > 60
    for line, own in zip(lines, statements, strict=True):
        Evidence.model_validate_json(line)
        resource = json.loads(line)
        assert resource["assertion"] == own.text
        notes = [each["text"] for each in resource["note"]]
        for caveat in own.caveats:
            assert any(caveat.text in note and SEVERITIES[caveat.severity].label in note for note in notes)
        level = own.grade.level
        assert f"{level.symbol} {level.label}" in resource["description"]
        assert all(code in RATING_CODES for system, code in codes(resource) if system == RATING_SYSTEM)
        assert all(code in TYPE_CODES for system, code in codes(resource) if system == TYPE_SYSTEM)


def test_the_definitions_can_refuse() -> None:
    for bad in ({"status": "active"}, {"status": "active", "variableDefinition": [], "grade": 1}):
        with pytest.raises(ValidationError):
            Evidence.model_validate({"resourceType": "Evidence", **bad})


@pytest.mark.parametrize("level", RATINGS)
def test_a_level_of_grade_has_its_code(made: Callable[..., dict[str, Any]], level: str) -> None:
    resource = made(grade={"level": level, "direction": "supports", "rationale": "Because.", "rater": "R. Ater"})
    Evidence.model_validate(resource)
    (certainty,) = resource["certainty"]
    assert certainty["rating"]["coding"][0]["code"] == level
    assert certainty["type"]["coding"][0]["code"] == "Overall"
    assert (certainty["note"], certainty["rater"]) == ([{"text": "Because."}], "R. Ater")
    assert "direction: supports" in certainty["description"]


@pytest.mark.parametrize(
    "grade",
    [
        None,
        {"level": "no-evidence", "rationale": "None."},
        {"level": "not-gradable", "rationale": "A name."},
        {"scale": "civic", "level": "A", "rationale": "There."},
        {"scale": "uspstf", "level": "D", "rationale": "There."},
    ],
)
def test_what_is_no_rating_of_grade_is_told_in_words_and_has_no_code(
    made: Callable[..., dict[str, Any]], grade: dict[str, Any] | None
) -> None:
    resource = made(**({} if grade is None else {"grade": {"direction": "not-stated", **grade}}))
    Evidence.model_validate(resource)
    (certainty,) = resource["certainty"]
    assert "rating" not in certainty
    assert "subcomponent" not in certainty
    shown = load_scales().shown(grade.get("scale", "grade"), grade["level"]) if grade else None
    assert (shown.label if shown else "Ungraded") in certainty["description"]
    assert not [code for system, code in codes(resource) if system == RATING_SYSTEM]


def test_the_profile_is_told_part_by_part(made: Callable[..., dict[str, Any]]) -> None:
    resource = made(grade={"level": "low", "direction": "supports", "rationale": "x", "profile": PROFILE})
    Evidence.model_validate(resource)
    parts = [
        (*(each[name]["coding"][0]["code"] for name in ("type", "rating")), each.get("description"))
        for each in resource["certainty"][0]["subcomponent"]
    ]
    assert parts == [
        ("Imprecision", "very-serious-concern", "Ten people."),
        ("Inconsistency", "no-concern", None),
        ("LargeEffect", "upcode1", "Tenfold."),
        ("DoseResponseGradient", "absent", None),
    ]


def test_every_domain_step_and_state_has_its_word() -> None:
    assert DOMAINS.keys() == OURS.keys()
    assert {step for each in OURS.values() for step in each.steps} <= STEPS.keys()
    assert STATUS.keys() == set(STATES)


def test_what_was_asked_stands_in_its_variables(made: Callable[..., dict[str, Any]]) -> None:
    resource = made(pico={"population": "adults", "intervention": "tea", "comparator": "water", "outcome": "sleep"})
    Evidence.model_validate(resource)
    said = [(each["variableRole"]["coding"][0]["code"], each["description"]) for each in resource["variableDefinition"]]
    assert said == [
        ("population", "adults"),
        ("exposure", "tea"),
        ("referenceExposure", "water"),
        ("measuredVariable", "sleep"),
    ]

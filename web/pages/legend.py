"""`/legend`: what levels, symbols, directions, claim types, stances, standings and caveats mean."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response

from kb.caveats import DERIVED
from kb.legend import RecordedCaveat, recorded_caveats
from kb.meanings import CLAIM_TYPES, DIRECTIONS, SEVERITIES, STANCES, STANDINGS, Meaning
from kb.scales import UNGRADED, Level, load_scales
from web.answers import html_answer, json_answer
from web.serving import serving

blueprint = Blueprint("legend", __name__)


@blueprint.get("/legend")
def page() -> Response:
    """Every symbol and word that stands beside a statement, explained."""
    return html_answer(
        "legend.html",
        scales=list(load_scales()),
        ungraded=UNGRADED,
        directions=DIRECTIONS,
        claim_types=CLAIM_TYPES,
        stances=STANCES,
        standings=STANDINGS,
        severities=SEVERITIES,
        derived=list(DERIVED.values()),
        recorded=_recorded(),
    )


@blueprint.get("/legend.json")
def as_json() -> Response:
    """The same as JSON."""
    return json_answer(
        {
            "scales": [
                {
                    "id": scale.id,
                    "name": scale.name,
                    "ordered": scale.ordered,
                    "question": scale.question,
                    "source": scale.source,
                    "levels": [_level(level) for level in scale.best_first],
                }
                for scale in load_scales()
            ],
            "ungraded": _level(UNGRADED),
            "directions": _meanings(DIRECTIONS),
            "claim_types": _meanings(CLAIM_TYPES),
            "stances": _meanings(STANCES),
            "standings": _meanings(STANDINGS),
            "severities": _meanings(SEVERITIES),
            "derived_caveats": [
                {"code": each.code, "severity": each.severity, "kind": each.kind, "meaning": each.meaning}
                for each in DERIVED.values()
            ],
            "recorded_caveats": [
                {"code": each.code, "severity": each.severity, "kind": each.kind, "text": each.text}
                for each in _recorded()
            ],
        }
    )


def _recorded() -> list[RecordedCaveat]:
    with serving().store.reading() as session:
        return recorded_caveats(session)


def _level(level: Level) -> dict[str, object]:
    return {
        "name": level.name,
        "label": level.label,
        "symbol": level.symbol,
        "rank": level.rank,
        "meaning": level.meaning,
    }


def _meanings(table: Mapping[str, Meaning]) -> dict[str, str]:
    return {word: meaning.sentence for word, meaning in table.items()}

"""The part “On the same question” of a statement's page: the others as cards, and for curators the forms to relate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kb.errors import CaveatError
from kb.graded import GradedStatement
from kb.meanings import RELATIONS, relation_words
from kb.render.html import card
from kb.render.similar import counted, mark, notes, recorded
from kb.similar import OnTheQuestion

# The verbs of the form: what a curator can say of this statement and another.
KINDS = {kind: words for kind, (words, _) in RELATIONS.items()}


@dataclass(frozen=True, slots=True)
class Beside:
    """Another statement on the same question: its card, and how it stands to this one."""

    id: int
    version: int
    card: Markup
    mark: str
    notes: list[str]
    recorded: list[str]


@dataclass(frozen=True, slots=True)
class Related:
    """A relation that somebody recorded, for the form that takes it off; the other may be on another question."""

    kind: str
    words: str
    id: int
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class SameQuestion:
    """All that the part shows. `asks` is False where the statement names no intervention or no outcome."""

    asks: bool
    counted: str
    others: list[Beside]
    related: list[Related]


@dataclass(frozen=True, slots=True)
class Refused:
    """What a form sent that was refused, and why."""

    error: CaveatError
    act: str
    other: int


def same_question(
    statement: GradedStatement, found: OnTheQuestion, whole: Mapping[int, GradedStatement]
) -> SameQuestion:
    """The part of a statement's page, from who was found beside it and all of these by their ids."""
    return SameQuestion(
        bool(statement.intervention and statement.outcome) and statement.state == "published",
        counted(found),
        [
            Beside(
                each.id,
                whole[each.id].version,
                card(whole[each.id], heading_level=3),
                mark(each),
                notes(each),
                recorded(each),
            )
            for each in found.shown
        ],
        [
            Related(
                each.kind,
                relation_words(each.kind, each.inverse),
                each.other_id,
                f"{each.other_origin} {each.other_key}",
                each.other_state,
            )
            for each in statement.relations
        ],
    )

"""Which statements ask the same: population, intervention and outcome without what makes no other question of them.

The audit, the statement's page and the column `statement.question` all read them through this file: there is one notion
of “the same question”, and one of answers to it that cannot both be right.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from kb.wording import way_of_effect

# Which directions are compared: what "supports" stands against. Of the others nothing is certain enough.
SIDES = {"supports": "for", "contradicts": "against", "no-effect": "against"}
AGAINST = frozenset(direction for direction, side in SIDES.items() if side == "against")
# Answers are compared on this scale only: others rate single studies or recommendations, of which two may well differ.
COMPARED_SCALE = "grade"


def normal(text: str) -> str:
    """A text without what makes no other claim of it: case, blanks, and punctuation at the end."""
    folded = text.casefold()
    if not folded.isprintable() or "  " in folded or folded[:1] == " ":
        folded = " ".join(folded.split())
    return folded.rstrip(" .!?;:,…")


def question_number(intervention: str | None, outcome: str | None) -> int | None:
    """What `statement.question` holds: a number that statements with the same intervention and outcome share.

    None where one of the two is not stated. Two questions may, once in a life, share a number: whoever tells of a pair
    compares the words themselves.
    """
    about, measured = normal(intervention or ""), normal(outcome or "")
    if not about or not measured:
        return None
    digest = hashlib.blake2b(f"{about}\n{measured}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that a statement answers, its parts normal; what is not stated is empty."""

    population: str
    intervention: str
    outcome: str

    @classmethod
    def of(cls, population: str | None, intervention: str | None, outcome: str | None) -> Asked:
        """The question with these parts, as they stand in a record."""
        return cls(normal(population or ""), normal(intervention or ""), normal(outcome or ""))

    @property
    def is_whole(self) -> bool:
        """Whether it says of what and on what: without these two nothing is the same question."""
        return bool(self.intervention and self.outcome)

    def may_be(self, other: Asked) -> bool:
        """Whether it is the other question as far as both say; one may not say in whom."""
        same = (self.intervention, self.outcome) == (other.intervention, other.outcome)
        return self.is_whole and same and _may_be_one(self.population, other.population)


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement as an answer to its question: what it was compared with, how it was graded, and what it says.

    `direction` is that of its grade, `not-stated` where there is none; `scale` and `level` are then empty.
    """

    id: int
    origin: str
    asked: Asked
    comparator: str
    scale: str
    level: str
    direction: str
    text: str

    def opposes(self, other: Answer) -> bool:
        """Whether two answers cannot both be right, should they answer one question.

        Opposite directions may well agree where the words go opposite ways ("reduces", "increases"), and where the two
        compare with different things.
        """
        return (
            self.scale == other.scale == COMPARED_SCALE
            and {self.direction, other.direction} <= SIDES.keys()
            and SIDES[self.direction] != SIDES[other.direction]
            and _may_be_one(self.comparator, other.comparator)
            and _may_be_one(_way(self.text), _way(other.text))
        )

    def contradicts(self, other: Answer) -> bool:
        """Whether two answers to one question cannot both be right."""
        return self.asked.is_whole and self.asked == other.asked and self.opposes(other)


# Of many answers to one question each is compared with others several times.
_way = lru_cache(1000)(way_of_effect)


def _may_be_one(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other

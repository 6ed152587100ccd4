"""What a statement claims, changed by a curator, so that neither a grade nor a caveat goes along or is lost unseen.

A grade was given to words. Where the words of a graded statement change, somebody says which of two holds: it says the
same in other words, and the grade stands (which the history then tells); or it says something else, and a statement of
its own, ungraded, takes its place (`kb.succession`). A caveat that came with a topic or a claim type stays, attached to
the statement itself, until somebody takes it off and says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kb.curate import By, changing
from kb.errors import Conflict, InputError
from kb.ingest.article import topic_named
from kb.ingest.drafts import LONGEST_TEXT
from kb.loading import load
from kb.model import CLAIM_TYPES, Caveat, Statement, StatementCaveat, StatementTopic
from kb.question import normal
from kb.records import StatementRecord
from kb.words import fault_in

LONGEST_TOPIC = 200
QUESTION = ("population", "intervention", "comparator", "outcome")
GRADE_STANDS = "reword-grade-stands"
"""What the history calls a change of a graded claim of which somebody said that the grade holds for the new words."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a statement claims: its words, type and topics, and the question it answers; what is not stated is empty.

    Raises InputError for no words, words that cannot be kept, and an unknown type.
    """

    text: str
    type: str
    topics: tuple[str, ...] = ()
    population: str = ""
    intervention: str = ""
    comparator: str = ""
    outcome: str = ""

    def __post_init__(self) -> None:
        if not self.text:
            raise InputError("There is no claim.", place="text", cure="Write what the statement claims.")
        if self.type not in CLAIM_TYPES:
            known = ", ".join(CLAIM_TYPES)
            raise InputError(f"“{self.type}” is no claim type.", place="type", cure=f"Use one of: {known}.")
        _refuse_unkept("text", self.text, LONGEST_TEXT)
        for topic in self.topics:
            _refuse_unkept("topics", topic, LONGEST_TOPIC)
        for name in QUESTION:
            _refuse_unkept(name, getattr(self, name), LONGEST_TEXT)

    @classmethod
    def written(cls, text: str, type_: str, topics: Iterable[str] = (), **question: str) -> Claim:
        """The claim as somebody typed it: without blanks around, each topic once."""
        names = sorted({" ".join(topic.split()) for topic in topics if topic.strip()})
        return cls(text.strip(), type_, tuple(names), **{name: words.strip() for name, words in question.items()})

    @classmethod
    def of(cls, record: StatementRecord) -> Claim:
        """What a statement claims as it stands."""
        asked = {name: getattr(record, name) or "" for name in QUESTION}
        return cls(record.text, record.type, record.topics, **asked)


def topics_text(topics: Sequence[str]) -> str:
    """Topics as they stand in one field: commas between, or semicolons where a topic has a comma in itself."""
    return "; ".join((*topics, "")).rstrip(" ") if any("," in topic for topic in topics) else ", ".join(topics)


def topics_of(text: str) -> list[str]:
    """The topics that such a field holds."""
    return text.split(";" if ";" in text else ",")


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of an edit: the statement's id, and the codes of caveats that were kept by attaching them."""

    id: int
    kept: tuple[str, ...] = ()


def says_another(before: Claim, after: Claim) -> bool:
    """Whether the words may claim something else now; case, blanks and the full stop at the end are no words.

    A part of the question that nobody had stated may be filled in; one that was stated belongs to the claim.
    """
    if normal(before.text) != normal(after.text):
        return True
    stated = ((getattr(before, name), getattr(after, name)) for name in QUESTION)
    return any(old and normal(old) != normal(new) for old, new in stated)


def edit(
    session: Session, id_: int, claim: Claim, by: By, version: int | None = None, grade_stands: bool = False
) -> Edited:
    """Let a published statement claim this. `grade_stands`: somebody says that its grade holds for the new words.

    Raises InputError where the claim is another one, graded, and nobody said so; Conflict for a draft, which
    `kb.drafting` edits, a withdrawn statement, and where nothing would change; Outdated, NotFound.
    """
    found = load(session, [id_])
    at_stake = bool(found) and found[0].judged is not None and says_another(Claim.of(found[0]), claim)
    with changing(session, id_, GRADE_STANDS if at_stake else "edit", by, version) as row:
        refuse_draft(row)
        (record,) = load(session, [id_])
        if Claim.of(record) == claim:
            raise Conflict("Nothing would change.", cure="The statement says so already.")
        if at_stake and not grade_stands:
            raise InputError(
                "Its grade was given to other words.",
                place="same",
                cure="Say whether the statement still claims the same, so that the grade stands, or something else.",
            )
        write(session, row, claim)
        kept = keep_caveats(session, id_, codes(record))
    return Edited(id_, kept)


def write(session: Session, row: Statement, claim: Claim) -> None:
    """Put a claim into a statement's row, its topics beside it."""
    row.text, row.type = claim.text, claim.type
    for name in QUESTION:
        setattr(row, name, getattr(claim, name) or None)
    session.execute(delete(StatementTopic).where(StatementTopic.statement_id == row.id))
    add_topics(session, row.id, claim.topics)
    session.flush()


def add_topics(session: Session, id_: int, names: Iterable[str]) -> None:
    """Say that a statement is about these topics."""
    rows = [{"statement_id": id_, "topic_id": topic_named(session, name).id} for name in names]
    if rows:
        session.execute(insert(StatementTopic), rows)


def codes(*records: StatementRecord) -> set[str]:
    """The caveats that were written down for these statements, however they reached them."""
    return {caveat.code for record in records for caveat in record.recorded_caveats}


def keep_caveats(session: Session, id_: int, wanted: Collection[str]) -> tuple[str, ...]:
    """Attach those of these caveats that the statement does not carry by itself; their codes."""
    (record,) = load(session, [id_])
    missing = sorted(set(wanted) - codes(record))
    for caveat_id in session.scalars(select(Caveat.id).where(Caveat.code.in_(missing))):
        session.add(StatementCaveat(statement_id=id_, caveat_id=caveat_id))
    session.flush()
    return tuple(missing)


def refuse_draft(row: Statement) -> None:
    """Raise Conflict for a draft."""
    if row.state == "draft":
        raise Conflict(f"Statement {row.id} is a draft.", cure="Edit it on the page of its article.")


def _refuse_unkept(name: str, value: str, longest: int) -> None:
    if fault := fault_in(value):
        raise InputError(f"The {name} cannot be kept: {fault}.", place=name, cure="Take it out.")
    if len(value) > longest:
        raise InputError(f"The {name} is too long.", place=name, cure=f"Use at most {longest} characters.")

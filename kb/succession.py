"""Statements that take the place of others: a claim changed into another one, split into several, merged into one.

Nothing is deleted and no grade moves. What is replaced is withdrawn, keeps its page with its grades, and is linked by
the relation `supersedes`. What takes its place carries its slots, its caveats (those of its article and topics too) and
what others say against it; a new statement is ungraded until somebody judges its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.changes import announce
from kb.claims import Claim, Edited, codes, keep_caveats, refuse_draft, says_another, write
from kb.curate import By, changing
from kb.errors import Conflict, InputError, NotFound, Outdated
from kb.history import Act, append, snapshot
from kb.loading import load
from kb.model import Article, CitationSlot, Relation, Statement
from kb.question import question_number
from kb.records import SlotRecord, StatementRecord

# What one statement says of another is said of the one that takes its place, but for what it replaced itself.
CARRIED = ("contradicts", "same-evidence", "duplicates")
COPIED = ("origin", "article_id", "effect_size", "direct_evidence", "searched_on", "searched_where", "review_due")
MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement, and the version at which somebody saw it."""

    id: int
    version: int | None = None


def succeed(session: Session, old: Seen, claims: Sequence[Claim], by: By) -> list[Edited]:
    """Withdraw a published statement and let new ones take its place, one for each claim; all ungraded.

    Raises InputError for no claim or too many, Conflict for a draft or a withdrawn statement, Outdated, NotFound.
    """
    if not 0 < len(claims) <= MOST_AT_ONCE:
        raise InputError(
            f"{len(claims)} claims cannot take its place.",
            place="text",
            cure=f"Write one to {MOST_AT_ONCE}, one a line.",
        )
    (record,) = _records(session, [old])
    made = [_made(session, [record], claim, by) for claim in claims]
    _withdraw(session, [old], [each.id for each in made], by)
    return made


def merge(session: Session, kept: Seen, others: Sequence[Seen], claim: Claim, by: By, grade_stands: bool) -> Edited:
    """Make one statement of several. `kept` goes on with this claim, if it is ungraded or its grade is said to stand.

    Otherwise a new one, ungraded, takes the place of all. Drafts go into a draft or a published statement, published
    ones into a published one. Raises InputError for fewer than two, Conflict, Outdated and NotFound.
    """
    numbers = [kept.id, *(each.id for each in others)]
    if len(set(numbers)) != len(numbers) or not 1 < len(numbers) <= MOST_AT_ONCE:
        raise InputError(
            "Name each statement once, and at least two.", place="id", cure=f"At most {MOST_AT_ONCE} at once."
        )
    records = _records(session, [kept, *others])
    if records[0].state == "draft" and any(each.state == "published" for each in records):
        raise Conflict("A published statement does not go into a draft.", cure="Keep a published one.")
    if records[0].judged is not None and not grade_stands:
        made = _made(session, records, claim, by)
        _withdraw(session, [kept, *others], [made.id], by)
        return made
    was = Claim.of(records[0])
    stands = "merge-grade-stands" if records[0].judged is not None and says_another(was, claim) else "merge"
    with changing(session, kept.id, stands, by, kept.version) as row:
        write(session, row, claim)
        _add_slots(session, row.id, records[0].slots, (slot for each in records[1:] for slot in each.slots))
        row.remarks = list(dict.fromkeys(remark for each in records for remark in each.remarks))
        row.start, row.end, row.quote = _place(session, row, records)
        _carry_relations(session, row.id, records)
        attached = keep_caveats(session, row.id, codes(*records))
    _withdraw(session, others, [kept.id], by)
    return Edited(kept.id, attached)


def _records(session: Session, seen: Sequence[Seen]) -> list[StatementRecord]:
    found = {record.id: record for record in load(session, [each.id for each in seen])}
    for each in seen:
        record = found.get(each.id)
        if record is None:
            raise NotFound(f"There is no statement {each.id}.")
        if each.version is not None and each.version != record.version:
            raise Outdated(each.id, each.version, record.version)
        if record.state == "withdrawn":
            raise Conflict(f"Statement {each.id} is withdrawn.", cure="A withdrawn statement is not changed any more.")
    return [found[each.id] for each in seen]


def _made(session: Session, olds: Sequence[StatementRecord], claim: Claim, by: By) -> Edited:
    """A new statement in the place of others: the first gives its place in the text, all give what they carry."""
    first = session.get_one(Statement, olds[0].id)
    refuse_draft(first)
    row = Statement(
        key=next_key(session, first.origin, first.key), text=claim.text, type=claim.type, state="published", version=1
    )
    for name in (*COPIED, "sentence_start", "sentence_end"):
        setattr(row, name, getattr(first, name))
    row.remarks = list(dict.fromkeys(remark for each in olds for remark in each.remarks))
    row.review_due = min((each.review_due for each in olds if each.review_due), default=None)
    row.start, row.end, row.quote = _place(session, first, olds)
    row.question = question_number(claim.intervention, claim.outcome)
    session.add(row)
    session.flush()
    write(session, row, claim)
    _add_slots(session, row.id, (), (slot for each in olds for slot in each.slots))
    _carry_relations(session, row.id, olds)
    attached = keep_caveats(session, row.id, codes(*olds))
    begin(session, row, by)
    return Edited(row.id, attached)


def begin(session: Session, row: Statement, by: By) -> None:
    """Begin the history of a statement that no batch created: sealed, told and announced."""
    session.flush()
    (record,) = load(session, [row.id])
    told = snapshot(record, by.at.date())
    row.content_hash = told["content_hash"]
    session.flush()
    append(session, [Act("create", f"statement:{row.id}", None, told, by.reason)], by.actor, by.at)
    announce(session, {row.id, *(each.other_id for each in record.relations)}, by.at)


def next_key(session: Session, origin: str, key: str) -> str:
    """The next free key beside another: K12.2, K12.3 and so on."""
    # One look-up by the index for each: a search for all that begin so would read the whole origin.
    for number in count(2):
        name = f"{key}.{number}"
        if session.scalar(select(Statement.id).where(Statement.origin == origin, Statement.key == name)) is None:
            return name
    raise AssertionError("numbers do not end")


def _withdraw(session: Session, olds: Iterable[Seen], new: Sequence[int], by: By) -> None:
    """Take back what was replaced; a statement that goes on says of each that it supersedes it."""
    named = f"statement {new[0]}" if len(new) == 1 else f"statements {', '.join(map(str, new))}"
    for old in olds:
        with changing(session, old.id, "replaced", by, old.version) as row:
            row.state = "withdrawn"
            row.withdrawn_reason = f"replaced by {named}: {by.reason}"


def _add_slots(session: Session, id_: int, have: Sequence[SlotRecord], more: Iterable[SlotRecord]) -> None:
    """Add slots behind those a statement has, each that says the same once; one that is bare and empty is enough."""
    said = {_said(slot) for slot in have}
    top = session.scalar(select(func.max(CitationSlot.position)).where(CitationSlot.statement_id == id_)) or 0
    empty = next((slot for slot in have if slot.citation is None and not slot.note), None)
    for slot in more:
        if _said(slot) in said or (empty is not None and slot.citation is None and not slot.note):
            continue
        said.add(_said(slot))
        top += 1
        session.add(
            CitationSlot(
                statement_id=id_,
                position=top,
                citation_id=slot.citation.id if slot.citation is not None else None,
                stance=slot.stance,
                quote=slot.quote,
                locator=slot.locator,
                note=slot.note,
            )
        )
    session.flush()


def _said(slot: SlotRecord) -> tuple[object, ...]:
    return slot.citation and slot.citation.id, slot.stance, slot.quote, slot.locator, slot.note


def _carry_relations(session: Session, id_: int, olds: Sequence[StatementRecord]) -> None:
    """Say of others what the replaced ones said of them, or they of these; and that it supersedes those that go."""
    among = {id_, *(each.id for each in olds)}
    for old in olds:
        if old.id != id_:
            session.merge(Relation(statement_id=id_, other_id=old.id, kind="supersedes"))
        for relation in old.relations:
            told = (id_, relation.other_id, relation.kind)
            said = session.get(Relation, told) or session.get(Relation, (relation.other_id, id_, relation.kind))
            if relation.kind in CARRIED and relation.other_id not in among and said is None:
                session.add(Relation(statement_id=id_, other_id=relation.other_id, kind=relation.kind))
    session.flush()


def _place(
    session: Session, row: Statement, records: Sequence[StatementRecord]
) -> tuple[int | None, int | None, str | None]:
    """Where the words stand in the article: those of all together where they follow each other, else of the first."""
    first = records[0]
    spans = [(each.start, each.end) for each in records if each.start is not None and each.end is not None]
    same = len(spans) == len(records) and len({each.article and each.article.slug for each in records}) == 1
    if not same or row.article_id is None or len(spans) < 2:
        return first.start, first.end, first.quote
    start, end = min(low for low, _ in spans), max(high for _, high in spans)
    text = session.get_one(Article, row.article_id).text[start:end]
    covered = [False] * len(text)
    for low, high in spans:
        covered[low - start : high - start] = [True] * (high - low)
    if any(letter.isalnum() and not inside for letter, inside in zip(text, covered, strict=True)):
        return first.start, first.end, first.quote
    return start, end, text

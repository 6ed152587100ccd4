"""Proof that the history is whole and that today's rows are what it says they are.

What a chain cannot prove: someone who holds KB_SECRET_KEY can rewrite all of it. Against that, note the head elsewhere
and compare it with `kb verify --head`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.audit.waivers import waiver_content
from kb.beside import beside, two_cores
from kb.chain import Fault, Ledger, chain_faults
from kb.content import (
    Content,
    article_caveats,
    article_content,
    caveat_content,
    citation_content,
    content_hash,
    statement_content,
    statement_hash,
    topic_content,
)
from kb.cyclic_search import without_cyclic_search
from kb.flags import flag_content
from kb.history import HEAD, Digest
from kb.loading import caveat_rows, load
from kb.model import Article, Batch, Caveat, Citation, Flag, Meta, Person, Statement, Token, Topic, Waiver
from kb.people import person_content
from kb.records import CHUNK, LARGEST_ID
from kb.tokens import token_content

# Fewer statements are read before a second process is ready.
WORTH_IT = 20_000
# id, the hash kept beside the row, the hash of what the row says now, the batch that created it
Member = tuple[int, str, str, int | None]


def faults(session: Session, noted_head: str | None = None) -> Iterator[Fault]:
    """Everything that does not hold, first in the chain, then in the rows; nothing where all is well.

    `noted_head` is a hash written down earlier: it must still be part of the chain. Rows are compared with a chain that
    holds together only: one that is broken in the middle vouches for nothing, and its break is the one fault named.
    """
    with without_cyclic_search():
        yield from _faults(session, noted_head)


def _faults(session: Session, noted_head: str | None) -> Iterator[Fault]:
    try:
        in_chain, ledger = chain_faults(session, noted_head)
    except json.JSONDecodeError:
        yield Fault("history", "cannot be read: a revision holds something else than JSON.")
        return
    yield from in_chain
    if ledger is None:
        return
    for kind, members in KINDS.items():
        yield from _row_faults(kind, _readable(kind, members(session)), ledger)
    yield from _topic_faults(session, ledger)
    yield from _account_faults(session, ledger)
    for kind, (table, content) in KEPT.items():
        rows = session.scalars(select(table).order_by(table.id).execution_options(yield_per=CHUNK))
        yield from _kept_faults(kind, ((row.id, content_hash(content(row))) for row in rows), ledger)
    yield from _version_faults(session, ledger)
    yield from _batch_faults(session, ledger)


def _row_faults(kind: str, members: Iterator[Member | Fault], ledger: Ledger) -> Iterator[Fault]:
    """Compare rows with the history; members come in order of id, so batches can be digested on the way."""
    created: dict[int, Digest] = {}
    suspects: set[int] = set()
    seen: set[str] = set()
    for member in members:
        if isinstance(member, Fault):
            yield member
            return
        id_, kept, actual, batch_id = member
        subject = f"{kind}:{id_}"
        seen.add(subject)
        said = ledger.last.get(subject, kept)
        if actual != said or kept != said:
            yield Fault(subject, "was changed behind the history's back.")
            suspects.add(batch_id or 0)
        if batch_id is not None:
            created.setdefault(batch_id, Digest()).add(id_, ledger.first.get(subject) or actual)
        elif subject not in ledger.last:
            yield Fault(subject, "is not in the history.")
    for subject in ledger.last.keys() - seen:
        if subject.startswith(f"{kind}:"):
            yield Fault(subject, "is in the history and missing from the store.")
    batches = {batch for which, batch in ledger.batches if which == kind}
    for batch_id in sorted(batches | created.keys()):
        rows = created.get(batch_id, Digest())
        if ledger.batches.get((kind, batch_id)) != (rows.count, rows.hexdigest()) and batch_id not in suspects:
            yield Fault(
                f"batch:{batch_id}", f"does not hold the {kind}s it created: one was added, changed or removed."
            )


def _readable(kind: str, members: Iterator[Member]) -> Iterator[Member | Fault]:
    """The members as far as they can be read: what holds no JSON where JSON is kept ends the reading."""
    last = 0
    try:
        for member in members:
            yield member
            last = member[0]
    except json.JSONDecodeError as error:
        yield Fault(f"{kind}s after {last}", f"cannot be read: where JSON is kept stands something else ({error}).")


def _version_faults(session: Session, ledger: Ledger) -> Iterator[Fault]:
    """Each change of a statement raises its version by one; writers rely on it to see each other."""
    for id_, version in session.execute(select(Statement.id, Statement.version).order_by(Statement.id)):
        subject = f"statement:{id_}"
        if version != ledger.versions.get(subject, 1) + ledger.changes[subject]:
            yield Fault(f"statement:{id_}", "has another version than the history has changes of it.")


def _batch_faults(session: Session, ledger: Ledger) -> Iterator[Fault]:
    batches = {each.id: (each.actor, each.file, each.sha256) for each in session.scalars(select(Batch))}
    for id_ in sorted(ledger.told.keys() | batches.keys()):
        if id_ not in batches:
            yield Fault(f"batch:{id_}", "is in the history and missing from the store.")
        elif batches[id_] != ledger.told.get(id_):
            yield Fault(f"batch:{id_}", "names another file or person than the history.")


def _statements(session: Session) -> Iterator[Member]:
    """The statements in order of id; of many, a second process reads the later half."""
    count = session.scalar(select(func.count()).select_from(Statement)) or 0
    if count < WORTH_IT or not two_cores():
        yield from _statements_in(session, 0, LARGEST_ID)
        return
    middle = session.scalar(select(Statement.id).order_by(Statement.id).offset(count // 2).limit(1)) or 0
    with beside(session, later_members, middle, LARGEST_ID) as answer:
        yield from _statements_in(session, 0, middle)
        later = answer()
        # Every change of a statement moves the head: with another one, that process saw what this chain does not tell.
        if later is None or later[0] != _head(session):
            yield from _statements_in(session, middle, LARGEST_ID)
        else:
            yield from later[1]


def later_members(session: Session, after: int, last: int) -> tuple[str, list[Member]]:
    """The head of the history that `session` sees, and the statements in between, as `statement_members` has them."""
    return _head(session), statement_members(session, after, last)


def _head(session: Session) -> str:
    return session.scalar(select(Meta.value).where(Meta.name == HEAD)) or ""


def statement_members(session: Session, after: int, last: int) -> list[Member]:
    """The statements whose ids are larger than `after` and not larger than `last`."""
    # One text for a hash that is as it was kept, so that half a million of them take half the room.
    return [
        (id_, kept, kept if actual == kept else actual, batch_id)
        for id_, kept, actual, batch_id in _statements_in(session, after, last)
    ]


def _statements_in(session: Session, after: int, last: int) -> Iterator[Member]:
    while True:
        query = select(Statement.id, Statement.batch_id).where(Statement.id > after, Statement.id <= last)
        batches = dict(session.execute(query.order_by(Statement.id).limit(CHUNK)).all())
        if not batches:
            return
        for record in load(session, list(batches)):
            yield record.id, record.content_hash, statement_hash(statement_content(record)), batches[record.id]
        after = max(batches)


def _citations(session: Session) -> Iterator[Member]:
    for row in session.scalars(select(Citation).order_by(Citation.id).execution_options(yield_per=CHUNK)):
        yield row.id, row.content_hash, content_hash(citation_content(row)), row.batch_id
        session.expunge(row)


def _caveats(session: Session) -> Iterator[Member]:
    for id_, (row, cited) in sorted(caveat_rows(session, Caveat.id > 0).items()):
        content = caveat_content(row, [citation.key for citation in cited])
        yield id_, row.content_hash, content_hash(content), row.batch_id


def _articles(session: Session) -> Iterator[Member]:
    query = select(Article, Person.name).outerjoin(Person, Person.id == Article.rater_id).order_by(Article.id)
    for row, rater in session.execute(query):
        content = article_content(row, rater, article_caveats(session, row.id))
        yield row.id, row.content_hash, content_hash(content), row.batch_id


def _topic_faults(session: Session, ledger: Ledger) -> Iterator[Fault]:
    seen = set()
    for topic in session.scalars(select(Topic).order_by(Topic.id)):
        content = topic_content(session, topic)
        seen.add(f"topic:{topic.id}")
        said = ledger.last.get(f"topic:{topic.id}")
        if said != content_hash(content) if said else content["caveats"]:
            yield Fault(f"topic:{topic.id}", f"the caveats of “{topic.name}” were changed behind the history's back.")
    for subject in ledger.last.keys() - seen:
        if subject.startswith("topic:"):
            yield Fault(subject, "is in the history and missing from the store.")


def _account_faults(session: Session, ledger: Ledger) -> Iterator[Fault]:
    """A role, a password or a token that nobody gave: a rater without an account needs no revision, an account does."""
    seen = set()
    for row in session.scalars(select(Person).order_by(Person.id)):
        content = person_content(session, row)
        seen.add(f"person:{row.id}")
        said = ledger.last.get(f"person:{row.id}")
        account = content["password"] or content["roles"] or content["disabled"]
        if said != content_hash(content) if said else account:
            yield Fault(f"person:{row.id}", f"the account of {row.name} was changed behind the history's back.")
    for token in session.scalars(select(Token).order_by(Token.id)):
        seen.add(f"token:{token.id}")
        if ledger.last.get(f"token:{token.id}") != content_hash(token_content(token)):
            yield Fault(f"token:{token.id}", "was changed behind the history's back.")
    for subject in ledger.last.keys() - seen:
        if subject.startswith(("person:", "token:")):
            yield Fault(subject, "is in the history and missing from the store.")


def _kept_faults(kind: str, rows: Iterable[tuple[int, str]], ledger: Ledger) -> Iterator[Fault]:
    """Of (id, hash of what a row says): a waiver that nobody made hides a finding, a flag taken away hides a doubt."""
    seen = set()
    for id_, actual in rows:
        seen.add(f"{kind}:{id_}")
        if ledger.last.get(f"{kind}:{id_}") != actual:
            yield Fault(f"{kind}:{id_}", "was changed behind the history's back.")
    for subject in ledger.last.keys() - seen:
        if subject.startswith(f"{kind}:"):
            yield Fault(subject, "is in the history and missing from the store.")


KEPT: dict[str, tuple[Any, Callable[[Any], Content]]] = {
    "waiver": (Waiver, waiver_content),
    "flag": (Flag, flag_content),
}
"""What has its own revision from its beginning."""
KINDS: dict[str, Callable[[Session], Iterator[Member]]] = {
    "statement": _statements,
    "citation": _citations,
    "caveat": _caveats,
    "article": _articles,
}

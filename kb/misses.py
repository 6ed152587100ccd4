"""What people searched and did not find: the words, the day and how often. Nothing else, and never who.

A reader may type anything into a search box. What looks like an address, a telephone number, a date of birth, a
record's number or a secret is not kept at all; a name cannot be told from other words, so curators can forget a line.
Misses are no knowledge: they leave no revision and no line in the change log.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.model import SearchMiss

LONGEST = 200
"""Characters that are kept, cut at a word's edge."""
LONGEST_TYPED = 1_000
"""A longer text is a letter that was pasted, not words for a search; nothing of it is kept."""
LONGEST_WORD = 40
"""Characters; a longer word is a key, a token or an address."""
MOST_DIGITS = 4
"""In all of the words: a year and `IL-6` have no more, telephone numbers and record numbers do."""
MOST_ROWS = 10_000
ROOM = 1_000
"""Rows that go beyond those that are too many, so that what is searched from now on has time to come again."""
LONGEST_KEPT = timedelta(days=400)
AT_ONCE = 500

# What is drawn as nothing although Unicode counts it among letters, marks and signs.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_ADDRESS = re.compile(r"@|%40|&#64;|&#x40;|&commat;|[(\[{<]\s*at\s*[)\]}>]|://|www\.|mailto:")
# A day with a year of two digits, `1.2.71`; with four it has too many digits anyway.
_DAY = re.compile(r"(?<!\d)\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2}(?!\d)")
# The operators of the query language count in capitals only, so they are what is not folded.
_OPERATOR = re.compile(r"((?<![^\s(])(?:OR|NOT)(?![^\s()]))")


@dataclass(frozen=True, slots=True)
class Gap:
    """Words that found nothing: how often they were searched in all, first and last on which day."""

    query: str
    count: int
    first: date
    last: date


def kept(typed: str) -> str | None:
    """What is kept of words that were typed; None where nothing is.

    Blanks, capitals and the two ways of writing one sign make no difference; what is kept of that is itself.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    words = _folded(_seen(typed))
    if _is_private(words):
        return None
    if len(words) > LONGEST:
        words = words[: max(0, words.rfind(" ", 0, LONGEST + 1))]
    return words if any(each.isalnum() for each in words) else None


def add(session: Session, searches: Mapping[str, int], day: date) -> None:
    """Add what was searched on a day, by words, and drop what is too old or too much."""
    counts: Counter[str] = Counter()
    for typed, count in searches.items():
        # Looked at once more: whoever calls, nothing else gets in.
        if (words := kept(typed)) is not None:
            counts[words] += count
    for some in _batched(list(counts)):
        asking = select(SearchMiss).where(SearchMiss.day == day, SearchMiss.query.in_(some))
        known = {row.query: row for row in session.scalars(asking)}
        for words in some:
            if words in known:
                known[words].count += counts[words]
            else:
                session.add(SearchMiss(query=words, day=day, count=counts[words]))
    session.flush()
    session.execute(delete(SearchMiss).where(SearchMiss.day < day - LONGEST_KEPT))
    _drop_rarest(session)


def any_too_old(session: Session, day: date) -> bool:
    """Whether there are misses whose time is over."""
    return session.scalar(select(SearchMiss.day).where(SearchMiss.day < day - LONGEST_KEPT).limit(1)) is not None


def gaps(session: Session, offset: int = 0, limit: int | None = None) -> list[Gap]:
    """What was searched most often first; of the same, what was searched last."""
    total, last = func.sum(SearchMiss.count), func.max(SearchMiss.day)
    asking = select(SearchMiss.query, total, func.min(SearchMiss.day), last).group_by(SearchMiss.query)
    asking = asking.order_by(total.desc(), last.desc(), SearchMiss.query).offset(offset).limit(limit)
    return [Gap(query, int(count), first, until) for query, count, first, until in session.execute(asking)]


def how_many(session: Session) -> int:
    """How many different searches there are that found nothing."""
    return session.scalar(select(func.count(SearchMiss.query.distinct()))) or 0


def forget(session: Session, words: str) -> int:
    """Forget a search on all its days; returns on how many days it stood there, 0 where it was not kept."""
    named = {words, kept(words) or words}
    return session.execute(delete(SearchMiss).where(SearchMiss.query.in_(named))).rowcount  # type: ignore[attr-defined,no-any-return]


def forget_all(session: Session) -> int:
    """Forget every search; returns how many there were."""
    found = how_many(session)
    session.execute(delete(SearchMiss))
    return found


def _drop_rarest(session: Session) -> None:
    """Where there are too many rows, those of the searches that are rarest in all; of the same, oldest."""
    rows = session.scalar(select(func.count()).select_from(SearchMiss)) or 0
    if rows <= MOST_ROWS:
        return
    too_many = rows - MOST_ROWS + ROOM
    total, last = func.sum(SearchMiss.count), func.max(SearchMiss.day)
    rarest = select(SearchMiss.query, func.count()).group_by(SearchMiss.query).order_by(total, last, SearchMiss.query)
    dropped = []
    for query, of in session.execute(rarest):
        if too_many <= 0:
            break
        dropped.append(query)
        too_many -= of
    for some in _batched(dropped):
        session.execute(delete(SearchMiss).where(SearchMiss.query.in_(some)))


def _batched(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The words, as many at a time as a database takes in one question."""
    return (words[at : at + AT_ONCE] for at in range(0, len(words), AT_ONCE))


def _seen(typed: str) -> str:
    """The words as a page shows them: nothing that is drawn as nothing, single blanks between."""
    shown = _UNSEEN.sub("", typed.replace("\N{REPLACEMENT CHARACTER}", " "))
    if not shown.isprintable():
        shown = "".join(_shown(shown))
    return " ".join(shown.split())


def _shown(text: str) -> Iterator[str]:
    for each in text:
        if each.isspace() or unicodedata.category(each) == "Cc":
            yield " "
        elif each.isprintable():
            yield each


def _folded(words: str) -> str:
    """Without capitals, in one way of writing (NFC); `OR` and `NOT` stay what they are."""
    parts = _OPERATOR.split(unicodedata.normalize("NFD", words))
    return unicodedata.normalize("NFC", "".join(part if at % 2 else part.casefold() for at, part in enumerate(parts)))


def _is_private(words: str) -> bool:
    """Whether the words look like somebody's: with the signs of other scripts and widths read as plain ones."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return (
        sum(each.isdigit() for each in plain) > MOST_DIGITS
        or _ADDRESS.search(plain) is not None
        or _DAY.search(plain) is not None
        or any(len(word) > LONGEST_WORD for word in plain.split())
    )

"""Works that could be meant by what a curator typed into a slot, each with what to know before choosing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indexer.typed import typed
from kb.errors import IndexUnavailable, InputError
from kb.graded import GradedStatement
from kb.known_works import MOST, Meant, known, meant
from kb.meanings import STANDINGS
from kb.reference import short_reference
from web.serving import serving


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known work: `exact` where its identifier is the one typed; `here` are the statement's slots that cite it."""

    key: str
    reference: str
    url: str
    standing: str
    unchecked: str
    exact: bool
    here: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of the work that was `typed`; `meant` is what was read, `note` says what could not be."""

    typed: str = ""
    found: tuple[Candidate, ...] = ()
    meant: Meant | None = None
    note: str = ""

    @property
    def exact(self) -> tuple[Candidate, ...]:
        """Those whose identifier, or whole title, was typed."""
        return tuple(each for each in self.found if each.exact)


def candidates(session: Any, statement: GradedStatement, text: str, whole: bool = False) -> Candidates:
    """Known works for what was typed so far; `whole`: it was typed to its end, so that a title is compared as one.

    Never raises for what was typed.
    """
    if not text.strip():
        return Candidates()
    text = text.strip()
    try:
        wanted = meant(text)
    except InputError as error:
        return Candidates(text, note=f"{error.message} {error.cure}")
    exact = known(session, wanted) if whole or wanted.identifier is not None else []
    note, similar = "", []
    if wanted.identifier is None:
        try:
            similar = list(typed(serving().index(), session, wanted.title, serving().today()).citations)
        except IndexUnavailable:
            note = "The search index does not answer just now, so only the same title is found."
    found = {each.id: each for each in (*exact, *similar)}
    sure = {each.id for each in exact}
    return Candidates(
        text, tuple(_candidate(each, statement, each.id in sure) for each in list(found.values())[:MOST]), wanted, note
    )


def _candidate(work: Any, statement: GradedStatement, exact: bool) -> Candidate:
    here = tuple(slot.position for slot in statement.slots if slot.citation is not None and slot.citation.id == work.id)
    standing = "" if work.standing == "ok" else STANDINGS[work.standing].label
    unchecked = ", ".join(work.unchecked)
    return Candidate(work.key, short_reference(work.csl), work.url, standing, unchecked, exact, here)


class Unchosen(InputError):
    """Which work is meant has to be chosen first, among those that were found; nothing was changed."""

    def __init__(self, found: Candidates, message: str, cure: str) -> None:
        super().__init__(message, place="work", cure=cure)
        self.found = found

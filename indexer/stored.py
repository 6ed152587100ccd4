"""All published statements of a store as index documents, in pieces that several processes read at a time.

Nobody minds that the pieces are read at different moments: what changed after the number that the index is given is in
the change log, and is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from indexer.document import documents
from indexer.engine import IndexDocument
from kb.beside import beside, processors
from kb.legend import published_count
from kb.searchable import pieces, searchable_between

T = TypeVar("T")
Edges = tuple[int, int]

PIECE = 20_000
"""Statements that one process reads in a row; fewer are done before a second process is ready."""
TOLD_EVERY = 1_000
MOST_PROCESSES = 4
"""Each takes some hundreds of megabytes, and they share one disk."""


class Stored:
    """The documents of a store, to be gone through in order, or piece by piece (`indexer.engine.Pieced`).

    `progress` is called with how many statements were read, about; how many there are is its second argument.
    """

    def __init__(self, session: Session, progress: Callable[[int, int], object] = lambda done, of: None) -> None:
        self._session = session
        self._progress = progress
        self._count = published_count(session)
        self._pieces = pieces(session, PIECE)

    def __iter__(self) -> Iterator[IndexDocument]:
        return _read(self._session, self._pieces)

    def each(self, make: Callable[..., T], *given: Any) -> list[T]:
        """What `make(documents, *given)` makes of each process's share; `make` is a function of a module."""
        shares = [self._pieces[n :: _processes()] for n in range(_processes())]
        own, *others = [share for share in shares if share] or [[]]
        with ExitStack() as opened:
            asked = [opened.enter_context(beside(self._session, _made, share, make, given)) for share in others]
            done = Counted(self._progress, self._count, 1 + len(others))
            found = [make(done.through(_read(self._session, own)), *given)]
            for share, answer in zip(others, asked, strict=True):
                made = answer()
                # Where the other process did not get to its end, this one meets whatever was in the way.
                found.append(_made(self._session, share, make, given) if made is None else made)
        return found


class Counted:
    """Tells how far a reading has come that several processes share, from the share of one of them."""

    def __init__(self, progress: Callable[[int, int], object], of: int, shared_by: int) -> None:
        self._progress = progress
        self._of = of
        self._shared_by = shared_by
        self._done = 0

    def through(self, each: Iterable[T]) -> Iterator[T]:
        """The same, counted."""
        for one in each:
            self._done += 1
            if self._done % TOLD_EVERY == 0:
                self._progress(min(self._done * self._shared_by, self._of), self._of)
            yield one


def _made(session: Session, share: Sequence[Edges], make: Callable[..., T], given: tuple[Any, ...]) -> T:
    return make(_read(session, share), *given)


def _read(session: Session, share: Sequence[Edges]) -> Iterator[IndexDocument]:
    return documents(chain.from_iterable(searchable_between(session, *edges) for edges in share))


def _processes() -> int:
    """How many processes share the reading."""
    return min(processors(), MOST_PROCESSES)

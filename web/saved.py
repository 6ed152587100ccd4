"""What is said after a change was saved, the same wherever it was made, with a button that takes it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask import flash

from kb.curate import By
from kb.undoing import Undoable, undoable
from web.serving import serving
from web.signed_in import has_role, moments, visitor

BATCH, CHANGES = "batch:", "changes:"


def saved(message: str, by: By | None = None) -> None:
    """Say on the next page what was saved, in one sentence, and offer to undo it where that can be done.

    What was done is found by who is signed in and the moments that this request acted at; or by `by` alone.
    """
    found = None
    if has_role():
        at = moments() if by is None else [by.at]
        with serving().store.reading() as session:
            found = undoable(session, visitor().name if by is None else by.actor, at)
    flash(message, "message" if found is None else _written(found))


def offered(category: str) -> tuple[str, str] | None:
    """The field and value by which the form beside a message names what it undoes; None where it offers nothing."""
    for field, begins in (("batch", BATCH), ("changes", CHANGES)):
        if category.startswith(begins):
            return field, category.removeprefix(begins)
    return None


def ranges(numbers: Sequence[int]) -> str:
    """Numbers as people write them: 4-7,9."""
    runs = [list(run) for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ",".join(f"{run[0][1]}-{run[-1][1]}" if len(run) > 1 else str(run[0][1]) for run in runs)


def read_ranges(text: str, most: int) -> list[int]:
    """The numbers again, at most `most`; none where the text is no such list."""
    found: list[int] = []
    for part in text.split(",")[:most]:
        bounds = [int(each) for each in part.split("-") if each.isascii() and each.isdigit() and len(each) < 10]
        if len(bounds) != part.count("-") + 1 or len(bounds) > 2:
            return []
        found += _between(bounds[0], bounds[-1], most - len(found))
    return found


def _between(first: int, last: int, most: int) -> Iterator[int]:
    yield from range(first, min(last + 1, first + most))


def _written(found: Undoable) -> str:
    return f"{CHANGES}{ranges(found.changes)}" if found.batch is None else f"{BATCH}{found.batch}"

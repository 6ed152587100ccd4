"""Whether a statement's draft fits the store and the rest of its file: names, spans, quotes, levels, profiles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.caveats import DERIVED
from kb.errors import InputError, Problem
from kb.grade import Profile, explain
from kb.ingest.drafts import GradeDraft, StatementDraft
from kb.ingest.kind import Lined
from kb.ingest.kind import shown as shown_value
from kb.ingest.known import Known, ids_of
from kb.model import Statement
from kb.scales import UnknownScale, load_scales

NAMED = 12


class Checks:
    """The checks of one file; `keys` grows with each row, so a repeated key and a relation ahead are both seen."""

    def __init__(self, session: Session, path: Path, known: Known, column_of: Callable[[str], str]) -> None:
        self._session = session
        self._path = path
        self._column_of = column_of
        self._known = known
        self.keys: dict[str, dict[str, int]] = {}
        self._ahead: list[tuple[int, str, str]] = []
        self._levels = {(scale.id, level.id) for scale in load_scales() for level in scale.levels}
        self._newest = session.scalar(select(func.max(Statement.id))) or 0

    def problems(self, lined: Lined[StatementDraft]) -> list[Problem]:
        """What does not fit of one draft."""
        line, draft = lined.line, lined.draft
        keys = self.keys.setdefault(draft.origin, {})
        first = keys.setdefault(draft.key, line)
        found = []
        if first != line:
            found = [self._problem(line, "key", draft.key, "repeated-key", f"Line {first} has it too.", "Rename one.")]
        if draft.slots or draft.caveats:
            found += self._names(line, draft)
        if draft.article is not None:
            found += self._place(line, draft)
        grade = draft.grade
        if grade is not None and (grade.profile is not None or (grade.scale, grade.level) not in self._levels):
            found += self._grade(line, grade)
        if draft.relations:
            found += self._related(line, draft)
        return found

    def _related(self, line: int, draft: StatementDraft) -> Iterator[Problem]:
        for relation in draft.relations:
            origin = relation.origin or draft.origin
            if (origin, relation.other) == (draft.origin, draft.key):
                yield self._problem(
                    line,
                    "relations.other",
                    relation.other,
                    "own-key",
                    "A statement cannot be related to itself.",
                    "Name the other one.",
                )
            self._ahead.append((line, origin, relation.other))

    def unresolved(self, rejected: Collection[int]) -> Iterator[Problem]:
        """Relations to statements that will not be there; asked when all rows were seen.

        A row that is not taken takes those with it that relate to it, and so on.
        """
        stored = ids_of(self._session, {(origin, key) for _, origin, key in self._ahead})
        # What this import has written itself stands and falls with its own row.
        known = {name for name, id_ in stored.items() if id_ <= self._newest}
        gone, told = set(rejected), set(rejected)
        waiting = [each for each in self._ahead if (each[1], each[2]) not in known]
        while found := [each for each in waiting if self.keys.get(each[1], {}).get(each[2], 0) in {0, *gone}]:
            bad = {line for line, _, _ in found}
            waiting = [each for each in waiting if each[0] not in bad]
            for line, origin, key in found:
                if line not in told:
                    yield self._not_there(line, origin, key)
                told.add(line)
                gone.add(line)

    def _not_there(self, line: int, origin: str, key: str) -> Problem:
        here = key in self.keys.get(origin, {})
        return self._problem(
            line,
            "relations.other",
            key,
            "unknown-statement",
            "The row with this key cannot be taken."
            if here
            else f"There is no statement of {origin} with this key, neither here nor in the store.",
            "Mend that row too." if here else "Correct the key, or import that statement too.",
        )

    def _names(self, line: int, draft: StatementDraft) -> Iterator[Problem]:
        for position, slot in enumerate(draft.slots, 1):
            if slot.citation is not None and not self._known.works.knows(slot.citation):
                yield self._problem(
                    line,
                    f"slots.{position}.citation",
                    slot.citation,
                    "unknown-citation",
                    "No such citation.",
                    "Import it first, or leave the slot empty (null) and say in its note what is wanted.",
                )
        for code in draft.caveats:
            if not self._known.has_caveat(code):
                if code in DERIVED:
                    why, cure = "Caveat derives this one by itself.", "Leave it out."
                else:
                    why = "No such caveat."
                    cure = f"Import it first, or use one of: {_some(self._known.caveats)}."
                yield self._problem(line, "caveats", code, "unknown-caveat", why, cure)

    def _place(self, line: int, draft: StatementDraft) -> Iterator[Problem]:
        article = self._known.articles.get(draft.article or "")
        if article is None:
            cure = f"Import the article first; known are: {_some(self._known.articles)}."
            yield self._problem(line, "article", draft.article, "unknown-article", "No such article.", cure)
            return
        for name, span in (("span", draft.span), ("sentence", draft.sentence)):
            if span is not None and span.end > len(article.text):
                yield self._problem(
                    line,
                    name,
                    [span.start, span.end],
                    "span-outside",
                    f"The article has only {len(article.text)} code points.",
                    "Count offsets in code points of the article's text, the end exclusive.",
                )
                return
        if draft.span is None:
            return
        found = article.text[draft.span.start : draft.span.end]
        if found != draft.quote:
            # Not what the article has there: those may be the words of a statement, without its grade and caveats.
            yield self._problem(
                line,
                "quote",
                draft.quote,
                "quote-differs",
                f"The article has other words there, from character {_same(found, draft.quote) + 1} of the quote on.",
                f"Correct the span ({draft.span.start} to {draft.span.end}) or the quote.{_elsewhere(article, draft)}",
            )
        if draft.sentence and not (draft.sentence.start <= draft.span.start and draft.span.end <= draft.sentence.end):
            yield self._problem(
                line,
                "sentence",
                [draft.sentence.start, draft.sentence.end],
                "sentence-outside",
                "The span does not lie within its sentence.",
                "Correct one of them.",
            )

    def _grade(self, line: int, grade: GradeDraft) -> Iterator[Problem]:
        try:
            load_scales().level(grade.scale, grade.level)
        except InputError as error:
            column, value = "grade.level", grade.level
            if isinstance(error, UnknownScale):
                column, value = "grade.scale", grade.scale
            yield self._problem(line, column, value, "unknown-level", error.message, error.cure)
            return
        if grade.scale == "grade" and grade.profile is not None:
            reached = explain(Profile.from_json(grade.profile)).level
            if reached != grade.level:
                yield self._problem(
                    line,
                    "grade.profile",
                    grade.level,
                    "profile-differs",
                    f"The profile's arithmetic gives {reached}, the grade says {grade.level}.",
                    "It is taken as it is; the audit lists it.",
                    "warning",
                )

    def _problem(
        self, line: int, column: str, value: Any, code: str, message: str, cure: str, severity: str = "error"
    ) -> Problem:
        return Problem(
            str(self._path), line, self._column_of(column), shown_value(value), code, message, cure, severity
        )


def _same(one: str, other: str | None) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other or "", strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other or "")))


def _elsewhere(article: Any, draft: StatementDraft) -> str:
    """Where the quote does stand, which is mostly the cure."""
    at = article.text.find(draft.quote or "\x00")
    return "" if at < 0 else f" The quote stands at {at} to {at + len(draft.quote or '')}."


def _some(names: Any) -> str:
    known = sorted(names)
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return (", ".join(known[:NAMED]) + more) or "none yet"
